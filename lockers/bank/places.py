"""What must be known of a locker and of a station before anyone opens anything there."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from lockers.models import Assignment, JointHolder, Locker, LockerStation
from lockers.rules.doors import DoorState
from lockers.rules.messages import refusal
from lockers.rules.opening import LockerFacts
from lockers.rules.visibility import shared_on


def locked(locker: Locker) -> Locker:
    """The locker's row, held until the transaction ends. Always the first lock that is taken."""
    Locker.objects.select_for_update().get(pk=locker.pk)  # alone: a join would lock the bank too
    return Locker.objects.select_related("bank").get(pk=locker.pk)


def current_assignment(locker: Locker) -> Assignment | None:
    return Assignment.objects.filter(locker=locker, open_slot=1).select_related("customer").first()


def natural(number: str) -> tuple[int, str]:
    """2 before 10, and A-2 before A-10 as long as they are written alike."""
    return len(number), number


def free_lockers() -> QuerySet[Locker]:
    taken = Assignment.objects.filter(open_slot=1).values("locker")
    return Locker.objects.filter(out_of_service=False).exclude(pk__in=taken).select_related("bank", "size")


def holders_of(assignment: Assignment, day: date | None = None) -> frozenset[int]:
    """The customer and the joint holders; with a day only those of them whose share holds then."""
    joint = JointHolder.objects.filter(shared_on(day), assignment=assignment, open_slot=1)
    people = set(joint.values_list("person_id", flat=True))
    return frozenset(people | ({assignment.customer_id} if assignment.customer_id else set()))


def facts_of(locker: Locker) -> LockerFacts:
    mine = current_assignment(locker)
    if mine is None:
        return LockerFacts(frozenset(), None, DoorState(locker.door), locker.out_of_service)
    dates = mine.starts_on, mine.ends_on
    joint = JointHolder.objects.filter(assignment=mine, open_slot=1).values_list("person_id", "starts_on", "ends_on")
    shares = {person: (first, last) for person, first, last in joint}
    holders = frozenset({*shares} | ({mine.customer_id} if mine.customer_id else set()))
    blocked = mine.blocked_at is not None
    return LockerFacts(holders, dates, DoorState(locker.door), locker.out_of_service, shares, blocked)


def require_station(locker: Locker, station: str) -> None:
    """Refused `unknown_station` unless this is a kiosk beside the locker's own bank."""
    beside = LockerStation.objects.filter(station__slug=station, station__active=True, bank=locker.bank_id)
    if not beside.exists():
        raise refusal("unknown_station", 403)


def held_by(person_id: int, day: date | None = None) -> Q:
    """Lockers that this person has now, alone or with others; with a day only where their share holds then."""
    joint = JointHolder.objects.filter(shared_on(day), person=person_id, open_slot=1, assignment__open_slot=1)
    own = Assignment.objects.filter(customer=person_id, open_slot=1)
    return Q(pk__in=own.values("locker")) | Q(pk__in=joint.values("assignment__locker"))


def station_names() -> dict[str, str]:
    """What people call each kiosk. The log and attempts keep only its short name, which outlives the station."""
    return dict(LockerStation.objects.values_list("station__slug", "station__name"))


def numbered(lockers: QuerySet[Locker], said: str) -> list[Locker]:
    """Those whose number was typed, whatever the case. MariaDB would take an Arabic seven for a 7."""
    wanted = said.strip()
    found = lockers.filter(number__iexact=wanted)
    return [locker for locker in found if locker.number.casefold() == wanted.casefold()]
