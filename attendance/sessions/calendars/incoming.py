"""The events of an iCalendar file that someone uploads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from config.errors import Refused


def events_in(data: bytes, *, most_bytes: int, most_events: int) -> list[Any]:
    """All VEVENTs, in the order of the file. Refused `too_large`, `not_a_calendar`."""
    if len(data) > most_bytes:
        words = _("The file is larger than %(most)d MB.") % {"most": most_bytes // 1_000_000}
        raise Refused("too_large", words, status=413)
    try:
        events = list(Calendar.from_ical(data).walk("VEVENT"))
    except Exception as error:  # whatever the parser stumbles over
        raise Refused("not_a_calendar", _("This is not an iCalendar file. Export one that ends in .ics.")) from error
    if not events or len(events) > most_events:
        words = _("This calendar has no events, or more than %(most)d.") % {"most": most_events}
        raise Refused("not_a_calendar", words)
    return events


def part(value: Any, name: str) -> Any:
    """Such as `dt` of a property; None where there is none, where it appears twice, or where it cannot be read."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None
