"""What someone types beside a timetable file: the times of the periods, and names that differ from ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time

from django.utils.translation import gettext as _

from config.errors import Refused

CLOCK = r"(\d{1,2})[:.]?(\d{2})"
PERIOD = re.compile(rf"(\d{{1,2}})[^\d]+{CLOCK}[^\d]+{CLOCK}")
Periods = dict[int, tuple[time, time]]


def periods_of(text: str) -> Periods:
    """`1 = 08:00-08:45`, one period on each line. Refused `bad_periods`."""
    found: Periods = {}
    for line in _lines(text):
        number, *clock = _numbers(line)
        times = _time(line, *clock[:2]), _time(line, *clock[2:])
        if times[1] <= times[0] or number in found:
            raise _bad_period(line)
        found[number] = times
    return found


def _numbers(line: str) -> list[int]:
    match = PERIOD.fullmatch(line)
    if match is None:
        raise _bad_period(line)
    return list(map(int, match.groups()))


def _time(line: str, hour: int, minute: int) -> time:
    try:
        return time(hour, minute)
    except ValueError as error:
        raise _bad_period(line) from error


def _bad_period(line: str) -> Refused:
    words = _(
        "'%(line)s' is not the time of a period, or the period appears twice. "
        "Write one period per line, such as 1 = 08:00-08:45."
    )
    return Refused("bad_periods", words % {"line": line[:60]})


def names_of(text: str) -> dict[str, str]:
    """`5a-MA = math-5a`, one name on each line: by what the file says, in small letters. Refused `bad_names`."""
    found: dict[str, str] = {}
    for line in _lines(text):
        theirs, equals, ours = (part.strip() for part in line.rpartition("="))
        if not (theirs and equals and ours) or theirs.casefold() in found:
            words = _(
                "'%(line)s' does not say what a name means, or the name appears twice. "
                "Write one name per line, such as 5a-MA = math-5a."
            )
            raise Refused("bad_names", words % {"line": line[:60]})
        found[theirs.casefold()] = ours
    return found


def _lines(text: str) -> Iterator[str]:
    yield from filter(None, map(str.strip, text.splitlines()))
