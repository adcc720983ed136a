"""When the library is open, for everyone, and for how long it lends, for its staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_GET

from library.circulation import policy
from library.models import Branch, LibraryClosedDay, LoanPolicy
from library.rules.guards import for_librarians
from library.rules.lending import LoanPeriod
from library.rules.opening import OpeningCalendar
from library.rules.term_words import period_words

CLOSED_SHOWN = 20


@dataclass(frozen=True)
class OpenWeekday:
    name: str
    is_open: bool
    hours: str  # empty: open all day, or closed
    is_today: bool


@dataclass(frozen=True)
class ShownPolicy:
    policy: LoanPolicy
    period: str

    @property
    def by_hour(self) -> bool:
        return self.policy.period == LoanPeriod.HOURS


@require_GET
def opening_hours(request: HttpRequest) -> HttpResponse:
    calendar, now = policy.opening_calendar(), timezone.now()
    today = calendar.day_of(now)
    context = {
        "week": _week(calendar, today),
        "open_now": calendar.is_open_at(now),
        "known": bool(calendar.hours),
        "closed_days": LibraryClosedDay.objects.filter(day__gte=today)[:CLOSED_SHOWN],
        "branches": Branch.objects.all(),
    }
    return render(request, "library/hours.html", context)


def _week(calendar: OpeningCalendar, today: date) -> list[OpenWeekday]:
    """The usual week, without closed days."""
    return [
        OpenWeekday(
            str(name),
            number not in calendar.shut and (not calendar.hours or number in calendar.hours),
            ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in calendar.hours.get(number, ())),
            number == today.weekday(),
        )
        for number, name in WEEKDAYS.items()
    ]


@require_GET
@for_librarians
def loan_rules(request: HttpRequest) -> HttpResponse:
    calendar = policy.opening_calendar()
    today = calendar.day_of(timezone.now())
    rows = LoanPolicy.objects.prefetch_related("fixed_dates").order_by("item_type", "affiliation", "role")
    shown = [ShownPolicy(row, period_words(row.terms, calendar, today)) for row in rows]
    context = {"policies": shown, "may_change": request.user.has_perm("library.change_loanpolicy"), "tab": "rules"}
    return render(request, "library/rules.html", context)
