"""Events as an iCalendar file (RFC 5545). The same events give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from attendance.sessions.calendars.events import Event

MAKER = "-//Ostiary//Attendance//EN"
REFRESH = timedelta(hours=1)


def digest_of(events: Iterable[Event], name: str) -> str:
    """Differs when anything that a calendar shows differs."""
    return hashlib.sha256(repr((name, list(events))).encode()).hexdigest()


def calendar(events: Iterable[Event], name: str, stamp: datetime) -> bytes:
    """`stamp`: when these events became what they are. Times are UTC, so that no calendar has to know our zone."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", REFRESH)
    for event in events:
        made.add_component(_entry(event, stamp))
    return made.to_ical()


def _entry(event: Event, stamp: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"session-{event.number}@attendance.ostiary")
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("dtstart", event.starts.astimezone(UTC))
    entry.add("dtend", event.ends.astimezone(UTC))
    entry.add("summary", event.title)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    if event.place:
        entry.add("location", event.place)
    if event.note:
        entry.add("description", event.note)
    return entry
