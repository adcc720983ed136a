"""Who is excused in a session, by an excuse that was accepted for its day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from attendance.models import AttendanceRecord, ClassSession, Excuse
from attendance.rules.statuses import Status

BY_RULE = "excused_in_advance"  # the note of such a record
NOT_SEEN = frozenset({Status.EXPECTED, Status.ABSENT, Status.UNVERIFIED})


def excused_in(session: ClassSession) -> frozenset[int]:
    day = timezone.localdate(session.starts_at)
    return frozenset(accepted_on(day).filter(_of(session.course_id)).values_list("person_id", flat=True))


def accepted_on(day: date) -> QuerySet[Excuse]:
    return Excuse.objects.filter(state=Excuse.State.ACCEPTED, since__lte=day, until__gte=day)


def _of(course: int) -> Q:
    return Q(course=None) | Q(course=course)


def excuse(records: list[AttendanceRecord], people: frozenset[int]) -> list[AttendanceRecord]:
    """Those of the records that become Excused: not seen, and not corrected by a teacher. Not saved yet."""
    found = [one for one in records if one.person_id in people and not one.corrected and Status(one.status) in NOT_SEEN]
    for record in found:
        record.status, record.note = Status.EXCUSED, BY_RULE
    return found
