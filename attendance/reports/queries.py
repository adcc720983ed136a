"""What a person wants to know: the kind of report, the period, and whom and what it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from attendance.models import STATUS_CHOICES, Course, TimetableRule
from attendance.rules.arrivals import EARLIEST, LATEST, middle_bins
from config.tables.periods import OfDays


class ReportKind(TextChoices):
    RECORDS = "records", gettext_lazy("Every person in every session")
    PEOPLE = "people", gettext_lazy("Summary by person")
    SESSIONS = "sessions", gettext_lazy("Summary by session")
    PREMISES = "premises", gettext_lazy("Premises: first in, last out")
    HALF_DAYS = "half_days", gettext_lazy("Half days")


def arrival_words(number: int) -> str:
    """Such as 5–10 min after the start."""
    middle = middle_bins()
    if number == 0:
        return _("more than %(n)s min before the start") % {"n": -EARLIEST}
    if number > len(middle):
        return _("%(n)s min after the start or later") % {"n": LATEST}
    begin, end = middle[number - 1]
    if end <= 0:
        return _("%(first)s–%(last)s min before the start") % {"first": -begin, "last": -end}
    return _("%(first)s–%(last)s min after the start") % {"first": begin, "last": end}


@dataclass(frozen=True, slots=True)
class Wanted(OfDays):
    """`since` and `until` are days of the site's own calendar, both included. Everything else narrows the report."""

    kind: str
    since: date
    until: date
    course: Course | None = None
    person: User | None = None
    department: Department | None = None  # the person's
    group: str = ""  # of the person in the course
    status: str = ""  # lines that are of this status, or have one
    course_kind: str = ""  # classes or premises
    weekday: int | None = None  # on which a session began, from 0 (Monday)
    hour: int | None = None  # in which a session began, of the site's clock
    arrival: int | None = None  # when the person was first seen: a bar of attendance.rules.arrivals

    def of_period(self, since: date, until: date) -> Wanted:
        return replace(self, since=since, until=until)

    @property
    def narrows_people(self) -> bool:
        return bool(self.person or self.department or self.group or self.status or self.arrival is not None)

    @property
    def narrows_hours(self) -> bool:
        return self.weekday is not None or self.hour is not None

    @property
    def title(self) -> str:
        return str(ReportKind(self.kind).label)

    @property
    def name(self) -> str:
        """Of a file."""
        course = self.course.code if self.course else ""
        person = self.person.id_number if self.person else ""
        department = self.department.code if self.department else ""
        parts = [
            "attendance",
            self.kind,
            course,
            self.course_kind,
            person,
            department,
            slugify(self.group),
            self.status,
        ]
        narrowed = {"day": self.weekday, "hour": self.hour, "arrival": self.arrival}
        parts += [f"{word}{number}" for word, number in narrowed.items() if number is not None]
        return "-".join(filter(None, [*parts, f"{self.since}", f"{self.until}"]))

    def subtitles(self) -> tuple[str, ...]:
        """What was chosen, in words."""
        chosen = [
            str(self.course) if self.course else _("All courses"),
            str(self.person or ""),
            str(self.department or ""),
            _("Group %(group)s") % {"group": self.group} if self.group else "",
            _("Status: %(status)s") % {"status": dict(STATUS_CHOICES)[self.status]} if self.status else "",
            str(Course.Kind(self.course_kind).label) if self.course_kind else "",
            str(TimetableRule.Weekday(self.weekday).label) if self.weekday is not None else "",
            _("Began from %(hour)s") % {"hour": f"{self.hour}:00–{self.hour}:59"} if self.hour is not None else "",
            _("First seen: %(when)s") % {"when": arrival_words(self.arrival)} if self.arrival is not None else "",
        ]
        return " · ".join(filter(None, chosen)), self.period

    @property
    def period(self) -> str:
        first, last = date_format(self.since, "DATE_FORMAT"), date_format(self.until, "DATE_FORMAT")
        return first if self.since == self.until else f"{first} – {last}"
