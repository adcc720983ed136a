"""One locker: how it stands, whose it is and was, what happened at it, and what an officer may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.asking import asker
from accounts.models import User
from config.errors import Refused
from lockers import board, customers, openings, places, registration, upkeep
from lockers.models import AccessAttempt, Alarm, Approval, Assignment, JointHolder, Locker, Opening
from lockers.rules import RELEASE_CHECKLIST, officers_needed
from lockers.views.guards import done_or_said, for_officers

SHOWN = 20  # rows of each kind
CHECKS = {
    "emptied": gettext_lazy("The locker is empty"),
    "inspected": gettext_lazy("Door and lock were looked at"),
    "door_locked": gettext_lazy("The door is shut and locked"),
    "customer_told": gettext_lazy("The customer knows that it is given back"),
}


@require_GET
@for_officers
def locker_page(request: HttpRequest, pk: int) -> HttpResponse:
    locker = get_object_or_404(Locker.objects.select_related("bank"), pk=pk)
    openings_of = Opening.objects.filter(locker=locker).select_related("person")
    approvals = Prefetch("approvals", Approval.objects.select_related("officer"))
    mine = _assignments(locker).filter(open_slot=1).first()
    context = {
        "locker": locker,
        "tile": board.tile_of(locker),
        "mine": mine,
        "today": timezone.localdate(),
        "joint": [holder for holder in mine.joint_holders.all() if holder.open_slot] if mine else [],
        "history": _assignments(locker).filter(open_slot=None)[:SHOWN],
        "openings": openings_of.prefetch_related(approvals)[:SHOWN],
        "attempts": AccessAttempt.objects.filter(locker=locker).select_related("person")[:SHOWN],
        "alarms": Alarm.objects.filter(locker=locker).select_related("acknowledged_by")[:SHOWN],
        "checks": [(name, CHECKS[name]) for name in RELEASE_CHECKLIST],
        "officers": officers_needed(locker.kind),
        "tab": "board",
    }
    return render(request, "lockers/locker.html", context)


def _assignments(locker: Locker) -> Any:
    joint = Prefetch("joint_holders", JointHolder.objects.select_related("person"))
    rows = Assignment.objects.filter(locker=locker).select_related("customer", "assigned_by", "released_by")
    return rows.prefetch_related(joint)


def _acted(request: HttpRequest, pk: int, act: Callable[[Locker, User], str]) -> HttpResponse:
    """Do it, say how it went, and show the locker as it is then."""
    locker = get_object_or_404(Locker.objects.select_related("bank"), pk=pk)
    done_or_said(request, lambda: act(locker, asker(request)))
    return redirect("lockers:locker", pk)


def _current(locker: Locker) -> Assignment:
    """Refused `not_assigned`."""
    mine = places.current_assignment(locker)
    if mine is None:
        raise Refused("not_assigned", _("This locker is not assigned to anybody."), status=409)
    return mine


@require_POST
@for_officers
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    def act(locker: Locker, officer: User) -> str:
        customer = customers.one(request.POST.get("person", ""))
        first, last = _date(request, "starts_on"), _date(request, "ends_on")
        registration.assign(locker, customer, by=officer, starts_on=first, ends_on=last)
        return _("%(locker)s belongs to %(name)s now.") % {"locker": locker.number, "name": customer.get_full_name()}

    return _acted(request, pk, act)


def _date(request: HttpRequest, name: str) -> Any:
    """None for an empty field. Refused `bad_date`."""
    typed = request.POST.get(name, "").strip()
    try:
        found = parse_date(typed) if typed else None
    except ValueError:
        found = None
    if typed and found is None:
        raise Refused("bad_date", _("“%(typed)s” is no date.") % {"typed": typed[:40]})
    return found


@require_POST
@for_officers
def share(request: HttpRequest, pk: int) -> HttpResponse:
    def act(locker: Locker, officer: User) -> str:
        person = customers.one(request.POST.get("person", ""))
        registration.share(_current(locker), person, by=officer)
        return _("%(name)s opens it too now.") % {"name": person.get_full_name()}

    return _acted(request, pk, act)


@require_POST
@for_officers
def unshare(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    holder = get_object_or_404(User, pk=person)

    def act(locker: Locker, officer: User) -> str:
        registration.unshare(_current(locker), holder, by=officer)
        return _("%(name)s opens it no more.") % {"name": holder.get_full_name()}

    return _acted(request, pk, act)


@require_POST
@for_officers
def release(request: HttpRequest, pk: int) -> HttpResponse:
    ticked = {name: name in request.POST for name in RELEASE_CHECKLIST}

    def act(locker: Locker, officer: User) -> str:
        registration.release(_current(locker), by=officer, checklist=ticked)
        return _("%(locker)s was given back and is free.") % {"locker": locker.number}

    return _acted(request, pk, act)


@require_POST
@for_officers
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """More time, or less. An empty field: no end."""

    def act(locker: Locker, officer: User) -> str:
        mine = registration.set_end(_current(locker), _date(request, "ends_on"), by=officer)
        if mine.ends_on is None:
            return _("The assignment has no end now.")
        return _("The last day is %(day)s now.") % {"day": date_format(mine.ends_on)}

    return _acted(request, pk, act)


@require_POST
@for_officers
def service(request: HttpRequest, pk: int) -> HttpResponse:
    out = request.POST.get("out") == "1"

    def act(locker: Locker, officer: User) -> str:
        upkeep.set_service(locker, out=out, note=request.POST.get("note", "") if out else "", by=officer)
        return _("The locker is out of service.") if out else _("The locker is in service again.")

    return _acted(request, pk, act)


@require_POST
@for_officers
def open_door(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer's override: with a reason, and for a vault only with a second officer."""

    def act(locker: Locker, officer: User) -> str:
        opening = openings.override(locker, by=officer, reason=request.POST.get("reason", ""))
        if opening.state == Opening.State.REQUESTED:
            return _("Another officer must approve this on the page “Doors”.")
        if opening.state == Opening.State.FAILED:
            raise Refused("not_opened", _("The lock did not open. How the door stands is shown here."))
        return _("The lock was told to open. Its holders are told too, with your reason.")

    return _acted(request, pk, act)
