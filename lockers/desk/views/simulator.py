"""The simulated doors, drawn large, and what someone can do at them. No one can open one with these buttons unseen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from lockers.desk import board
from lockers.doors import simulator_actions
from lockers.rules.guards import done_or_said, for_officers, kept_locker


@require_GET
@for_officers
def simulator(request: HttpRequest) -> HttpResponse:
    """Only where a bank has simulated doors: elsewhere there is no such page."""
    ours = simulator_actions.banks()
    if not ours:
        raise Http404
    banks = [bank for bank in board.hello(asker(request))["banks"] if bank["id"] in ours]
    return render(
        request, "lockers/simulator.html", {"banks": banks, "acts": simulator_actions.ACTS, "tab": "simulator"}
    )


@require_POST
@for_officers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """What the door says then is heard by every page, as of a real one."""
    locker = kept_locker(request, pk)
    done_or_said(request, lambda: f"{locker.number}: {simulator_actions.act(locker, act).get_door_display()}")
    return redirect("lockers:simulator")
