"""My locker: since when, with whom, the status of its door, who opened it, and what I tried myself."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.consent.consent import standing_purposes
from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.roles import Purpose
from config.web import guards
from lockers.access.attempt_messages import reason_words
from lockers.assignments import blocking, live
from lockers.assignments.abandoned.steps import due_on
from lockers.assignments.my_lockers import lockers_of, openings_of
from lockers.bank.terms import terms
from lockers.models import Abandonment, AccessAttempt, Assignment, TermsAnswer, WaitingEntry
from lockers.rules.guards import for_holders

OPENINGS, TRIES = 30, 20


@require_GET
@for_holders
def mine(request: HttpRequest) -> HttpResponse:
    me = asker(request)
    have = lockers_of(me)
    doors = {door["id"]: door for door in live.hello(me)["doors"]} if have else {}
    opened = Paginator(openings_of(me), OPENINGS)
    tries = AccessAttempt.objects.filter(person=me).select_related("locker__bank")[:TRIES]
    context = {
        "lockers": [(one, doors.get(one.assignment.locker_id)) for one in have],
        "page": opened.get_page(request.GET.get("page")),
        "tries": [(attempt, reason_words(attempt.reason)) for attempt in tries],
        "cases": _cases(me),
        "witnessing": _witnessing(me),
        "terms": terms.standings(me, timezone.localdate()),
        "answers": TermsAnswer.objects.filter(person=me).select_related("terms__bank")[:20],
        "waits": WaitingEntry.objects.filter(person=me, open_slot=1).select_related("bank", "size"),
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


def _mine(request: HttpRequest, pk: int) -> Assignment:
    """By the number of the locker. Anyone else's is not there (404)."""
    found = next((one.assignment for one in lockers_of(asker(request)) if one.assignment.locker_id == pk), None)
    if found is None:
        raise Http404
    return found


@require_POST
@for_holders
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not me: the locker opens with no key until an officer lifts the block."""
    assignment = _mine(request, pk)

    def act() -> str:
        blocking.block(assignment, by=asker(request))
        return _("Your locker is blocked. No key opens it. Please see a locker officer.")

    guards.done_or_said(request, act)
    return redirect("lockers:mine")
