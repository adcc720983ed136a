"""A person as the desk sees them: found by name, number or card; loans, holds, fines, and whether they are blocked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation import journal, loans, policy
from library.models import Fine, Hold, Loan, PatronBlock, Visit
from library.rules import text_folding

STATION = "desk"
MOST = 30  # people in one answer
MOST_WORDS = 6


@dataclass(frozen=True)
class PatronAccount:
    person: User
    valid: bool
    loans: list[Loan]
    holds: list[Hold]
    fines: list[Fine]
    block: PatronBlock | None
    visit: Visit | None

    @property
    def owed(self) -> Decimal:
        """To pay, without what is to be refunded."""
        return sum((fine.balance for fine in self.fines if fine.balance > 0), Decimal(0))

    @property
    def overdue(self) -> int:
        now = timezone.now()
        return sum(loan.due_at < now for loan in self.loans)


def account_of(person: User, now: datetime | None = None) -> PatronAccount:
    return PatronAccount(
        person=person,
        valid=policy.person_state(person, now).valid,
        loans=loans.open_loans(person),
        holds=list(with_places(Hold.objects.filter(person=person, open_slot=1))),
        fines=policy.unpaid(person),
        block=PatronBlock.objects.select_related("by").filter(person=person).first(),
        visit=Visit.objects.filter(person=person, open_slot=1).first(),
    )


def with_places(holds: QuerySet[Hold]) -> list[Hold]:
    """Each with `.place`: 1 for who is next in its queue. One query more, however many there are."""
    rows = list(holds.select_related("title", "copy", "person").order_by("placed_at", "pk"))
    waiting = Hold.objects.filter(title__in={row.title_id for row in rows}, state=Hold.State.WAITING, open_slot=1)
    queues: dict[int, list[int]] = {}
    for title, hold in waiting.order_by("placed_at", "pk").values_list("title", "pk"):
        queues.setdefault(title, []).append(hold)
    for row in rows:
        queue = queues.get(row.title_id, [])
        row.place = queue.index(row.pk) + 1 if row.pk in queue else 0  # type: ignore[attr-defined]
    return rows


def known_by(number: str) -> User | None:
    """Whose card or id number this is."""
    return User.objects.filter(Q(card_barcode=number) | Q(id_number__iexact=number)).first() if number else None


def find(words: str) -> list[User]:
    """Everyone whose name or number has all the words; where no one has, those whose name is spelled otherwise."""
    if not words.strip():
        return []
    found = User.objects.filter(is_active=True)
    for word in words.split()[:MOST_WORDS]:
        name = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(name | Q(id_number__icontains=word))
    return _in_order(found) or _in_order(User.objects.filter(pk__in=list(islice(_spelled_otherwise(words), MOST))))


def _in_order(people: QuerySet[User]) -> list[User]:
    return list(people.select_related("department").order_by("last_name", "first_name", "pk")[:MOST])


def _spelled_otherwise(words: str) -> Iterator[int]:
    """O’Brien as obrien, Müller as mueller: no database compares so, so each name is looked at once."""
    needles = text_folding.needles(words)[:MOST_WORDS]
    people = User.objects.filter(is_active=True).values_list("pk", "first_name", "last_name")
    for pk, first, last in people.iterator() if needles else ():
        text = text_folding.search_text(title=f"{first} {last}", authors="", subjects="")
        if all(any(all(word in text for word in way) for way in ways) for ways in needles):
            yield pk


# --- blocks --------------------------------------------------------------------------------------


@transaction.atomic
def block(person: User, reason: str, *, by: User | None, station: str = STATION) -> PatronBlock:
    """No new loans until it is lifted. Refused `no_reason`: the person is told why."""
    reason = reason.strip()[:200]
    if not reason:
        raise Refused("no_reason", _("Give a reason. The person and your colleagues can read it."))
    row, _created = PatronBlock.objects.update_or_create(
        person=person, defaults={"reason": reason, "by": by, "since": timezone.now()}
    )
    journal.note(journal.Kind.BLOCKED, person, station=station, by=_number_of(by))
    return row


@transaction.atomic
def unblock(person: User, *, by: User | None = None, station: str = STATION) -> bool:
    """False when no one had blocked them."""
    row = PatronBlock.objects.filter(person=person).first()
    if row is not None:
        row.delete()  # not in bulk, so that the audit log hears of it
        journal.note(journal.Kind.UNBLOCKED, person, station=station, by=_number_of(by))
    return row is not None


def _number_of(librarian: User | None) -> str:
    """For the journal: who did it. The reason stays between the library and the person."""
    return librarian.id_number if librarian else ""
