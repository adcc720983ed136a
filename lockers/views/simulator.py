"""The simulated doors, drawn large, and what somebody can do at them. Nobody can open one with these buttons unseen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lockers import board, simulated
from lockers.models import Locker
from lockers.views.guards import done_or_said, for_officers


@require_GET
@for_officers
def simulator(request: HttpRequest) -> HttpResponse:
    """Only where a bank has simulated doors: elsewhere there is no such page."""
    ours = simulated.banks()
    if not ours:
        raise Http404
    banks = [bank for bank in board.hello()["banks"] if bank["id"] in ours]
    return render(request, "lockers/simulator.html", {"banks": banks, "acts": simulated.ACTS, "tab": "simulator"})


@require_POST
@for_officers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """What the door says then is heard by every page, as of a real one."""
    locker = get_object_or_404(Locker.objects.select_related("bank"), pk=pk)
    done_or_said(request, lambda: f"{locker.number}: {simulated.act(locker, act).get_door_display()}")
    return redirect("lockers:simulator")
