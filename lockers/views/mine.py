"""My locker: since when, with whom, who opened it, and what I tried myself."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.asking import asker
from accounts.models import User
from accounts.roles import Purpose
from accounts.services import standing_purposes
from lockers.models import AccessAttempt, Approval, Assignment, JointHolder, Opening, WaitingEntry
from lockers.tries_words import reason_words
from lockers.views.guards import for_holders

OPENINGS, TRIES = 30, 20


@dataclass(frozen=True)
class Mine:
    """A locker that somebody has now, alone or with others."""

    assignment: Assignment
    shared: bool  # it belongs to another customer
    others: list[User]


@require_GET
@for_holders
def mine(request: HttpRequest) -> HttpResponse:
    me = asker(request)
    have = lockers_of(me)
    opened = Paginator(openings_of([one.assignment for one in have]), OPENINGS)
    tries = AccessAttempt.objects.filter(person=me).select_related("locker__bank")[:TRIES]
    context = {
        "lockers": have,
        "page": opened.get_page(request.GET.get("page")),
        "tries": [(attempt, reason_words(attempt.reason)) for attempt in tries],
        "waits": WaitingEntry.objects.filter(person=me, open_slot=1).select_related("bank"),
        "agreed": Purpose.LOCKERS in standing_purposes(me),
        "me": me,
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    return render(request, "lockers/mine.html", context)


def lockers_of(person: User) -> list[Mine]:
    """Three queries, however many they are. Also for officers: what is theirs, not what they may see."""
    shared = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1).values("assignment")
    rows = Assignment.objects.filter(open_slot=1).select_related("locker__bank", "customer")
    found = list((rows.filter(customer=person) | rows.filter(pk__in=shared)).order_by("locker__bank", "locker__number"))
    joint: dict[int, list[User]] = {row.pk: [] for row in found}
    for holder in JointHolder.objects.filter(assignment__in=found, open_slot=1).select_related("person"):
        joint[holder.assignment_id].append(holder.person)
    return [Mine(row, row.customer_id != person.pk, _others(row, joint[row.pk], person)) for row in found]


def _others(row: Assignment, joint: list[User], person: User) -> list[User]:
    return [one for one in ([row.customer] if row.customer else []) + joint if one != person]


def openings_of(assignments: list[Assignment]) -> QuerySet[Opening]:
    """Of these lockers, as long as they have been theirs: what was before is nobody's business."""
    rows = Opening.objects.none()
    for row in assignments:
        rows |= Opening.objects.filter(locker=row.locker_id, requested_at__gte=row.assigned_at)
    approvals = Prefetch("approvals", Approval.objects.select_related("officer"))
    return rows.select_related("locker__bank", "person").prefetch_related(approvals).order_by("-pk")
