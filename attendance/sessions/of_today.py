"""The sessions of the site's own day, for everyone who keeps their rolls and for everyone who attends them."""

from __future__ import annotations

from datetime import datetime, timedelta
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
    """Those that start today, and those still open."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(starts_at__gte=midnight, starts_at__lt=midnight + DAY) | Q(state=ClassSession.State.OPEN)


def kept_by(user: Any, now: datetime) -> QuerySet[ClassSession]:
    """Those whose roll this person keeps; `here` of `expected` say how many have come."""
    here = Count("records", filter=Q(records__status__in=ATTENDED))
    rows = sessions_for(user).filter(of_today(now)).select_related("course")
    return rows.annotate(expected=Count("records"), here=here).order_by("starts_at", "pk")


def attended_by(person: User, now: datetime) -> QuerySet[ClassSession]:
    """Those that this person is enrolled for today; `status` is theirs, None as long as there is none."""
    day = timezone.localdate(now)
    enrolled = Q(course__enrollments__person=person)
    enrolled &= Q(course__enrollments__since=None) | Q(course__enrollments__since__lte=day)
    enrolled &= Q(course__enrollments__until=None) | Q(course__enrollments__until__gte=day)
    enrolled &= Q(group="") | Q(group=F("course__enrollments__group"))
    mine = AttendanceRecord.objects.filter(session=OuterRef("pk"), person=person)
    rows = ClassSession.objects.filter(of_today(now)).filter(enrolled).select_related("course")
    return rows.annotate(status=Subquery(mine.values("status")[:1])).order_by("starts_at", "pk")
