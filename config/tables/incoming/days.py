"""Days as people write them, as long as no one can take the month for the day. Pure."""

from __future__ import annotations

import datetime
import re

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
YEARS = range(1990, 2201)


def day_of(text: str) -> datetime.date | None:
    """None for an empty text. Raises ValueError for everything but 2026-09-30 (or 2026/9/30) and 30.9.2026."""
    if not text:
        return None
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := DOTTED.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise ValueError(text)
    try:
        found_day = datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(text) from error
    if year not in YEARS:
        raise ValueError(text)
    return found_day
