"""The attendance app's part of what is stored about a person, in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from attendance.models import Appeal, AttendanceRecord, CalendarFeed, Enrollment, Excuse, PhoneMark, RollEntry


def facts(person: User) -> Iterator[tuple[str, str]]:
    courses = Enrollment.objects.filter(person=person).values_list("course__title", flat=True)
    yield _("Courses"), ", ".join(courses) or _("none")
    yield _("Attendance records"), _records(person)
    lines = RollEntry.objects.filter(person=person).count()
    words = ngettext(
        "%(count)d entry with time, place and source", "%(count)d entries with time, place and source", lines
    )
    yield _("Roll entries"), words % {"count": lines} if lines else _("none")
    excuses = Excuse.objects.filter(person=person).count()
    yield _("Excuses, with their files"), str(excuses) if excuses else _("none")
    marks = PhoneMark.objects.filter(person=person).count()
    yield _("Marks by phone"), str(marks) if marks else _("none")
    appeals = Appeal.objects.filter(record__person=person).count()
    yield _("Your appeals"), str(appeals) if appeals else _("none")
    yield _("Calendar address"), _calendar(person)


def _calendar(person: User) -> str:
    feed = CalendarFeed.objects.filter(person=person).first()
    return _("since %(day)s") % {"day": date_format(timezone.localtime(feed.made_at))} if feed else _("none")


def _records(person: User) -> str:
    found = AttendanceRecord.objects.filter(person=person).aggregate(count=Count("pk"), first=Min("session__starts_at"))
    if not found["count"]:
        return _("none")
    words = ngettext("%(count)d session since %(day)s", "%(count)d sessions since %(day)s", found["count"])
    return words % {"count": found["count"], "day": date_format(timezone.localtime(found["first"]))}
