"""The board: the banks with their doors, live, and the officers' yes and no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from lockers.access import card_and_pin, reauthentication, vaults
from lockers.assignments import expiry
from lockers.desk import board as boards
from lockers.doors import doors, openings
from lockers.kiosk import actions, station_app
from lockers.models import OfficerKey, Opening
from lockers.rules.guards import done_or_said, for_officers, own_address
from lockers.rules.visibility import alarms_for, kept_attempts, kept_openings


@require_GET
@for_officers
def board(request: HttpRequest) -> HttpResponse:
    """Full when it is loaded; static/lockers/board.js then listens at ws/lockers/."""
    me = asker(request)
    ended = expiry.over(timezone.localdate(), me).count()
    faces = {"face_trouble": station_app.face_trouble(), "looks_passively": station_app.looks_passively()}
    return render(request, "lockers/board.html", {"state": boards.hello(me), "ended": ended, "tab": "board"} | faces)


def _said(request: HttpRequest, act: Callable[[User], str]) -> HttpResponse:
    """Do it, and back to the page where the button stood."""
    done_or_said(request, lambda: act(asker(request)))
    back = own_address(request.POST.get("back", ""))
    return redirect(back if back.startswith("/lockers/") else "lockers:board")


@require_POST
@for_officers
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(alarms_for(asker(request)).select_related("locker__bank"), pk=pk)

    def act(officer: User) -> str:
        doors.acknowledge(alarm, by=officer, note=request.POST.get("note", ""))
        return _("You have acknowledged the alarm at %(where)s.") % {"where": boards.where(alarm.locker)}

    return _said(request, act)


@require_POST
@for_officers
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It is them: the kiosk shows the key, and no one else sees it."""
    attempt = get_object_or_404(kept_attempts(asker(request)), pk=pk)

    def act(officer: User) -> str:
        actions.confirmed(card_and_pin.confirm(attempt, by=officer))
        return _("Confirmed. The key is on the screen of the station.")

    return _said(request, act)


@require_POST
@for_officers
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    attempt = get_object_or_404(kept_attempts(asker(request)), pk=pk)

    def act(officer: User) -> str:
        actions.confirmed(card_and_pin.decline(attempt, by=officer))
        return _("Declined. Nothing was opened.")

    return _said(request, act)


@sensitive_post_parameters("secret")
@require_POST
@for_officers
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(kept_openings(asker(request)).select_related("locker__bank"), pk=pk)

    def act(officer: User) -> str:
        done = approved(request, opening, officer, request.POST.get("secret", ""))
        if done.state == Opening.State.REQUESTED:
            return _("You have approved it. Another officer must approve it too.")
        return _("%(where)s: the lock has been told to open.") % {"where": boards.where(opening.locker)}

    return _said(request, act)


def approved(request: Any, opening: Opening, officer: User, secret: str) -> Opening:
    """A yes to another officer's override; or, with the officer's own password or PIN, the key beside a customer's."""
    if opening.route != Opening.Route.KEY:
        return openings.approve(opening, by=officer)
    reauthentication.require(officer, secret, request)
    return vaults.approve(opening, by=officer, method=OfficerKey.Method.PASSWORD)


@require_POST
@for_officers
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(kept_openings(asker(request)).select_related("locker__bank"), pk=pk)

    def act(officer: User) -> str:
        openings.withdraw(opening, by=officer)
        return _("The request was withdrawn.")

    return _said(request, act)
