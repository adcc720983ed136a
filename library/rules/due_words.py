"""When something is due, in words: the day, and for a loan by hours the time too."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class Dated(Protocol):
    due_at: datetime
    by_hour: bool


def due_words(loan: Dated) -> str:
    return until_words(loan.due_at, by_hour=loan.by_hour)


def until_words(at: datetime, *, by_hour: bool = False, day_format: str = "DATE_FORMAT") -> str:
    local = timezone.localtime(at)
    day = date_format(local, day_format)
    if not by_hour:
        return day
    # Translators: a day and a time, such as "2 March 2026, 15:30".
    return _("%(day)s, %(time)s") % {"day": day, "time": date_format(local, "H:i")}
