"""Releasing the lockers of a grant whose time is over, many at once: a preview first, then those that were chosen.

Nothing is lost: what may still hold a customer's things is never chosen beforehand, and a locker that was opened, or
given more time, since the preview was read stays as it is. Each release is a transaction of its own, by the same rule
as a single one (`registration.release`), so a refusal keeps none of the others back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from lockers.assignments import registration
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.models import Abandonment, Assignment, Grant, Opening
from lockers.rules.doors import DoorState
from lockers.rules.messages import refusal

AT_ONCE = 200  # lockers of one preview, and of one release


@dataclass(frozen=True)
class DueLocker:
    """`code`: why it cannot be released together with the others; empty where it can.

    `used`: it was opened since it was assigned, so an officer must look into it first.
    """

    assignment: Assignment
    used: bool
    code: str


@dataclass(frozen=True)
class NotReleased:
    assignment: Assignment
    why: Refused


@dataclass
class Released:
    done: list[Assignment] = field(default_factory=list)
    refused: list[NotReleased] = field(default_factory=list)


def due(grant: Grant, day: date) -> QuerySet[Assignment]:
    """Lockers of this grant whose last day has passed, and that no one has returned."""
    rows = Assignment.objects.filter(grant_line__grant=grant, open_slot=1, ends_on__lt=day)
    return rows.select_related("locker__bank", "customer").order_by("grant_line__line")


def preview(grant: Grant, *, by: User | None, now: datetime) -> list[DueLocker]:
    """The first of them, with what stands against each. Anyone who may see the grant may see this."""
    opened = Opening.objects.filter(locker=OuterRef("locker"), requested_at__gte=OuterRef("assigned_at"))
    cases = Abandonment.objects.filter(assignment=OuterRef("pk"), open_slot=1)
    rows = due(grant, timezone.localdate(now)).annotate(opened=Exists(opened), case=Exists(cases))
    return [DueLocker(row, row.opened, _against(row, row.case, by)) for row in rows[:AT_ONCE]]


def _against(row: Assignment, has_case: bool, by: User | None) -> str:
    if has_case:
        return "case_open"
    if by is not None and row.customer_id == by.pk:
        return "not_yourself"
    return "" if row.locker.door in (DoorState.LOCKED, DoorState.UNKNOWN) else "door_not_locked"


def release(
    grant: Grant,
    chosen: Collection[int],
    *,
    by: User | None,
    checklist: Mapping[str, object],
    seen_at: datetime,
    now: datetime | None = None,
) -> Released:
    """Of the `chosen` assignments those that are still as they were at `seen_at`, when the preview was read.

    Refused as a whole: `not_officer`, `other_bank`, `checklist_incomplete`, `nothing_chosen`, `too_many_chosen`.
    """
    now = now or timezone.now()
    seen_at = min(seen_at, now)
    require_officer_of(by, grant.bank)
    _require_sense(chosen, checklist)
    released = Released()
    for row in Assignment.objects.filter(grant_line__grant=grant, pk__in=chosen).select_related("locker__bank"):
        try:
            released.done.append(_released(row, by, checklist, seen_at, now))
        except Refused as refused:
            released.refused.append(NotReleased(row, refused))
    count = {"released": len(released.done), "refused": len(released.refused)}
    access_log.append("grant.released", at=now, grant=grant.pk, bank=grant.bank_id, by=by and by.pk, **count)
    return released


def _require_sense(chosen: Collection[int], checklist: Mapping[str, object]) -> None:
    if not chosen:
        raise refusal("nothing_chosen", 400)
    if len(chosen) > AT_ONCE:
        raise refusal("too_many_chosen", 400)
    registration.require_ticked(checklist)


@transaction.atomic
def _released(
    row: Assignment, by: User | None, checklist: Mapping[str, object], seen_at: datetime, now: datetime
) -> Assignment:
    """Looked at again under the locker's row."""
    locker = places.locked(row.locker)
    mine = Assignment.objects.get(pk=row.pk)
    if mine.open_slot is not None and (mine.ends_on is None or mine.ends_on >= timezone.localdate(now)):
        raise refusal("not_ended")
    if Abandonment.objects.filter(assignment=mine, open_slot=1).exists():
        raise refusal("case_open")
    later = Q(requested_at__gte=seen_at) | Q(opened_at__gte=seen_at)
    if Opening.objects.filter(later, locker=locker).exists():
        raise refusal("opened_since_preview")
    return registration.release(row, by=by, checklist=checklist, at=now)
