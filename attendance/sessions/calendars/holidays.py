"""Closed days from an iCalendar file, such as the holidays of a country or the calendar of an institution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, User
from attendance.models import ClosedDay
from attendance.rules.times import DAY
from attendance.sessions import timetable_changes
from attendance.sessions.calendars.incoming import events_in, part
from config.errors import Refused

MOST_BYTES, MOST_EVENTS, LONGEST, MOST_DAYS = 1_000_000, 2_000, 120, 3_000
FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class Imported:
    closed: int = 0  # days that are new
    known: int = 0  # days that were closed before
    skipped: int = 0  # events with hours, repeating ones, too long ones


@transaction.atomic
def import_days(data: bytes, department: Department | None, *, by: User) -> Imported:
    """All-day events become closed days; twice the same file changes nothing the second time.

    Refused `not_allowed`, `too_large`, `not_a_calendar`.
    """
    if not by.is_administrator:
        raise Refused("not_allowed", _("Only administrators can close days."), status=403)
    days, skipped = _days_of(events_in(data, most_bytes=MOST_BYTES, most_events=MOST_EVENTS))
    known = set(ClosedDay.objects.filter(department=department, day__in=days).values_list("day", flat=True))
    fresh = [
        ClosedDay(day=day, name=name[:80], department=department) for day, name in days.items() if day not in known
    ]
    ClosedDay.objects.bulk_create(fresh, batch_size=500)
    if fresh:
        timetable_changes.plan_again({department.pk if department else None})
    return Imported(len(fresh), len(known), skipped)


def _days_of(events: list[Any]) -> tuple[dict[date, str], int]:
    """The days with their names, and how many events were left out."""
    found: dict[date, str] = {}
    skipped = 0
    for event in events:
        days = list(_all_days(event))
        skipped += not days
        for day in days:
            found.setdefault(day, str(event.get("SUMMARY", "")))
    if len(found) > MOST_DAYS:
        raise Refused("too_large", _("This calendar closes too many days. Split it."), status=413)
    return found, skipped


def _all_days(event: Any) -> Iterator[date]:
    """Nothing for one with hours, one that repeats, one that lasts for months. The end is exclusive."""
    first, last = _day(event.get("DTSTART")), _day(event.get("DTEND"))
    if first is None or "RRULE" in event or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    last = last or first + DAY
    length = max(1, (last - first).days)
    if length <= LONGEST and FIRST_YEAR <= first.year <= LAST_YEAR:
        yield from (first + DAY * number for number in range(length))


def _day(stamp: Any) -> date | None:
    value = part(stamp, "dt")
    return value if isinstance(value, date) and not isinstance(value, datetime) else None
