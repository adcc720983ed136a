"""What our server says of people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from library.circulation import fines, loans, policy
from library.models import Copy, Hold, Loan
from library.rules.lending import CopyStatus
from library.sip2.codec.layouts import LISTS, STATUS
from library.sip2.server.answer_parts import DENIED

Field = tuple[str, str]
ALL_TYPES = ""  # of an item: the policy that is for none in particular
NO_LIMIT, NO_FEE_LIMIT = "9999", "9999.99"  # as high as the field can say: our rules know no such limit
MOST = 9999


@dataclass(frozen=True, slots=True)
class Patron:
    """A person as a terminal has named them. `person` None: no one has this number."""

    person: User | None
    pin: str = ""  # "": none was sent, "right", "wrong"
    words: str = ""  # what the person is told about a wrong one

    @property
    def valid(self) -> bool:
        return self.person is not None and self.person.is_active and self.person.is_valid_on(timezone.localdate())


def find(number: str) -> User | None:
    """By id number, or by the card's barcode; in capitals too, for some machines know no others."""
    number = number.strip()
    if not number:
        return None
    for how in ({"id_number": number}, {"card_barcode": number}, {"id_number__iexact": number}):
        if person := User.objects.filter(**how).first():
            return person
    return None


def flags(patron: Patron, now: datetime, *, shown: bool = True) -> str:
    """The fourteen places of a patron status. Without the PIN a caller only hears whether the number is good."""
    true: set[str] = set()
    if patron.person is None or not patron.valid:
        true = set(DENIED)
    elif shown:
        true = set(_what_stands_in_the_way(patron.person, now))
    return "".join("Y" if name in true else " " for name in STATUS)


def _what_stands_in_the_way(person: User, now: datetime) -> Iterator[str]:
    """As our rules have it: a block forbids loans and renewals, a full or late account only loans."""
    state, terms = policy.person_state(person, now), policy.terms_for(person, ALL_TYPES)
    if state.blocked:
        yield from ("charge_denied", "renewal_denied")
    if state.owes_too_much:
        yield from ("charge_denied", "renewal_denied", "fines")
    if terms.most_loans is not None and state.open_loans >= terms.most_loans:
        yield from ("charge_denied", "too_many_charged")
    if terms.overdue_blocks and state.overdue:
        yield from ("charge_denied", "too_many_overdue")


def limits(person: User) -> list[Field]:
    """How many holds, overdue books and loans a person may have, and what they may owe."""
    terms = policy.terms_for(person, ALL_TYPES)
    charged = NO_LIMIT if terms.most_loans is None else _four(terms.most_loans)
    return [
        ("BZ", NO_LIMIT),
        ("CA", "0000" if terms.overdue_blocks else NO_LIMIT),
        ("CB", charged),
        ("CC", f"{settings.LIBRARY_FINE_LIMIT:.2f}" if settings.LIBRARY_FINE_LIMIT else NO_FEE_LIMIT),
    ]


def money(person: User) -> list[Field]:
    """What is owed."""
    owed = max(fines.owed_by(person), Decimal(0))
    return [("BH", settings.LIBRARY_CURRENCY), ("BV", f"{owed:.2f}")]


def why_not(person: User, now: datetime) -> str:
    """The code of the first reason against any loan, or empty."""
    state, terms = policy.person_state(person, now), policy.terms_for(person, ALL_TYPES)
    if not state.valid:
        return "not_valid"
    if state.blocked:
        return "blocked"
    if state.owes_too_much:
        return "owes_too_much"
    return "overdue" if terms.overdue_blocks and state.overdue else ""


def _four(number: int) -> str:
    return f"{min(number, MOST):04d}"


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
    return {name: _four(number) for name, number in numbers.items()}


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
        return [f"{fine.balance:.2f} {fine.loan.copy.title.title}" for fine in policy.unpaid(person)]
    if name == "AS":
        return [hold.copy.barcode for hold in _holds(person, Hold.State.READY) if hold.copy]
    if name == "CD":
        return [barcode for hold in _holds(person, Hold.State.WAITING) if (barcode := _first_back(hold))]
    return []


def _holds(person: User, state: str) -> list[Hold]:
    waiting = Hold.objects.filter(person=person, open_slot=1, state=state)
    return list(waiting.select_related("copy").order_by("placed_at", "pk"))


def _first_back(hold: Hold) -> str:
    """A hold is for a title, and machines know copies: the one that is due back first stands for it."""
    out = Loan.objects.filter(copy__title=hold.title_id, open_slot=1).order_by("due_at", "pk")
    copies = Copy.objects.filter(title=hold.title_id).exclude(status=CopyStatus.WITHDRAWN).order_by("pk")
    return out.values_list("copy__barcode", flat=True).first() or copies.values_list("barcode", flat=True).first() or ""
