"""Speaking to the college's library system. One conversation at a time, from however many threads."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from library.sip2.layouts import ANSWERS
from library.sip2.line import Address, Line
from library.sip2.messages import BadMessage, Message, Received, WrongChecksum, decode, encode, moment
from library.sip2.speech import Speech

log = logging.getLogger("ostiary.sip2")

TRIES = 3
PAUSES = (0.2, 1.0)  # seconds before the second and third try
BRIEF_TRIES = 2  # where nobody waits for the answer: the second on a new connection, for the first may have been idle
RESENDS = 3  # damaged answers that are asked for again, on one connection
RESEND = encode(Message("97"), None)


class Silent(Refused):
    """No answer that can be trusted. What was asked may have been done."""

    def __init__(self) -> None:
        words = _("The library system does not answer. Please try again, or ask at the desk.")
        super().__init__("library_system_silent", words, status=503)


@dataclass(frozen=True, slots=True)
class Site:
    """Whom we speak to, and as whom."""

    address: Address
    speech: Speech
    user: str = ""
    password: str = field(default="", repr=False)
    location: str = ""
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Lent:
    """What the library system says of a book that it has lent or renewed."""

    due: datetime | None
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """Where a book is, as the library system says."""

    circulation: str  # two digits: 03 available, 04 charged, ...
    due: datetime | None


class Client:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.RLock()
        self._line: Line | None = None
        self._sequence = 0
        self._asked_again = False  # whether the last question needed more than one try

    # --- what can be asked ------------------------------------------------------------------------

    def status(self, *, patient: bool = True) -> Message:
        """Refused `library_system_offline` when the other side says so itself."""
        return self._online(self.ask(self._site.speech.status(), patient=patient))

    def patron(self, patron: str, password: str = "") -> Message:
        """Refused `patron_unknown` (BL=N), or `patron_password` when one was sent and was not called valid (CQ=Y)."""
        answer = self.ask(self._site.speech.patron_information(timezone.now(), patron, password))
        self._same(answer, "AA", patron)
        if answer.get("BL") == "N":
            raise Refused("patron_unknown", _said(answer) or _("The library system does not know this account."))
        if password and answer.get("CQ") != "Y":
            raise Refused("patron_password", _said(answer) or _("The PIN is wrong."), status=403)
        return answer

    def has(self, patron: str, item: str) -> bool:
        """Whether this book is on that account."""
        answer = self.ask(self._site.speech.patron_information(timezone.now(), patron, "", charged=True))
        return item in answer.all("AU")

    def list_of(self, patron: str, name: str, first: int, last: int) -> Message:
        """A part of one list of an account. What it is worth, `accounts` says."""
        question = self._site.speech.list_of(timezone.now(), patron, name, first, last)
        answer = self.ask(question, patient=False)
        self._same(answer, "AA", patron)
        return answer

    def item(self, item: str) -> Message:
        return self.ask(self._site.speech.item_information(timezone.now(), item))

    def look_at(self, item: str) -> Item:
        answer = self.ask(self._site.speech.item_information(timezone.now(), item), patient=False)
        self._same(answer, "AB", item)
        return Item(answer.fixed["circulation"], moment(answer.get("AH"), self._site.speech.zone))

    def check_out(self, patron: str, item: str) -> Lent:
        """Refused `library_system_refused` with the words of the other side.

        When the line broke and the second try is refused, the first may have been heard: the account says it.
        """
        with self._lock:
            try:
                return self._lent(self.ask(self._site.speech.check_out(timezone.now(), patron, item)), item)
            except Refused as no:
                unsure = self._asked_again and no.code == "library_system_refused"
                if unsure and self.has(patron, item):
                    return Lent(None, "")
                raise

    def renew(self, patron: str, item: str) -> Lent:
        return self._lent(self.ask(self._site.speech.renew(timezone.now(), patron, item)), item)

    def check_in(self, item: str) -> Message:
        answer = self.ask(self._site.speech.check_in(timezone.now(), item, self._site.location))
        self._same(answer, "AB", item)
        return _agreed(answer)

    def end_session(self, patron: str) -> Message:
        return self.ask(self._site.speech.end_session(timezone.now(), patron))

    def close(self) -> None:
        with self._lock:
            self._hang_up()

    def _lent(self, answer: Message, item: str) -> Lent:
        self._same(answer, "AB", item)
        _agreed(answer)
        return Lent(moment(answer.get("AH"), self._site.speech.zone), answer.get("AJ"))

    @staticmethod
    def _same(answer: Message, name: str, asked: str) -> None:
        """An answer about another book or person is none."""
        if answer.get(name) != asked:
            log.error("The library system answered %s about another %s than was asked", answer.code, name)
            raise Silent

    @staticmethod
    def _online(answer: Message) -> Message:
        if answer.fixed["online"] != "Y":
            raise Refused("library_system_offline", _("The library system is not working."), status=503)
        return answer

    # --- how it is asked --------------------------------------------------------------------------

    def ask(self, question: Message, *, patient: bool = True) -> Message:
        """The same line again after a failure, so that the other side can know it for the same. Refused Silent.

        1. One number for the question, however often it is sent.
        2. A connection that fails in any way is closed: what still comes on it belongs to nobody.
        3. Not `patient`: nobody waits for the answer, so the line is soon free again, and the caller says what failed.
        """
        with self._lock:
            line = self._numbered(question)
            for attempt in range(TRIES if patient else BRIEF_TRIES):
                self._asked_again = attempt > 0
                try:
                    return self._asked(self._connected(), question.code, *line)
                except (OSError, BadMessage) as error:
                    self._hang_up()
                    level = logging.WARNING if patient else logging.DEBUG
                    log.log(level, "SIP2 %s, try %d: %s: %s", question.code, attempt + 1, type(error).__name__, error)
                    if attempt < len(PAUSES) and patient:
                        time.sleep(PAUSES[attempt])
            raise Silent

    def _numbered(self, question: Message) -> tuple[bytes, int]:
        number, self._sequence = self._sequence, (self._sequence + 1) % 10
        try:
            return encode(question, number, encoding=self._site.encoding), number
        except BadMessage as error:
            raise Refused("not_for_sip2", _("This number cannot be sent to the library system.")) from error

    def _connected(self) -> Line:
        """Connected, signed in, and the other side is at work."""
        if self._line is None:
            self._line = Line(self._site.address)
            try:
                self._begin(self._line)
            except Refused:
                self._hang_up()
                raise
        return self._line

    def _begin(self, line: Line) -> None:
        self._sign_in(line)
        self._online(self._asked(line, "99", *self._numbered(self._site.speech.status())))

    def _sign_in(self, line: Line) -> None:
        if not self._site.user:
            return
        question = self._site.speech.log_in(self._site.user, self._site.password, self._site.location)
        answer = self._asked(line, "93", *self._numbered(question))
        if answer.fixed["ok"] != "1":
            log.error("The library system does not accept SIP2_USER and SIP2_PASSWORD")
            raise Refused("library_system_login", _("The library system does not let us in."), status=503)

    def _asked(self, line: Line, code: str, sent: bytes, number: int) -> Message:
        line.send(sent)
        for _again in range(RESENDS):
            try:
                answer = decode(line.receive(), encoding=self._site.encoding)
            except WrongChecksum:
                line.send(RESEND)
                continue
            if answer.message.code == "96":  # ours was damaged
                line.send(sent)
                continue
            if _is_old(answer, number):
                continue
            if answer.message.code != ANSWERS[code]:
                raise BadMessage(f"{answer.message.code} is no answer to {code}")
            return answer.message
        raise BadMessage("Every answer was damaged or another's")

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()


def _is_old(answer: Received, number: int) -> bool:
    return answer.sequence is not None and answer.sequence != number


def _said(answer: Message) -> str:
    """The other side's words for the person."""
    return " ".join(answer.all("AF")).strip()


def _agreed(answer: Message) -> Message:
    if answer.fixed["ok"] != "1":
        words = _said(answer) or _("The library system refuses this. Please ask at the desk.")
        raise Refused("library_system_refused", words, status=409)
    return answer
