"""One conversation with the mail server, and the one question that matters when it is interrupted: was it delivered?"""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterable
from typing import Any

from django.core.mail import EmailMessage, get_connection


class NotNow(Exception):
    """Surely not delivered; another try may succeed."""


class Never(Exception):
    """Surely not delivered, and the server says that it never will be."""


class Unsure(Exception):
    """The line broke after the text was handed over and before the server's answer."""


class Post:
    """A connection that is opened for the first e-mail and serves a batch. A server that is down is asked once."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._down = ""
        self._handed_over = False

    def send(self, message: EmailMessage) -> None:
        """Raises NotNow, Never or Unsure."""
        connection = self._opened()
        self._handed_over = False
        try:
            connection.send_messages([message])
        except Exception as error:
            self.close()
            raise self._verdict(error) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        with contextlib.suppress(Exception):  # the line may be broken already
            if connection is not None:
                connection.close()

    def _opened(self) -> Any:
        if self._down:
            raise NotNow(self._down)
        if self._connection is None:
            try:
                self._connection = get_connection()
                self._connection.open()
            except Exception as error:
                self._connection, self._down = None, said(error)
                raise NotNow(self._down) from error
            self._watch()
        return self._connection

    def _watch(self) -> None:
        """smtplib does not tell how far it came; with `data` the text itself is handed over."""
        server = getattr(self._connection, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            return
        hand_over = server.data

        def data(text: Any) -> Any:
            self._handed_over = True
            return hand_over(text)

        server.data = data  # type: ignore[method-assign, assignment]

    def _verdict(self, error: Exception) -> Exception:
        if isinstance(error, smtplib.SMTPSenderRefused):
            return NotNow(said(error))  # our own address: for the administrator to repair
        codes = list(_codes(error))
        if codes:
            return Never(said(error)) if all(code >= 500 for code in codes) else NotNow(said(error))
        if isinstance(error, ValueError | UnicodeError | smtplib.SMTPNotSupportedError):
            return Never(said(error))  # an address that cannot be written
        return Unsure(said(error)) if self._handed_over else NotNow(said(error))


def _codes(error: Exception) -> Iterable[int]:
    """The server's answers, where it answered."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0 else []


def said(error: Exception) -> str:
    """What went wrong, for the administrator: short, one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(words)}" for code, words in error.recipients.values()]
        return " ".join("; ".join(answers).split())[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return " ".join(f"{error.smtp_code} {_text(error.smtp_error)}".split())[:500]
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]


def _text(words: Any) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
