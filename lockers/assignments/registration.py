"""Who gets which locker: assigning, sharing, waiting, giving back. The one door for pages, API, admin and commands.

`by` is an officer of the bank (refused `not_officer`, `other_bank`); commands pass None. No one registers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.lifecycle import require_valid
from config.errors import Refused
from config.live.news import publish
from lockers.access import keys
from lockers.assignments import waiting_list
from lockers.bank import places
from lockers.bank.log import access_log, webhook_events
from lockers.bank.officers import require_officer_of
from lockers.bank.terms import terms
from lockers.doors import events
from lockers.doors.doors import STAFF
from lockers.models import Assignment, Bank, JointHolder, Locker, LockerSize, WaitingEntry
from lockers.rules.doors import DoorState
from lockers.rules.messages import refusal
from lockers.rules.opening import missing_of
from lockers.rules.shares import ShareDates, fault


def _require_other_officer(by: User | None, bank: Bank, *people: User) -> None:
    require_officer_of(by, bank)
    if by is not None and by in people:
        raise refusal("not_yourself", 403)


# --- having a locker ----------------------------------------------------------------------------


@transaction.atomic
def assign(
    locker: Locker,
    customer: User,
    *,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    joint: Iterable[User] = (),
    at: datetime | None = None,
) -> Assignment:
    """The locker is this customer's from `starts_on` (today) to `ends_on` (for ever).

    Refused `locker_taken`, `out_of_service`, `not_valid`, `bad_dates`, `not_officer`, `not_yourself`,
    `terms_refused_before`.
    """
    joint, at = list(joint), at or timezone.now()
    _require_other_officer(by, locker.bank, customer, *joint)
    require_valid(customer)
    first = starts_on or timezone.localdate(at)
    if ends_on is not None and ends_on < first:
        raise refusal("bad_dates", 400)
    locker = places.locked(locker)
    if locker.out_of_service:
        raise refusal("out_of_service")
    terms.require_not_refused(customer, locker.bank, timezone.localdate(at))
    mine = _created(locker, customer, first, ends_on, by, at)
    for person in joint:
        _share(mine, person, by, at)
    _serve(locker, customer, at)
    webhook_events.assigned(mine, at)
    access_log.append(
        "locker.assigned",
        at=at,
        locker=locker.pk,
        assignment=mine.pk,
        person=customer.pk,
        joint=[person.pk for person in joint] or None,
        by=by and by.pk,
        starts_on=first.isoformat(),
        ends_on=ends_on and ends_on.isoformat(),
    )
    publish(STAFF, events.door_now(locker))
    return mine


def _created(
    locker: Locker, customer: User, first: date, last: date | None, by: User | None, at: datetime
) -> Assignment:
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                locker=locker, customer=customer, starts_on=first, ends_on=last, assigned_by=by, assigned_at=at
            )
    except IntegrityError as error:  # the constraint is the last word
        raise refusal("locker_taken") from error


@transaction.atomic
def release(
    assignment: Assignment, *, by: User | None, checklist: Mapping[str, object], at: datetime | None = None
) -> Assignment:
    """The locker is returned, with everything ticked. Its keys are void, and anyone who waits first is told.

    Refused `checklist_incomplete`, `door_not_locked`, `released_already`, `not_officer`, `not_yourself`.
    """
    at = at or timezone.now()
    locker = places.locked(assignment.locker)
    assignment = Assignment.objects.select_related("customer").get(pk=assignment.pk)
    _require_other_officer(by, locker.bank, *([assignment.customer] if assignment.customer else []))
    if assignment.open_slot is None:
        raise refusal("released_already")
    _require_checklist(checklist, locker)
    keys.void(locker, at)
    assignment.released_at, assignment.released_by, assignment.open_slot = at, by, None
    assignment.checklist = {name: bool(value) for name, value in checklist.items()}
    assignment.save(update_fields=["released_at", "released_by", "open_slot", "checklist"])
    assignment.joint_holders.filter(open_slot=1).update(until=at, open_slot=None)
    waiting_list.tell(locker.bank, locker.kind, at)
    webhook_events.released(assignment, at)
    access_log.append(
        "locker.released",
        at=at,
        locker=locker.pk,
        assignment=assignment.pk,
        person=assignment.customer_id,
        by=by and by.pk,
        checklist=assignment.checklist,
    )
    publish(STAFF, events.door_now(locker))
    return assignment


@transaction.atomic
def set_end(assignment: Assignment, ends_on: date | None, *, by: User | None, at: datetime | None = None) -> Assignment:
    """Its last day is another one, or (None) it has no end.

    Refused `bad_dates`, `released_already`, `not_officer`, `not_yourself`.
    """
    locker = places.locked(assignment.locker)
    mine = Assignment.objects.select_related("customer").get(pk=assignment.pk)
    _require_other_officer(by, locker.bank, *([mine.customer] if mine.customer else []))
    if mine.open_slot is None:
        raise refusal("released_already")
    if ends_on is not None and ends_on < mine.starts_on:
        raise refusal("bad_dates", 400)
    before, mine.ends_on = mine.ends_on, ends_on
    mine.save(update_fields=["ends_on"])
    access_log.append(
        "locker.end_moved",
        at=at,
        locker=locker.pk,
        assignment=mine.pk,
        person=mine.customer_id,
        by=by and by.pk,
        before=before and before.isoformat(),
        ends_on=ends_on and ends_on.isoformat(),
    )
    publish(STAFF, events.door_now(locker))
    return mine


def _require_checklist(checklist: Mapping[str, object], locker: Locker) -> None:
    """A lock that has a sensor must agree that the door is shut."""
    require_ticked(checklist)
    if locker.door not in (DoorState.LOCKED, DoorState.UNKNOWN):
        raise refusal("door_not_locked")


def require_ticked(checklist: Mapping[str, object]) -> None:
    """Refused `checklist_incomplete`."""
    if missing := missing_of(checklist):
        words = _("The checklist is not complete. Tick every item before you release the locker.")
        raise Refused("checklist_incomplete", words, details={"missing": missing})


# --- sharing it ---------------------------------------------------------------------------------


@transaction.atomic
def share(
    assignment: Assignment,
    person: User,
    *,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    at: datetime | None = None,
) -> JointHolder:
    """Someone opens it too, from `starts_on` to `ends_on` (None: as long as the assignment).

    Refused `joint_already`, `released_already`, `not_valid`, `bad_dates`, `share_outside`, and as `assign`.
    """
    at = at or timezone.now()
    _require_other_officer(by, assignment.locker.bank, person)
    locker = places.locked(assignment.locker)
    assignment = Assignment.objects.get(pk=assignment.pk)
    if assignment.open_slot is None:
        raise refusal("released_already")
    made = _share(assignment, person, by, at, (starts_on, ends_on))
    access_log.append(
        "joint.added",
        at=at,
        locker=locker.pk,
        assignment=assignment.pk,
        person=person.pk,
        by=by and by.pk,
        starts_on=starts_on and starts_on.isoformat(),
        ends_on=ends_on and ends_on.isoformat(),
    )
    return made


def _share(
    assignment: Assignment, person: User, by: User | None, at: datetime, days: ShareDates = (None, None)
) -> JointHolder:
    require_valid(person)
    if against := fault(days, (assignment.starts_on, assignment.ends_on)):
        raise refusal(against, 400)
    if person.pk == assignment.customer_id:
        raise refusal("joint_already")
    try:
        with transaction.atomic():
            return JointHolder.objects.create(
                assignment=assignment, person=person, since=at, added_by=by, starts_on=days[0], ends_on=days[1]
            )
    except IntegrityError as error:
        raise refusal("joint_already") from error


@transaction.atomic
def unshare(assignment: Assignment, person: User, *, by: User | None, at: datetime | None = None) -> None:
    """They open it no more, and a key of theirs that is alive opens nothing. Refused `not_joint`, `not_officer`."""
    at = at or timezone.now()
    _require_other_officer(by, assignment.locker.bank, person)
    locker = places.locked(assignment.locker)
    if not _end_sharing(assignment, person, at):
        raise refusal("not_joint", 404)
    access_log.append(
        "joint.removed", at=at, locker=locker.pk, assignment=assignment.pk, person=person.pk, by=by and by.pk
    )


def _end_sharing(assignment: Assignment, person: User, at: datetime) -> bool:
    keys.void(assignment.locker, at, person=person)
    return bool(assignment.joint_holders.filter(person=person, open_slot=1).update(until=at, open_slot=None))


# --- waiting for one ----------------------------------------------------------------------------


def wait(
    bank: Bank,
    person: User,
    *,
    by: User | None,
    kind: str = Locker.Kind.STANDARD,
    size: LockerSize | None = None,
    at: datetime | None = None,
) -> WaitingEntry:
    """The end of the queue; without a size any will do.

    Refused `waits_already`, `not_valid`, `not_officer`, `other_bank`.
    """
    require_officer_of(by, bank)
    require_valid(person)
    try:
        with transaction.atomic():
            return WaitingEntry.objects.create(
                bank=bank, person=person, kind=kind, size=size, since=at or timezone.now()
            )
    except IntegrityError as error:
        raise refusal("waits_already") from error


def stop_waiting(entry: WaitingEntry, *, by: User | None, at: datetime | None = None) -> None:
    """Refused `not_waiting_list` when it has ended already, `not_officer`, `other_bank`."""
    require_officer_of(by, entry.bank)
    open_entry = WaitingEntry.objects.filter(pk=entry.pk, open_slot=1)
    if not open_entry.update(state=WaitingEntry.State.CANCELLED, ended_at=at or timezone.now(), open_slot=None):
        raise refusal("not_waiting_list")


def _serve(locker: Locker, person: User, at: datetime) -> None:
    mine = WaitingEntry.objects.filter(bank=locker.bank_id, kind=locker.kind, person=person, open_slot=1)
    mine.update(state=WaitingEntry.State.SERVED, ended_at=at, open_slot=None)
