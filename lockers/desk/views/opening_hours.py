"""When a bank is open: hours of the week and closed days, for officers to see and administrators to set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from config.errors import Refused
from lockers.bank import access_times, places, week_words
from lockers.models import Bank, ClosedDay
from lockers.rules.guards import done_or_said, for_officers, kept_locker


@require_GET
@for_officers
def hours(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    banks = [
        {
            "bank": bank,
            "fields": week_words.fields_of(bank.hours),
            "now": access_times.now_words([access_times.of_bank(bank)], now),
            "closed": [day for day in bank.closed_days.all() if day.last >= timezone.localdate(now)],
        }
        for bank in Bank.objects.prefetch_related("closed_days")
    ]
    may_set = asker(request).is_administrator
    return render(request, "lockers/hours.html", {"banks": banks, "may_set": may_set, "tab": "hours"})


def _acted(request: HttpRequest, pk: int, act: Callable[[Bank, User], str]) -> HttpResponse:
    bank = get_object_or_404(Bank, pk=pk)
    done_or_said(request, lambda: act(bank, asker(request)))
    return redirect("lockers:hours")


@require_POST
@for_officers
def set_hours(request: HttpRequest, pk: int) -> HttpResponse:
    def act(bank: Bank, officer: User) -> str:
        access_times.set_bank_hours(bank, access_times.read_form(request.POST), by=officer)
        return _("The hours of %(bank)s are set.") % {"bank": bank.name}

    return _acted(request, pk, act)


@require_POST
@for_officers
def close(request: HttpRequest, pk: int) -> HttpResponse:
    def act(bank: Bank, officer: User) -> str:
        first = _day(request, "first")
        last = _day(request, "last") if request.POST.get("last", "").strip() else first
        access_times.close(bank, first, last, note=request.POST.get("note", ""), by=officer)
        return _("%(bank)s is closed on these days.") % {"bank": bank.name}

    return _acted(request, pk, act)


def _day(request: HttpRequest, name: str) -> date:
    """Refused `bad_date`, also for an empty field."""
    typed = request.POST.get(name, "").strip()
    try:
        found = parse_date(typed)
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_date", _("“%(typed)s” is not a date. Choose a date.") % {"typed": typed[:40]})
    return found


@require_POST
@for_officers
def reopen(request: HttpRequest, pk: int, day: int) -> HttpResponse:
    row = get_object_or_404(ClosedDay, pk=day, bank=pk)

    def act(bank: Bank, officer: User) -> str:
        access_times.reopen(row, by=officer)
        return _("%(bank)s has its usual hours on these days.") % {"bank": bank.name}

    return _acted(request, pk, act)


@require_POST
@for_officers
def locker_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Narrower hours of one assignment."""
    locker = kept_locker(request, pk)

    def act() -> str:
        mine = places.current_assignment(locker)
        if mine is None:
            raise Refused("not_assigned", _("This locker is not assigned to anyone."), status=409)
        access_times.set_hours(mine, access_times.read_form(request.POST), by=asker(request))
        return _("The hours of this assignment are set.")

    done_or_said(request, act)
    return redirect("lockers:locker", pk)
