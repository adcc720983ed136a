"""What our server says of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.services import check_pin
from config.errors import Refused
from library import loans, policy
from library.models import Hold
from library.sip2.layouts import LISTS

Field = tuple[str, str]
CLEAR = " "


@dataclass(frozen=True, slots=True)
class Patron:
    """Somebody as a terminal has named them. `person` None: nobody has this number."""

    person: User | None
    pin: str = ""  # "": none was sent, "right", "wrong"

    @property
    def valid(self) -> bool:
        return self.person is not None and self.person.is_active and self.person.is_valid_on(timezone.localdate())

    @property
    def may_be_shown(self) -> bool:
        return self.person is not None and self.pin == "right"


def find(number: str) -> User | None:
    """By id number, or by the card's barcode."""
    number = number.strip()
    if not number:
        return None
    by_id = User.objects.filter(id_number=number).first()
    return by_id or User.objects.filter(card_barcode=number).first()


def named(number: str, pin: str | None) -> Patron:
    """`pin` None: none was sent."""
    person = find(number)
    if pin is None or person is None:
        return Patron(person)
    return Patron(person, "right" if _is_right(person, pin) else "wrong")


def _is_right(person: User, pin: str) -> bool:
    try:
        check_pin(person, pin)
    except Refused:
        return False
    return True


def flags(patron: Patron, now: datetime) -> str:
    """Fourteen: charging, renewing and holding denied come first; the rest is not known here."""
    if patron.person is None or not patron.valid:
        return "YYYY" + CLEAR * 10
    state = policy.person_state(patron.person, now)
    denied = "Y" if state.blocked else CLEAR
    return denied * 2 + CLEAR + denied + CLEAR * 10


def counts(person: User, now: datetime) -> dict[str, str]:
    state = policy.person_state(person, now)
    waiting = Hold.objects.filter(person=person, open_slot=1)
    ready = waiting.filter(state=Hold.State.READY).count()
    numbers = {
        "holds": ready,
        "overdue": state.overdue,
        "charged": state.open_loans,
        "fines": len(policy.unpaid(person)),
        "recalls": 0,
        "unavailable_holds": waiting.count() - ready,
    }
    return {name: f"{min(number, 9999):04d}" for name, number in numbers.items()}


def items(person: User, summary: str, first: int, last: int, now: datetime) -> list[Field]:
    """The one list that the summary asks for, from `first` to `last`, counted from 1."""
    place = summary.find("Y")
    if not 0 <= place < len(LISTS):
        return []
    name = LISTS[place]
    return [(name, value) for value in _listed(person, name, now)[max(first - 1, 0) : last]]


def _listed(person: User, name: str, now: datetime) -> list[str]:
    if name in ("AT", "AU"):
        mine = loans.open_loans(person)
        return [loan.copy.barcode for loan in mine if name == "AU" or loan.due_at < now]
    if name == "AV":
        return [f"{fine.amount} {fine.loan.copy.title.title}" for fine in policy.unpaid(person)]
    if name in ("AS", "CD"):
        state = Hold.State.READY if name == "AS" else Hold.State.WAITING
        return list(
            Hold.objects.filter(person=person, open_slot=1, state=state)
            .order_by("placed_at", "pk")
            .values_list("title__title", flat=True)
        )
    return []
