"""Evacuation lists: begin one, tick people off on several phones, keep it."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.tables.files import table_response
from config.web.guards import done_or_said
from visitors.evacuation import roll_calls
from visitors.evacuation.as_table import table
from visitors.models import RollCall, RollCallLine
from visitors.register.rights import may_receive
from visitors.views.guards import for_marshals

MOST = 50


def _list_of(request: HttpRequest, pk: int) -> RollCall:
    """Marshals see the list that is running; past ones are for the reception and administrators. Else 404."""
    found = RollCall.objects.select_related("started_by", "ended_by")
    return get_object_or_404(found if may_receive(request.user) else found.filter(ended_at=None), pk=pk)


@require_GET
@for_marshals
def evacuation(request: HttpRequest) -> HttpResponse:
    """Nothing about anyone is shown here: who wants to know begins a list, and that is recorded."""
    past = RollCall.objects.filter(ended_at__isnull=False).select_related("started_by")
    context = {"running": roll_calls.running(), "past": past[:MOST] if may_receive(request.user) else []}
    return render(request, "visitors/evacuation.html", context)


@require_POST
@for_marshals
def start(request: HttpRequest) -> HttpResponse:
    try:
        begun = roll_calls.start(by=asker(request), drill=request.POST.get("drill") == "yes")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("visitors:evacuation")
    return redirect("visitors:roll_call", begun.pk)


@require_GET
@for_marshals
def roll_call(request: HttpRequest, pk: int) -> HttpResponse:
    found = _list_of(request, pk)
    lines = list(roll_calls.lines_of(found))
    places = [(place, list(people)) for place, people in groupby(lines, key=lambda line: line.place)]
    accounted = sum(line.accounted_at is not None for line in lines)
    context = {"list": found, "places": places, "total": len(lines), "accounted": accounted}
    return render(request, "visitors/roll_call.html", context)


@require_GET
@for_marshals
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """What every marshal's page asks for every few seconds."""
    return JsonResponse(roll_calls.now(_list_of(request, pk)))


@require_POST
@for_marshals
def tick(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """JSON for the page's script; without one, the page again."""
    found, accounted = _list_of(request, pk), request.POST.get("accounted") != "no"
    if request.headers.get("Accept") != "application/json":
        done_or_said(request, lambda: _ticked(roll_calls.account(found, line, by=asker(request), accounted=accounted)))
        return redirect("visitors:roll_call", pk)
    try:
        roll_calls.account(found, line, by=asker(request), accounted=accounted)
    except Refused as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(roll_calls.now(found))


def _ticked(line: RollCallLine) -> str:
    words = _("%(name)s is accounted for.") if line.accounted_at else _("%(name)s is missing again.")
    return words % {"name": line.name}


@require_POST
@for_marshals
def add(request: HttpRequest, pk: int) -> HttpResponse:
    found = _list_of(request, pk)
    done_or_said(request, lambda: _ticked(roll_calls.add(found, request.POST.get("name", ""), by=asker(request))))
    return redirect("visitors:roll_call", pk)


@require_POST
@for_marshals
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _list_of(request, pk)

    def act() -> str:
        roll_calls.end(found, by=asker(request))
        return _("The list has ended. It is kept as it is now.")

    done_or_said(request, act)
    return redirect("visitors:roll_call", pk) if may_receive(request.user) else redirect("visitors:evacuation")


@require_GET
@for_marshals
def csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    return table_response(request, table(_list_of(request, pk)), "csv")
