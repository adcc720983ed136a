"""Who is at the other end of a line: the machine that has signed in, and the person whose PIN it has shown."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.credentials.pins import check_named
from accounts.models import User
from config.errors import Refused
from library.sip2.codec.messages import Message
from library.sip2.server import patron_status, terminals
from library.sip2.server.patron_status import Patron

LOGIN_TRIES = 3
KEY = secrets.token_bytes(32)  # of this process: what is kept of a PIN in a session is worth nothing elsewhere


@dataclass(frozen=True, slots=True)
class ShownPin:
    """A PIN that was right, so that the next message with it needs no slow hash and counts no try."""

    person: int
    hashed: str  # as the database had it: after a new PIN the old one is forgotten
    digest: bytes


class TerminalSession:
    def __init__(self) -> None:
        self.terminal = ""
        self._failed = 0
        self._shown: ShownPin | None = None

    # --- the machine ------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str) -> bool:
        """A wrong try changes nothing for a machine that is signed in; after three no more are looked at."""
        if self._failed >= LOGIN_TRIES or not terminals.is_terminal(name, password):
            self._failed += 1
            return False
        self.terminal, self._shown, self._failed = name, None, 0
        return True

    @property
    def is_over(self) -> bool:
        """No one has signed in, and no one may try again."""
        return not self.terminal and self._failed >= LOGIN_TRIES

    @property
    def station(self) -> str:
        return f"sip2:{self.terminal}"[:50]

    def may(self, code: str) -> bool:
        return terminals.may(self.terminal, code)

    # --- the person -------------------------------------------------------------------------------

    def named(self, question: Message) -> Patron:
        """Who is meant. A right PIN is enough until the session ends or another person is named; none sent is none."""
        number, pin = question.get("AA"), question.get("AD").strip()
        person = patron_status.find(number)
        if person is not None and self._is_shown(person, pin):
            return Patron(person, "right")
        self._shown = None
        return self._checked(person, number, pin) if pin else Patron(person)

    def _is_shown(self, person: User, pin: str) -> bool:
        known = self._shown
        if known is None or (known.person, known.hashed) != (person.pk, person.pin):
            return False
        return not pin or hmac.compare_digest(known.digest, _digest(person, pin))

    def _checked(self, person: User | None, number: str, pin: str) -> Patron:
        """A number that no one has is answered in the same words and as slowly as a wrong PIN."""
        try:
            known = check_named(person, number, pin, door=self.station)
        except Refused as no:
            return Patron(person, "wrong", no.message)
        self._shown = ShownPin(known.pk, known.pin, _digest(known, pin))
        return Patron(known, "right")

    def shows(self, patron: Patron) -> bool:
        """Whether the machine may see this account: with the right PIN, or without one where none is asked for."""
        if patron.person is None or patron.pin == "wrong":
            return False
        return patron.pin == "right" or not settings.SIP2_ASK_PIN

    def borrower(self, question: Message) -> User:
        """Refused `unknown_person`, `wrong_pin`, and `pin_first` where SIP2_ASK_PIN."""
        patron = self.named(question)
        if patron.person is None:
            raise Refused("unknown_person", _("This card is not known."), status=404)
        if patron.pin == "wrong":
            raise Refused("wrong_pin", patron.words or _("The PIN is wrong."), status=403)
        if not self.shows(patron):
            raise Refused("pin_first", _("Please enter your PIN first."), status=403)
        return patron.person

    def end(self) -> None:
        self._shown = None


def _digest(person: User, pin: str) -> bytes:
    return hmac.new(KEY, f"{person.pk}:{pin}".encode(), hashlib.sha256).digest()
