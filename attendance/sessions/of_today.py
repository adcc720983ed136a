"""The sessions of the site's own day, for everyone who keeps their rolls and for everyone who attends them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession
from attendance.rules.statuses import ATTENDED
from attendance.rules.times import DAY
from attendance.rules.visibility import sessions_for

SOON = timedelta(minutes=30)  # what is planned so near may be started by hand


def of_today(now: datetime) -> Q:
    """Those that start today, those still open, and a shift of yesterday that no one has opened and that still runs."""
    midnight = _midnight(now)
    today = Q(starts_at__gte=midnight, starts_at__lt=midnight + DAY)
    runs = Q(state=ClassSession.State.PLANNED, starts_at__lt=midnight, ends_at__gt=now)
    return today | Q(state=ClassSession.State.OPEN) | runs


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def kept_by(user: Any, now: datetime) -> QuerySet[ClassSession]:
    """Those whose roll this person keeps; `here` of `expected` say how many have come."""
    here = Count("records", filter=Q(records__status__in=ATTENDED))
    rows = sessions_for(user).filter(of_today(now)).select_related("course")
    return rows.annotate(expected=Count("records"), here=here).order_by("starts_at", "pk")


def attended_by(person: User, now: datetime) -> QuerySet[ClassSession]:
    """Those that this person is enrolled for today; `status` is theirs, None as long as there is none."""
    enrolled = Q(course__enrollments__person=person)
    enrolled &= Q(group="") | Q(group=F("course__enrollments__group"))
    day, midnight = timezone.localdate(now), _midnight(now)
    enrolled &= (Q(starts_at__gte=midnight) & _enrolled_on(day)) | (
        Q(starts_at__lt=midnight) & _enrolled_on(day - DAY)  # a shift of yesterday has the people of yesterday
    )
    mine = AttendanceRecord.objects.filter(session=OuterRef("pk"), person=person)
    rows = ClassSession.objects.filter(of_today(now)).filter(enrolled).select_related("course")
    return rows.annotate(status=Subquery(mine.values("status")[:1])).order_by("starts_at", "pk")


def _enrolled_on(day: date) -> Q:
    since = Q(course__enrollments__since=None) | Q(course__enrollments__since__lte=day)
    return since & (Q(course__enrollments__until=None) | Q(course__enrollments__until__gte=day))
