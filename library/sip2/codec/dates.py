"""Dates on a line: ours as the standard has them, theirs as library systems really write them. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

END_OF_DAY = time(23, 59, 59)
YEARS = range(1970, 3000)
# Zone letters in hours from UTC. The site's own zone is asked first, so that its IST or CST is the right one.
ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1, "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5,
    "NPT": 5.75, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5, "NDT": -2.5, "AST": -4,
    "ADT": -3, "BRT": -3, "ART": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}

DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d\d)",
        r"(?P<first>\d{1,2})(?P<sign>[-/])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4}|\d\d)",
        r"(?:[a-z]{3,9},?\s+)?(?P<day>\d{1,2})[-\s]+(?P<name>[a-z]{3})[a-z]*\.?,?[-\s]+(?P<year>\d{4}|\d\d)",
        r"(?:[a-z]{3,9},?\s+)?(?P<name>[a-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})",
    )
)
ZONE = r"(?P<zone>[a-z]{0,3}[+-](?:\d\d:?\d\d|\d:?\d\d|\d\d?)|[a-z]{1,5})"
STANDARD = re.compile(r"(?P<day>\d{8})(?P<zone>[ A-Za-z0-9+-]{4})(?P<clock>\d{6})")  # the zone always has four places
CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?|"
    r"(?P<hour2>\d\d)(?P<minute2>\d\d)(?P<second2>\d\d)?",
    re.IGNORECASE,
)
AROUND = re.compile(rf"[,\s]*(?:t(?=\d)|at\s)?[,\s]*{ZONE}?\s*(?P<clock>.*)", re.IGNORECASE | re.DOTALL)
AFTER = re.compile(rf"\s*{ZONE}?\s*", re.IGNORECASE)


def stamp(moment: datetime, zone: tzinfo) -> str:
    """YYYYMMDD, four blanks for local time, HHMMSS."""
    return moment.astimezone(zone).strftime("%Y%m%d    %H%M%S")


def moment(text: str, zone: tzinfo, form: str = "") -> datetime | None:
    """A date as library systems write it; without a time, the end of that day. None when no one can tell.

    `form` (strptime) says how they write it, where `05/06/2026` could be two days. Without it, and where it does not
    fit, the usual ways are tried: `20261220    235900`, ISO 8601, `20.12.2026`, `12/20/2026 11:59 PM`, `20 Dec 2026`,
    each with zone letters or an offset, or without: then it is `zone`'s time.
    """
    text = text.strip()
    if told := _as_told(" ".join(text.split()), zone, form):
        return told
    if found := STANDARD.fullmatch(text):
        clock = found["clock"]
        text = f"{found['day']} {found['zone'].strip()} {clock[:2]}:{clock[2:4]}:{clock[4:]}"
    return _as_usual(" ".join(text.split()), zone)


def _as_told(text: str, zone: tzinfo, form: str) -> datetime | None:
    if not form:
        return None
    try:
        found = datetime.strptime(text, " ".join(form.split()))
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    if not re.search(r"%[HIcXsf]", form):
        found = datetime.combine(found, END_OF_DAY, found.tzinfo)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _as_usual(text: str, zone: tzinfo) -> datetime | None:
    for pattern in DATES:
        if (found := pattern.match(text)) and (day := _day(found.groupdict())):
            return _at(day, text[found.end() :], zone)
    return None


# --- the day ----------------------------------------------------------------------------------------


def _day(parts: dict[str, str | None]) -> date | None:
    """None where it is not a day, or two: `05/06/2026`."""
    year = int(parts["year"] or 0)
    year += 2000 if len(parts["year"] or "") == 2 else 0
    days = {day for month, number in _readings(parts) if (day := _date(year, month, number))}
    return days.pop() if len(days) == 1 else None


def _readings(parts: dict[str, str | None]) -> Iterable[tuple[int, int]]:
    """(month, day), twice where either number may be the month."""
    if first := parts.get("first"):
        second = int(parts["second"] or 0)
        return ((int(first), second), (second, int(first)))
    name = parts.get("name")
    month = MONTHS.get(name.lower(), 0) if name else int(parts["month"] or 0)
    return ((month, int(parts["day"] or 0)),)


def _date(year: int, month: int, day: int) -> date | None:
    """None also for the years 1 and 9999, which some systems write for never."""
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- the time and its zone --------------------------------------------------------------------------


def _at(day: date, rest: str, zone: tzinfo) -> datetime | None:
    """`rest` is what follows the day: zone letters before the time (as SIP2 has them) or after it, or nothing."""
    if not rest.strip():
        return datetime.combine(day, END_OF_DAY, zone)
    around = AROUND.fullmatch(rest)
    if around is None:
        return None
    clock = CLOCK.match(around["clock"])
    if clock is None:
        return _whole_day(day, around["zone"], around["clock"], zone)
    after = AFTER.fullmatch(around["clock"][clock.end() :])
    hour = _time(clock)
    if after is None or hour is None:
        return None
    found = datetime.combine(day, hour)
    return found.replace(tzinfo=_zone_of(around["zone"] or after["zone"], found, zone))


def _whole_day(day: date, letters: str | None, rest: str, zone: tzinfo) -> datetime | None:
    if rest.strip():
        return None
    found = datetime.combine(day, END_OF_DAY)
    return found.replace(tzinfo=_zone_of(letters, found, zone))


def _time(clock: re.Match[str]) -> time | None:
    hour, minute = int(clock["hour"] or clock["hour2"]), int(clock["minute"] or clock["minute2"])
    second = int(clock["second"] or clock["second2"] or 0)
    if half := clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    try:
        return END_OF_DAY if (hour, minute, second) == (24, 0, 0) else time(hour, minute, min(second, 59))
    except ValueError:
        return None


def _zone_of(letters: str | None, found: datetime, zone: tzinfo) -> tzinfo:
    """Letters that no one knows are the site's own time: it is there that people read them."""
    name = (letters or "").upper()
    if not name:
        return zone
    if (known := _names_of(zone, found.year).get(name)) is not None:
        return timezone(known)
    if offset := re.fullmatch(r"[A-Z]*([+-])(\d{1,2}):?(\d\d)?", name):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return _fixed(minutes / 60 * (-1 if offset[1] == "-" else 1), zone)
    if len(name) == 1 and name != "Z":
        return _fixed(_military(name), zone)
    return _fixed(ZONES.get(name), zone)


def _names_of(zone: tzinfo, year: int) -> dict[str | None, timedelta | None]:
    """What the site's zone is called in winter and in summer, and how far it is from UTC then."""
    days = [datetime(year, month, 1, tzinfo=zone) for month in (1, 7)]
    return {day.tzname(): day.utcoffset() for day in days}


def _military(letter: str) -> float | None:
    """A to M without J are east of Greenwich, N to Y west; J is wherever one is."""
    east, west = "ABCDEFGHIKLM".find(letter), "NOPQRSTUVWXY".find(letter)
    return east + 1 if east >= 0 else -west - 1 if west >= 0 else None


def _fixed(hours: float | None, zone: tzinfo) -> tzinfo:
    if hours is None or abs(hours) >= 24:
        return zone
    return timezone(timedelta(hours=hours)) if hours else UTC
