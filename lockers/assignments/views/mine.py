"""My locker: since when, with whom, who opened it, and what I tried myself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.consent.consent import standing_purposes
from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.roles import Purpose
from lockers.access.attempt_messages import reason_words
from lockers.assignments.abandoned.steps import due_on
from lockers.bank import access_times, week_words
from lockers.bank.terms import terms
from lockers.models import (
    Abandonment,
    AccessAttempt,
    Approval,
    Assignment,
    JointHolder,
    Opening,
    TermsAnswer,
    WaitingEntry,
)
from lockers.rules.guards import for_holders
from lockers.rules.visibility import seen_openings

OPENINGS, TRIES = 30, 20


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

    @property
    def others(self) -> list[User]:
        owner = [self.assignment.customer] if self.share and self.assignment.customer else []
        return owner + [one.person for one in self.joint]


@require_GET
@for_holders
def mine(request: HttpRequest) -> HttpResponse:
    me = asker(request)
    have = lockers_of(me)
    opened = Paginator(openings_of(me), OPENINGS)
    tries = AccessAttempt.objects.filter(person=me).select_related("locker__bank")[:TRIES]
    context = {
        "lockers": have,
        "page": opened.get_page(request.GET.get("page")),
        "tries": [(attempt, reason_words(attempt.reason)) for attempt in tries],
        "cases": _cases(me),
        "witnessing": _witnessing(me),
        "terms": terms.standings(me, timezone.localdate()),
        "answers": TermsAnswer.objects.filter(person=me).select_related("terms__bank")[:20],
        "waits": WaitingEntry.objects.filter(person=me, open_slot=1).select_related("bank"),
        "agreed": Purpose.LOCKERS in standing_purposes(me),
        "me": me,
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    return render(request, "lockers/mine.html", context)


def _cases(person: User) -> list[tuple[Abandonment, date | None]]:
    """Lockers that they must empty, and what of theirs is in storage; with the day from which the next step is due."""
    rows = Abandonment.objects.filter(assignment__customer=person, open_slot=1)
    return [(row, due_on(row)) for row in rows.select_related("assignment__locker__bank")]


def _witnessing(person: User) -> QuerySet[Abandonment]:
    """Lockers at which an officer waits for them as the witness."""
    waiting = (Abandonment.State.ASKED, Abandonment.State.LISTED)
    rows = Abandonment.objects.filter(witness=person, state__in=waiting)
    return rows.select_related("officer", "assignment__locker__bank")


def lockers_of(person: User) -> list[MyLocker]:
    """Four queries, however many they are. Also for officers: what is theirs, not what they may see.

    A share that begins later is there with its days; one that is over is not.
    """
    shared = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1)
    shared = shared.exclude(ends_on__lt=timezone.localdate())
    rows = Assignment.objects.filter(open_slot=1).select_related("locker__bank", "customer")
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
