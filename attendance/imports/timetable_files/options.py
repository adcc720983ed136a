"""What is decided beside a timetable file, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.imports.timetable_files import ical, untis
from attendance.imports.timetable_files.periods import names_of, periods_of
from attendance.imports.timetable_files.wanted import TimetableFile
from attendance.models import Course, TimetableFileSettings
from attendance.rules.visibility import courses_for
from attendance.sessions import timetable
from config.errors import Refused

ICAL, ZIP, OLE = b"BEGIN:VCALENDAR", b"PK", b"\xd0\xcf\x11\xe0"
LOOK = 400  # bytes in which a calendar begins


@dataclass(frozen=True)
class TimetableOptions:
    """`by` None: a command, run by anyone who runs the site. `periods` and `names` as they were typed."""

    by: User | None = None
    end_missing: bool = False
    stations: bool = False  # rooms become stations of their courses
    teachers: bool = False  # teachers are added to their courses
    periods: str = ""
    names: str = ""
    first_day: date | None = None
    last_day: date | None = None
    join: bool = True
    typed: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "typed", names_of(self.names))

    @classmethod
    def of(cls, by: User, chosen: Mapping[str, Any]) -> TimetableOptions:
        """As a form or the API has them. Refused `not_allowed`, `bad_names`."""
        names = ("end_missing", "stations", "teachers", "periods", "names", "first_day", "last_day", "join")
        options = cls(by=by, **{name: chosen[name] for name in names if name in chosen})
        if (options.stations or options.teachers) and not by.is_administrator:
            words = _("Only administrators can change the stations and the teachers of courses.")
            raise Refused("not_allowed", words, status=403)
        return options

    @property
    def courses(self) -> QuerySet[Course]:
        return Course.objects.all() if self.by is None else courses_for(self.by)

    def remember(self) -> None:
        """What was typed, for the next time. Names may be codes of any course, so they are the administrators'."""
        if self.by is not None and not self.by.is_administrator:
            return
        kept = TimetableFileSettings.current()
        kept.names = self.names
        if self.periods.strip():
            kept.periods, kept.first_day, kept.last_day = self.periods, self.first_day, self.last_day
        kept.save()


def read(name: str, data: bytes, options: TimetableOptions) -> TimetableFile:
    """Known by what is in it, never by its name. Refused for a file that is wrong as a whole."""
    if ICAL in data[:LOOK].upper():
        return ical.read(name, data, now=timezone.now(), zone=timetable.site_zone())
    if data.startswith((ZIP, OLE)) or not data.strip():
        raise untis.not_a_timetable()
    return untis.read(name, data, _grid(options))


def _grid(options: TimetableOptions) -> untis.Grid:
    periods = periods_of(options.periods)
    if not periods:
        words = _("The file has numbers of periods and no times. Enter when each period is, such as 1 = 08:00-08:45.")
        raise Refused("no_periods", words)
    if options.first_day is None or options.last_day is None:
        raise Refused("no_days", _("The file has no dates. Enter the first and the last day of the timetable."))
    if options.last_day < options.first_day:
        raise Refused("no_days", _("The last day is before the first day."))
    return untis.Grid(periods, options.first_day, options.last_day, options.join)
