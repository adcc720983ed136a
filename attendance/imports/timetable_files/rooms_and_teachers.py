"""The rooms and teachers of a timetable file: added to their courses where that was chosen, or told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from attendance.imports.report import LineOutcome, LineVerdict
from attendance.imports.timetable_files.courses import stations_of, teachers_of
from attendance.imports.timetable_files.options import TimetableOptions
from attendance.imports.timetable_files.wanted import WantedSlot
from attendance.models import Course
from attendance.sessions import timetable
from config.errors import Refused

Pairs = Iterable[tuple[WantedSlot, Course]]
SHOWN = 20


def unknown(pairs: Pairs, options: TimetableOptions) -> Iterator[str]:
    """One note for all rooms, one for all teachers: they are listed, and left out."""
    pairs = list(pairs)
    if options.stations:
        rooms = stations_of(_distinct(room for slot, _course in pairs for room in slot.rooms), options.typed)
        if names := [room for room, station in rooms.items() if station is None]:
            yield _("No single attendance station is known for these rooms: %(names)s.") % {"names": _list(names)}
    if options.teachers:
        people = teachers_of(_distinct(name for slot, _course in pairs for name in slot.teachers), options.typed)
        if names := [name for name, person in people.items() if person is None]:
            yield _("No teacher is known by these names: %(names)s.") % {"names": _list(names)}


def additions(pairs: Pairs, options: TimetableOptions) -> Iterator[tuple[LineVerdict, Course]]:
    """Nothing is ever taken from a course."""
    pairs = list(pairs)
    if options.stations:
        yield from _stations(pairs, options)
    if options.teachers:
        yield from _teachers(pairs, options)


def _stations(pairs: Pairs, options: TimetableOptions) -> Iterator[tuple[LineVerdict, Course]]:
    known = stations_of({room for slot, _course in pairs for room in slot.rooms}, options.typed)
    for course, rooms in _by_course(pairs, "rooms").items():
        there = set(course.stations.values_list("pk", flat=True))
        for station in _distinct(known[room] for room in rooms if known[room]):
            if station.pk not in there:
                yield _add_station(course, station), course


def _add_station(course: Course, station: Any) -> LineVerdict:
    try:
        with transaction.atomic():
            course.stations.add(station)
            timetable.refuse_colliding_lines(course, course.timetable.select_related("course"), [station])
    except Refused as refusal:
        return LineVerdict("", 0, course.code, str(station), LineOutcome.REFUSED, refusal.code, refusal.message)
    words = _("Is added as a station of this course.")
    return LineVerdict("", 0, course.code, str(station), LineOutcome.NEW, "station", words)


def _teachers(pairs: Pairs, options: TimetableOptions) -> Iterator[tuple[LineVerdict, Course]]:
    known = teachers_of({name for slot, _course in pairs for name in slot.teachers}, options.typed)
    for course, names in _by_course(pairs, "teachers").items():
        there = set(course.teachers.values_list("pk", flat=True))
        for person in _distinct(known[name] for name in names if known[name]):
            if person.pk not in there:
                course.teachers.add(person)
                words = _("Is added as a teacher of this course.")
                yield LineVerdict("", 0, course.code, str(person), LineOutcome.NEW, "teacher", words), course


def _by_course(pairs: Pairs, what: str) -> dict[Course, list[str]]:
    found: dict[Course, list[str]] = {}
    for slot, course in pairs:
        found.setdefault(course, []).extend(getattr(slot, what))
    return found


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _list(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
