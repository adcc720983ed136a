"""From wishes to a draft: every line checked against people and doors as they are now, and nothing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.people.lookup import by_number, number_twins
from config.errors import Refused
from config.tables.incoming.twins import in_parts
from lockers.assignments.grants.plan import GrantDoor, GrantFacts, GrantVerdict, plan
from lockers.assignments.grants.rows import GrantWish
from lockers.bank.officers import require_officer_of
from lockers.bank.places import natural
from lockers.models import Assignment, Bank, Grant, GrantLine, Locker
from lockers.rules.messages import refusal

MOST_LINES = 20_000  # on a page or in the API; a command may bring more
KEPT = timedelta(days=1)  # of a draft that no one starts
Line = GrantLine.State


@dataclass(frozen=True, slots=True)
class GrantFrame:
    """What holds for all lines. `first`, `last`: numbers of doors, in the order of doors; "" for no bound."""

    name: str
    bank: Bank
    starts_on: date
    ends_on: date
    kind: str = Locker.Kind.STANDARD
    first: str = ""
    last: str = ""


def draft(frame: GrantFrame, wishes: Sequence[GrantWish], *, by: User | None, at: datetime | None = None) -> Grant:
    """A grant that no one has started, with a verdict for each line.

    Refused `not_officer`, `other_bank`, `bad_dates`, `past`, `nobody_meant_by_grant`, `unknown_locker` for a
    bound that is not a door.
    """
    require_officer_of(by, frame.bank)
    at = at or timezone.now()
    today = timezone.localdate(at)
    if frame.ends_on < frame.starts_on:
        raise refusal("bad_dates", 400)
    if frame.ends_on < today:
        raise Refused("past", _("The last day has passed. Choose a later one."))
    if not wishes:
        raise Refused("nobody_meant_by_grant", _("The grant contains no one. Choose a department, a list or a file."))
    facts = _facts(frame, wishes, by, today)
    found = plan(wishes, facts, starts_on=frame.starts_on, ends_on=frame.ends_on, today=today)
    return _saved(frame, found, by, at)


def members_of(department: Department) -> QuerySet[User]:
    """Whose membership is valid today, by name."""
    people = User.objects.get_queryset().valid_on(timezone.localdate()).filter(department=department)
    return people.order_by("last_name", "first_name", "pk")


def discard(grant: Grant, *, by: User | None) -> None:
    """Refused `not_a_draft`, `not_officer`, `other_bank`."""
    require_officer_of(by, grant.bank)
    if not Grant.objects.filter(pk=grant.pk, state=Grant.State.DRAFT).delete()[0]:
        raise refusal("not_a_draft")


def purge(now: datetime) -> int:
    """Drafts that no one has started for a day."""
    over = Grant.objects.filter(state=Grant.State.DRAFT, made_at__lt=now - KEPT)
    count = over.count()
    over.delete()
    return count


# --- what is so now -------------------------------------------------------------------------------


def _facts(frame: GrantFrame, wishes: Sequence[GrantWish], by: User | None, today: date) -> GrantFacts:
    """A few queries, however many lines there are."""
    numbers = {wish.said for wish in wishes if wish.said and not wish.problem}
    people = by_number(numbers)
    unknown = [number for number in numbers if number.casefold() not in people]
    taken = Assignment.objects.filter(open_slot=1, locker__bank=frame.bank)
    has = taken.exclude(customer=None).values_list("customer_id", "locker__number")
    return GrantFacts(
        people={number: person.pk for number, person in people.items()},
        doors=_doors(frame, taken),
        valid={person.pk for person in people.values() if person.is_active and person.is_valid_on(today)},
        twins=number_twins(unknown),
        has={person: number for person, number in has if person is not None},
        by=by.pk if by else None,
    )


def _doors(frame: GrantFrame, taken: QuerySet[Assignment]) -> dict[str, GrantDoor]:
    held = {row.locker_id: row for row in taken}
    rows = list(Locker.objects.filter(bank=frame.bank))
    for number in (frame.first, frame.last):
        _require_door(rows, number)
    bounds = frame.first, frame.last
    return {row.number.casefold(): _door(row, held.get(row.pk), fits(row, frame.kind, bounds)) for row in rows}


def _require_door(rows: Sequence[Locker], number: str) -> None:
    number = number.strip().casefold()
    if number and not any(row.number.casefold() == number for row in rows):
        words = _("There is no locker %(number)s in this bank.")
        raise Refused("unknown_locker", words % {"number": number[:20]})


def fits(row: Locker, kind: str, bounds: tuple[str, str]) -> bool:
    """Of this kind, and not outside these numbers of doors ("": no bound), in the order of doors."""
    first, last = (natural(number.strip().casefold()) if number.strip() else None for number in bounds)
    here = natural(row.number.casefold())
    return row.kind == kind and (first is None or here >= first) and (last is None or here <= last)


def _door(row: Locker, held: Assignment | None, fits: bool) -> GrantDoor:
    if held is None:
        return GrantDoor(row.pk, row.number, out_of_service=row.out_of_service, fits=fits)
    dates = held.starts_on, held.ends_on
    return GrantDoor(row.pk, row.number, held.customer_id, dates, row.out_of_service, fits)


# --- kept -----------------------------------------------------------------------------------------


@transaction.atomic
def _saved(frame: GrantFrame, found: Sequence[GrantVerdict], by: User | None, at: datetime) -> Grant:
    grant = Grant.objects.create(
        name=frame.name.strip()[:100],
        bank=frame.bank,
        kind=frame.kind,
        first_number=frame.first.strip(),
        last_number=frame.last.strip(),
        starts_on=frame.starts_on,
        ends_on=frame.ends_on,
        by_command=by is None,
        made_by=by,
        made_at=at,
    )
    there = _still_there(found)
    GrantLine.objects.bulk_create([_line(grant, verdict, there) for verdict in found], batch_size=500)
    return grant


def _still_there(found: Sequence[GrantVerdict]) -> set[int]:
    people = {str(verdict.person) for verdict in found if verdict.person}
    return {pk for some in in_parts(people) for pk in User.objects.filter(pk__in=some).values_list("pk", flat=True)}


def _line(grant: Grant, verdict: GrantVerdict, there: set[int]) -> GrantLine:
    state = {"": Line.PLANNED, "same": Line.SAME}.get(verdict.code, Line.REFUSED)
    return GrantLine(
        grant=grant,
        line=verdict.wish.line,
        said=verdict.wish.said,
        person_id=verdict.person if verdict.person in there else None,
        locker_id=verdict.door.pk if verdict.door and state != Line.REFUSED else None,
        any_free=verdict.wish.locker is None,
        starts_on=verdict.starts_on,
        ends_on=verdict.ends_on,
        state=state,
        code="" if state == Line.SAME else verdict.code,
        detail=verdict.detail[:100],
    )
