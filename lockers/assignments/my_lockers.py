"""What someone has now, alone or with others, and who opened it since they have had it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from lockers.bank import access_times, week_words
from lockers.models import Approval, Assignment, JointHolder, Opening
from lockers.rules.visibility import seen_openings


@dataclass(frozen=True)
class MyLocker:
    """A locker that someone has now, alone or with others."""

    assignment: Assignment
    share: JointHolder | None  # mine; None: I am its customer
    joint: list[JointHolder]  # the others who share it
    hours_now: str  # in words: open or closed now, and until when
    hours: list[tuple[Any, str]]  # its own of each weekday, else those of its bank

    @property
    def shared(self) -> bool:
        """It belongs to another customer."""
        return self.share is not None

    def has_begun(self, day: date) -> bool:
        """A share from tomorrow on shows no door today."""
        return self.share is None or self.share.starts_on is None or self.share.starts_on <= day

    @property
    def others(self) -> list[User]:
        owner = [self.assignment.customer] if self.share and self.assignment.customer else []
        return owner + [one.person for one in self.joint]


def lockers_of(person: User) -> list[MyLocker]:
    """Four queries, however many they are. Also for officers: what is theirs, not what they may see.

    A share that begins later is there with its days; one that is over is not.
    """
    shared = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1)
    shared = shared.exclude(ends_on__lt=timezone.localdate())
    rows = Assignment.objects.filter(open_slot=1).select_related("locker__bank", "locker__size", "customer")
    rows = rows.prefetch_related("locker__bank__closed_days")
    found = list(
        (rows.filter(customer=person) | rows.filter(pk__in=shared.values("assignment"))).order_by(
            "locker__bank", "locker__number"
        )
    )
    joint: dict[int, list[JointHolder]] = {row.pk: [] for row in found}
    for holder in JointHolder.objects.filter(assignment__in=found, open_slot=1).select_related("person"):
        joint[holder.assignment_id].append(holder)
    return [_mine(row, joint[row.pk], person) for row in found]


def _mine(row: Assignment, joint: list[JointHolder], person: User) -> MyLocker:
    own = next((one for one in joint if one.person_id == person.pk), None)
    times = [access_times.of_bank(row.locker.bank), access_times.of_assignment(row)]
    words = access_times.now_words(times, timezone.now())
    shown = week_words.days_of(row.hours or row.locker.bank.hours)
    return MyLocker(row, own, [one for one in joint if one is not own], words, shown)


def openings_of(person: User) -> QuerySet[Opening]:
    """Of their lockers, as long as those have been theirs: what was before is no one's business."""
    rows = Opening.objects.filter(seen_openings(person))
    approvals = Prefetch("approvals", Approval.objects.select_related("officer"))
    return rows.select_related("locker__bank", "person").prefetch_related(approvals).order_by("-pk")
