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
from library.sip2.client import alternate_numbers
from library.sip2.client import due_dates as due
from library.sip2.client.connection import Address, Connection
from library.sip2.client.number_matching import is_among, is_same, means
from library.sip2.client.questions import Speech
from library.sip2.codec.layouts import ANSWERS
from library.sip2.codec.messages import BadLine, Message, Received, Unknown, WrongChecksum, decode, encode

log = logging.getLogger("ostiary.sip2")

TRIES = 3
PAUSES = (0.2, 1.0)  # seconds before the second and third try
BRIEF_TRIES = 2  # where no one waits for the answer: the second on a new connection, for the first may have been idle
RESENDS = 3  # damaged questions and answers that are sent again, on one connection
FOR_A_BETTER_ONE = 1.0  # seconds that an answer about something else is looked behind
MOST_LINES = 20  # that are read in search of the answer: old answers and stray text are read over
YES = ("1", "Y")  # some systems write Y where the standard has 1
RESEND = encode(Message("97"), None)
DAMAGED = Received(Message("97"), None, checked=False)  # stands for an answer that was damaged on its way


class Silent(Refused):
    """No answer that can be trusted. What was asked may have been done, but for what was never sent (`heard` False)."""

    def __init__(self, *, heard: bool = True) -> None:
        self.heard = heard
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
class HeardAnswer:
    message: Message
    numbered: bool  # it carries the number of the question, so it is the answer to no other


@dataclass(frozen=True, slots=True)
class Item:
    """Where a book is, as the library system says."""

    circulation: str  # two digits: 03 available, 04 charged, ...
    due: datetime | None


class Client:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.RLock()
        self._line: Connection | None = None
        self._sequence = 0
        self._asked_again = False  # whether the last question may have been heard more than once

    # --- what can be asked ------------------------------------------------------------------------

    def status(self, *, patient: bool = True) -> Message:
        """Refused `library_system_offline` when the other side says so itself."""
        return self._online(self.ask(self._site.speech.status(), patient=patient))

    def patron(self, patron: str, password: str = "") -> Message:
        """Refused `patron_unknown` (BL=N), or `patron_password` when one was sent and was not called valid (CQ=Y)."""
        answer = self._about("AA", patron, self._site.speech.patron_information(timezone.now(), patron, password))
        alternate_numbers.learn(patron, answer.get("AA"))
        if answer.get("BL") == "N":
            raise Refused("patron_unknown", _said(answer) or _("The library system does not know this account."))
        if password and answer.get("CQ") != "Y":
            raise Refused("patron_password", _said(answer) or _("The PIN is wrong."), status=403)
        return answer

    def has(self, patron: str, item: str) -> bool:
        """Whether this book is on that account."""
        question = self._site.speech.patron_information(timezone.now(), patron, "", charged=True)
        return is_among(item, self._about("AA", patron, question).all("AU"))

    def list_of(self, patron: str, name: str, first: int, last: int) -> Message:
        """A part of one list of an account. What it is worth, `accounts` says."""
        question = self._site.speech.list_of(timezone.now(), patron, name, first, last)
        return self._about("AA", patron, question, patient=False)

    def item(self, item: str) -> Message:
        return self.ask(self._site.speech.item_information(timezone.now(), item))

    def look_at(self, item: str) -> Item:
        question = self._site.speech.item_information(timezone.now(), item)
        answer = self._about("AB", item, question, patient=False)
        return Item(answer.fixed["circulation"], due.read(answer.get("AH"), self._site.speech))

    def check_out(self, patron: str, item: str) -> Lent:
        """Refused `library_system_refused` with the words of the other side.

        When the question may have been heard twice (a damaged answer, a lost connection) and the second is refused, the
        first may have been granted: the account says it.
        """
        with self._lock:
            try:
                return self._lent(self._site.speech.check_out(timezone.now(), patron, item), item)
            except Refused as no:
                unsure = self._asked_again and no.code == "library_system_refused"
                if unsure and self._has_after_all(patron, item):
                    return Lent(self._due_of(item), "")
                raise

    def _has_after_all(self, patron: str, item: str) -> bool:
        """Silence about the account leaves the loan itself unsure."""
        try:
            return self.has(patron, item)
        except Refused as no:
            raise Silent from no

    def renew(self, patron: str, item: str) -> Lent:
        return self._lent(self._site.speech.renew(timezone.now(), patron, item), item)

    def check_in(self, item: str) -> Message:
        question = self._site.speech.check_in(timezone.now(), item, self._site.location)
        return _agreed(self._about("AB", item, question))

    def end_session(self, patron: str) -> Message:
        return self.ask(self._site.speech.end_session(timezone.now(), patron))

    def close(self) -> None:
        with self._lock:
            self._hang_up()

    def _lent(self, question: Message, item: str) -> Lent:
        answer = _agreed(self._about("AB", item, question))
        said = answer.get("AH")
        return Lent(due.read(said, self._site.speech) if said.strip() else self._due_of(item), answer.get("AJ"))

    def _due_of(self, item: str) -> datetime | None:
        """The loan is made, and its answer named no date: the item itself may."""
        try:
            found = self.look_at(item).due
        except Refused:
            found = None
        if found is None:
            due.missing()
        return found

    def _about(self, name: str, asked: str, question: Message, *, patient: bool = True) -> Message:
        """The answer, which must be about the book (AB) or person (AA) that was asked about. Raises Silent.

        Library systems answer with the number as they keep it. Where the answer carries the number of our question it
        can be about no one else, so any number of an account is believed, and any writing of a barcode; a refusal need
        not name what it refuses.
        """
        answer = self._answer(question, patient=patient, about=(name, asked))
        said = answer.message.get(name)
        if is_same(said, asked):
            return answer.message
        if answer.numbered and not said.strip() and _says_no(answer.message):
            return answer.message
        if answer.numbered and said.strip() and (name == "AA" or means(said, asked)):
            log.info("The library system writes %s in its own way in %s", name, answer.message.code)
            return answer.message
        log.error("The library system answered %s about another %s than was asked", answer.message.code, name)
        raise Silent

    @staticmethod
    def _online(answer: Message) -> Message:
        if answer.fixed["online"] not in YES:
            raise Refused(
                "library_system_offline",
                _("The library system is not working at the moment. Please ask at the desk."),
                status=503,
            )
        return answer

    # --- how it is asked --------------------------------------------------------------------------

    def ask(self, question: Message, *, patient: bool = True) -> Message:
        """Refused Silent."""
        return self._answer(question, patient=patient).message

    def _answer(self, question: Message, *, patient: bool, about: tuple[str, str] = ("", "")) -> HeardAnswer:
        """The same line again after a failure, so that the other side can know it for the same. Refused Silent.

        1. One number for the question, however often it is sent.
        2. A connection that fails in any way is closed: what still comes on it belongs to no one.
        3. Not `patient`: no one waits for the answer, so the line is soon free again, and the caller says what failed.
        """
        with self._lock:
            sent, heard = self._numbered(question), False
            for attempt in range(TRIES if patient else BRIEF_TRIES):
                self._asked_again = heard
                try:
                    line = self._connected()
                    line.forget()
                    heard = True
                    return self._asked(line, question.code, *sent, about)
                except Refused as no:
                    raise (Silent() if heard else no) from no
                except (OSError, BadLine) as error:
                    self._hang_up()
                    level = logging.WARNING if patient else logging.DEBUG
                    log.log(level, "SIP2 %s, try %d: %s: %s", question.code, attempt + 1, type(error).__name__, error)
                    if attempt < len(PAUSES) and patient:
                        time.sleep(PAUSES[attempt])
            raise Silent(heard=heard)

    def _numbered(self, question: Message) -> tuple[bytes, int]:
        number, self._sequence = self._sequence, (self._sequence + 1) % 10
        try:
            return encode(question, number, encoding=self._site.encoding), number
        except BadLine as error:
            raise Refused("not_for_sip2", _("This number cannot be sent to the library system.")) from error

    def _connected(self) -> Connection:
        """Connected, signed in, and the other side is at work."""
        if self._line is None:
            self._line = Connection(self._site.address)
            try:
                self._begin(self._line)
            except Refused:
                self._hang_up()
                raise
        return self._line

    def _begin(self, line: Connection) -> None:
        self._sign_in(line)
        self._online(self._asked(line, "99", *self._numbered(self._site.speech.status())).message)

    def _sign_in(self, line: Connection) -> None:
        if not self._site.user:
            return
        question = self._site.speech.log_in(self._site.user, self._site.password, self._site.location)
        answer = self._asked(line, "93", *self._numbered(question)).message
        if answer.fixed["ok"] not in YES:
            log.error("The library system does not accept SIP2_USER and SIP2_PASSWORD")
            raise Refused(
                "library_system_login",
                _("The library system does not accept our sign-in. Please ask at the desk."),
                status=503,
            )

    def _asked(
        self, line: Connection, code: str, sent: bytes, number: int, about: tuple[str, str] = ("", "")
    ) -> HeardAnswer:
        """The answer to a question, past old answers and stray text. Raises OSError and BadMessage.

        An answer without a number that is about something else than `about` may be old: the right one may follow.
        """
        line.send(sent)
        damaged, another = 0, None
        for _line in range(MOST_LINES):
            try:
                answer = self._heard(line, FOR_A_BETTER_ONE if another else None)
            except TimeoutError:
                if another:
                    return another
                raise
            if answer is DAMAGED or (answer and answer.message.code == "96"):
                damaged += 1
                self._asked_again = True
                if damaged > RESENDS:
                    break
                line.send(RESEND if answer is DAMAGED else sent)
            elif answer and not _is_old(answer, code, number):
                if answer.message.code != ANSWERS[code]:
                    raise BadLine(f"{answer.message.code} is not an answer to {code}")
                found = HeardAnswer(answer.message, answer.sequence == number)
                if found.numbered or _is_about(found.message, *about):
                    return found
                another = found
        raise BadLine("Every answer was damaged or belonged to another question")

    def _heard(self, line: Connection, patience: float | None) -> Received | None:
        """The next line; DAMAGED, or None for stray text."""
        try:
            return decode(line.receive(patience), encoding=self._site.encoding)
        except WrongChecksum:
            return DAMAGED
        except Unknown:
            return None

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()


def _is_old(answer: Received, code: str, number: int) -> bool:
    """Said twice, or late. Without a number only its kind tells."""
    if answer.sequence is None:
        return answer.message.code != ANSWERS[code]
    return answer.sequence != number


def _is_about(message: Message, name: str, asked: str) -> bool:
    return not name or is_same(message.get(name), asked)


def _says_no(answer: Message) -> bool:
    return answer.get("BL") == "N" or answer.fixed.get("ok", "1") not in YES


def _said(answer: Message) -> str:
    """The other side's words for the person."""
    return " ".join(answer.all("AF")).strip()


def _agreed(answer: Message) -> Message:
    if answer.fixed["ok"] not in YES:
        words = _said(answer) or _("The library system does not allow this. Please ask at the desk.")
        raise Refused("library_system_refused", words, status=409)
    return answer
