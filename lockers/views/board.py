"""The board: the banks with their doors, live, and the officers' yes and no."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.asking import asker
from accounts.models import User
from lockers import board as boards
from lockers import card_lane, doors, endings, identity, kiosk, openings
from lockers.models import AccessAttempt, Alarm, Opening
from lockers.views.guards import done_or_said, for_officers, own_address


@require_GET
@for_officers
def board(request: HttpRequest) -> HttpResponse:
    """Full when it is loaded; static/lockers/board.js then listens at ws/lockers/."""
    ended = endings.over(timezone.localdate()).count()
    faces = {"face_trouble": identity.face_trouble(), "looks_passively": identity.looks_passively()}
    return render(request, "lockers/board.html", {"state": boards.hello(), "ended": ended, "tab": "board"} | faces)


def _said(request: HttpRequest, act: Callable[[User], str]) -> HttpResponse:
    """Do it, and back to the page where the button stood."""
    done_or_said(request, lambda: act(asker(request)))
    back = own_address(request.POST.get("back", ""))
    return redirect(back if back.startswith("/lockers/") else "lockers:board")


@require_POST
@for_officers
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(Alarm.objects.select_related("locker__bank"), pk=pk)

    def act(officer: User) -> str:
        doors.acknowledge(alarm, by=officer, note=request.POST.get("note", ""))
        return _("You have taken note of the alarm at %(where)s.") % {"where": boards.where(alarm.locker)}

    return _said(request, act)


@require_POST
@for_officers
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It is them: the kiosk shows the key, and nobody else sees it."""
    attempt = get_object_or_404(AccessAttempt, pk=pk)

    def act(officer: User) -> str:
        kiosk.confirmed(card_lane.confirm(attempt, by=officer))
        return _("Confirmed. The key is on the screen of the station.")

    return _said(request, act)


@require_POST
@for_officers
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    attempt = get_object_or_404(AccessAttempt, pk=pk)

    def act(officer: User) -> str:
        kiosk.confirmed(card_lane.decline(attempt, by=officer))
        return _("Declined. Nothing was opened.")

    return _said(request, act)


@require_POST
@for_officers
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.select_related("locker__bank"), pk=pk)

    def act(officer: User) -> str:
        done = openings.approve(opening, by=officer)
        if done.state == Opening.State.REQUESTED:
            return _("You have approved it; another officer must too.")
        return _("%(where)s: the lock was told to open.") % {"where": boards.where(opening.locker)}

    return _said(request, act)


@require_POST
@for_officers
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(Opening, pk=pk)

    def act(officer: User) -> str:
        openings.withdraw(opening, by=officer)
        return _("The request was withdrawn.")

    return _said(request, act)
