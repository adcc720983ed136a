"""Events of an iCalendar file as meetings: series, with days left out and added, and single ones moved (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.imports.timetable_files.recurrence import Broken, Budget, aware, sound, starts_of
from attendance.imports.timetable_files.wanted import Meeting, Problem, TimetableFile, WantedSlot
from attendance.sessions.calendars.incoming import events_in, part
from config.errors import Refused

MOST_BYTES, MOST_EVENTS, MOST_MEETINGS = 5_000_000, 5_000, 5_000
AHEAD = timedelta(days=400)
LONGEST = timedelta(hours=24)
BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
FIRST_WORD = re.compile(r"[\w-]+")


def read(name: str, data: bytes, *, now: datetime, zone: ZoneInfo) -> TimetableFile:
    """What is over is left out, what lies farther ahead than AHEAD too. Refused `not_a_calendar`, `too_large`."""
    reader = _CalendarReader(now, zone)
    slots: list[WantedSlot] = []
    for slot in reader.slots(events_in(data, most_bytes=MOST_BYTES, most_events=MOST_EVENTS)):
        slots.append(slot)
        if len(slots) > MOST_MEETINGS:
            raise Refused("too_large", _("This calendar has too many meetings. Split it."), status=413)
    return TimetableFile("ical", name, tuple(slots), tuple(reader.notes()))


class _CalendarReader:
    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now, self.zone = now, zone
        self.budget = Budget()
        self.over = self.far = self.floating = 0

    def slots(self, events: list[Any]) -> Iterator[WantedSlot]:
        """By series: an event that only moves one meeting of another speaks for it."""
        series: dict[str, list[tuple[int, Any]]] = {}
        for number, event in enumerate(events, 1):
            series.setdefault(str(event.get("UID", "")).strip() or f"\0{number}", []).append((number, event))
        for uid, rows in series.items():
            yield from self._series(uid, rows)

    def _series(self, uid: str, rows: list[tuple[int, Any]]) -> Iterator[WantedSlot]:
        changed = [(number, event) for number, event in rows if "RECURRENCE-ID" in event]
        masters = [(number, event) for number, event in rows if "RECURRENCE-ID" not in event]
        spoken: set[str] = set()
        for number, event in changed:
            slot = self._override(uid, number, event)
            spoken.add(slot.slot)
            if slot.problem or self._within(slot.when):
                yield slot
        for place, (number, event) in enumerate(masters):
            if place or uid.startswith("\0"):
                yield _refused(number, event, _no_key(twice=bool(place)))
            else:
                yield from self._master(uid, number, event, spoken)

    def _master(self, uid: str, number: int, event: Any, spoken: set[str]) -> Iterator[WantedSlot]:
        try:
            length = self._length(event)
            since, until = self.now - AHEAD, self.now + AHEAD  # what is over is only counted
            found = list(starts_of(event, self.zone, since=since, until=until, budget=self.budget))
        except Broken as broken:
            yield _refused(number, event, broken.problem)
            return
        repeats = "RRULE" in event or "RDATE" in event
        for start in found:
            slot = _key(start) if repeats else ""
            meeting = _meeting(start, length)
            if slot not in spoken and self._within(meeting):
                yield _slot(number, event, uid, slot, meeting)

    def _override(self, uid: str, number: int, event: Any) -> WantedSlot:
        """One meeting of a series, known by when it would have been."""
        try:
            length = self._length(event)
            if event["RECURRENCE-ID"].params.get("RANGE"):
                words = _("This event changes all later ones of its series at once, which is not read.")
                raise Broken("range", words)
            original = aware(event["RECURRENCE-ID"], self.zone)
            start = aware(event["DTSTART"], self.zone)
        except Broken as broken:
            return _refused(number, event, broken.problem)
        return _slot(number, event, uid, _key(original), _meeting(start, length))

    def _length(self, event: Any) -> timedelta:
        """As the clocks of its zone show it."""
        sound(event)
        stamp, end = event.get("DTSTART"), event.get("DTEND")
        if stamp is None:
            raise Broken("no_start", _("The event has no start."))
        start = aware(stamp, self.zone)
        self.floating += stamp.dt.tzinfo is None
        length = event["DURATION"].dt if "DURATION" in event else aware(end, self.zone) - start if end else None
        if not length or length <= timedelta():
            raise Broken("no_end", _("The event has no end, or ends before it starts."))
        if length > LONGEST:
            raise Broken("too_long", _("A session can last at most 24 hours."))
        return length

    def _within(self, when: Any) -> bool:
        self.over += (over := when.ends <= self.now)
        self.far += (far := when.starts > self.now + AHEAD)
        return not (over or far)

    def notes(self) -> Iterator[str]:
        if self.over:
            words = ngettext(
                "%(n)d meeting is over, so it is left as it is.",
                "%(n)d meetings are over, so they are left as they are.",
                self.over,
            )
            yield words % {"n": self.over}
        if self.far:
            words = ngettext(
                "%(n)d meeting is more than 400 days ahead. Import the file again later.",
                "%(n)d meetings are more than 400 days ahead. Import the file again later.",
                self.far,
            )
            yield words % {"n": self.far}
        if self.floating:
            yield _("Some events name no time zone. They are read in the time zone of this site.")


def _no_key(*, twice: bool) -> Problem:
    if twice:
        return "uid_twice", _("Another event of the file has the same UID, so it is not clear which one counts.")
    return "no_uid", _("The event has no UID, so a later file could not change it.")


def _refused(number: int, event: Any, problem: Problem) -> WantedSlot:
    return WantedSlot(number, _title(event), problem=problem)


def _slot(number: int, event: Any, uid: str, slot: str, when: Meeting) -> WantedSlot:
    title = _title(event)
    organizer = str(event.get("ORGANIZER", "")).strip()
    return WantedSlot(
        line=number,
        shown=title,
        source=uid,
        slot=slot,
        names=((title,), tuple(_names(event, title))),
        when=when,
        rooms=tuple(filter(None, [str(event.get("LOCATION", "")).strip()])),
        teachers=(organizer[7:],) if organizer.casefold().startswith("mailto:") else (),
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _names(event: Any, title: str) -> Iterator[str]:
    """The first word, what stands in brackets, the categories."""
    yield from FIRST_WORD.findall(title)[:1]
    yield from (found.strip() for found in BRACKETS.findall(title))
    categories = event.get("CATEGORIES", [])
    for one in categories if isinstance(categories, list) else [categories]:
        yield from map(str, part(one, "cats") or [])


def _title(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:120] or "–"


def _key(start: datetime) -> str:
    return f"{start.astimezone(UTC):%Y%m%dT%H%M}Z"


def _meeting(start: datetime, length: timedelta) -> Meeting:
    begins = start.astimezone(UTC)
    ends = (start.replace(tzinfo=None) + length).replace(tzinfo=start.tzinfo).astimezone(UTC)
    return Meeting(begins, ends if ends > begins else begins + length)
