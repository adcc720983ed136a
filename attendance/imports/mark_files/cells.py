"""A day and a time of a table, with a sentence for what may be meant in two ways. Pure."""

from __future__ import annotations

import re
from datetime import date, time

from django.utils.translation import gettext as _

from attendance.imports.rosters.roster_table import bad_day
from config.tables.incoming.days import day_of

SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2}|\d{4})")
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.0+)?)?\s*([ap])?\.?m?\.?", re.I)
MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]")  # a spreadsheet's cell with a day and a time
Problem = tuple[str, str]


class BadCell(Exception):
    """Why a cell cannot be used, in a code and a sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem[0])
        self.problem = problem


def day(text: str) -> date:
    """Raises BadCell `no_date`, `ambiguous_date`, `bad_date`."""
    if not text:
        raise BadCell(("no_date", _("The date is missing.")))
    try:
        found = day_of(text)
        assert found is not None  # noqa: S101
        return found
    except ValueError as error:
        raise BadCell(_ambiguous(text) or bad_day(text)) from error


def _ambiguous(text: str) -> Problem | None:
    """03/04/2026 is in March for some, in April for others."""
    found = SLASHED.fullmatch(text)
    if found is None or max(int(found[1]), int(found[2])) > 31 or min(int(found[1]), int(found[2])) > 12:
        return None
    words = _("'%(text)s' can be read as two different dates. Write it like 2026-09-30.")
    return "ambiguous_date", words % {"text": text[:40]}


def clock(text: str, missing: str = "no_start") -> time:
    """Raises BadCell `bad_time`, and `missing` for an empty text."""
    if not text:
        raise BadCell((missing, _("The time is missing.")))
    found = CLOCK.fullmatch(MIDNIGHT.sub("", text).strip())
    try:
        if found is None:
            raise ValueError
        return time(_hour(int(found[1]), (found[3] or "").lower()), int(found[2]))
    except ValueError as error:
        words = _("'%(text)s' is not a time. Write it like 09:30.")
        raise BadCell(("bad_time", words % {"text": text[:40]})) from error


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if half == "p" else 0)
