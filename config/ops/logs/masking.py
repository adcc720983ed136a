"""Addresses that are keys: anyone who knows one gets in, so none of them stands in a log or an e-mail about an
error."""

from __future__ import annotations

import logging
import re
from typing import Any

# What stands in front of a secret in our addresses. tests/config/test_masking.py holds it against all of them.
BEFORE_SECRETS = (
    "password/new/",
    "mail/",
    "attendance/calendar/",
    "library/import/",
    "library/isbn/",
    "join/",
    "enrol/bulk/",
    "enrol/choose/",
    "lockers/new-passkey/",
    "lockers/with-passkey/",
    "visitors/pass/",
)
SECRET_PARTS = ("token", "uidb64")  # what these parts of an address are called in the urls.py
HIDDEN = "…"

_BEFORE = "|".join(map(re.escape, BEFORE_SECRETS))
_IN_PATHS = re.compile(
    rf"(?<![\w.-])((?:{_BEFORE})/*)"
    r"(?!\S*\.(?:py|html|txt)\b)"  # files of ours, in a traceback
    r"[^\s/\"'<>?#,)\]}][^\s\"'<>?#,)\]}]*"
)
_IN_QUERIES = re.compile(r"((?:[?&]|\b)(?:token|code|key|secret|password|pin|sessionid)=)[^&\s\"'<>]+", re.IGNORECASE)


def masked(text: str, *secrets: str) -> str:
    """The text with the secrets of its addresses hidden, and those that are known wherever they stand."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _IN_QUERIES.sub(rf"\1{HIDDEN}", _IN_PATHS.sub(rf"\1{HIDDEN}", text))


class MaskedRecord(logging.LogRecord):
    """Every line of every logger, Django's and the libraries' too, whichever handler writes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:  # what formatters take when it is there; a traceback may quote an address
            self.exc_text = masked(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802  logging's own name
        return masked(super().getMessage())


def install() -> None:
    logging.setLogRecordFactory(MaskedRecord)
