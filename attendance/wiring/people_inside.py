"""Whom a session has seen today, or in a shift of yesterday that still runs, for an evacuation list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import AttendanceRecord, ClassSession
from config.ops.registries.people_inside import PersonInside


def inside(now: datetime) -> Iterator[PersonInside]:
    """Where and when each person was seen last; a status that a teacher has set without a sighting says no time."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    recent = Q(last_seen__gte=today) | Q(session__state=ClassSession.State.OPEN, session__ends_at__gt=now)
    seen = AttendanceRecord.objects.filter(recent, last_seen__lte=now)
    for record in seen.select_related("person", "session__course"):
        assert record.last_seen is not None  # noqa: S101  by the filter
        yield PersonInside(
            name=record.person.get_full_name(),
            seen_at=record.last_seen,
            place=record.session.course.title,
            how=_("seen in %(course)s") % {"course": record.session.course.title},
            person=record.person.pk,
            number=record.person.id_number,
        )
