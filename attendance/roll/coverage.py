"""When the stations of a session were really seeing. Written by their heartbeats, read when the session is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest

from attendance.models import ClassSession, CoverageSpan
from attendance.rules.statuses import SeeingSpan, covered, gaps, merged

JOINED = timedelta(seconds=20)  # heartbeats come every five seconds: so close together, they are one span


def note(session: ClassSession, station: str, at: datetime) -> None:
    """The station was seeing at this moment. A moment that comes twice, or late, does no harm."""
    spans = CoverageSpan.objects.filter(session=session, station=station)
    near = spans.filter(ended_at__gte=at - JOINED, began_at__lte=at + JOINED).order_by("-ended_at").first()
    if near is None:
        CoverageSpan.objects.create(session=session, station=station, began_at=at, ended_at=at)
    elif at > near.ended_at:
        spans.filter(pk=near.pk).update(
            ended_at=Greatest(F("ended_at"), Value(at, output_field=near._meta.get_field("ended_at")))
        )


def spans(session: ClassSession) -> list[SeeingSpan]:
    """All stations of the session together: where one is blind, another one may see."""
    return merged(row.span for row in session.coverage.all())


def share(session: ClassSession, now: datetime) -> float | None:
    """How much of the session so far was watched, 0-1. None before it has begun, or without a camera."""
    end = min(now, session.effective_end)
    if end <= session.starts_at:
        return None
    return covered(spans(session), session.starts_at, end) / (end - session.starts_at)


def long_gaps(session: ClassSession, now: datetime) -> list[SeeingSpan]:
    """The gaps beyond the course's limit, for the teacher."""
    limit = session.course.rules.gap_limit
    end = min(now, session.effective_end)
    if end <= session.starts_at:
        return []
    return [gap for gap in gaps(spans(session), session.starts_at, end) if gap.ended - gap.began > limit]


def last_seen(session: ClassSession) -> datetime | None:
    """The newest moment at which any station of the session was seeing."""
    return session.coverage.order_by("-ended_at").values_list("ended_at", flat=True).first()
