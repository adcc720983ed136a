"""What of attendance is kept for a while only: single sightings and doubts. Statuses and corrections stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.webhooks import retention
from attendance.models import ClassSession, Doubt, Excuse, PhoneMark, RollEntry
from attendance.roll import csv_repairs, roll

RAW = (RollEntry.Kind.SEEN, RollEntry.Kind.STRANGER, RollEntry.Kind.DENIED)
AT_ONCE = 200  # sessions


def purge(now: datetime) -> dict[str, int]:
    """Delete the sightings and doubts of sessions that ended ATTENDANCE_DAYS ago; how many of each."""
    purged = {"roll_sightings": 0, "doubts": 0}
    limit = now - timedelta(days=settings.ATTENDANCE_DAYS)
    old = ClassSession.objects.filter(
        state=ClassSession.State.CLOSED, closed_at__lt=limit, ends_at__lt=limit, forgotten_at=None
    )
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        for pk in pks:
            lines, doubts = forget(pk, now)
            purged["roll_sightings"] += lines
            purged["doubts"] += doubts
    purged["excuses"] = Excuse.objects.filter(until__lt=timezone.localdate(limit)).delete()[0]
    retention.forget("attendance", limit)
    return purged


@transaction.atomic
def forget(session_id: int, now: datetime) -> tuple[int, int]:
    """One session keeps its records and corrections, and no sighting. Its CSV file is written again without them."""
    session = roll.locked(session_id)
    lines, _by_kind = RollEntry.objects.filter(session=session, kind__in=RAW).delete()
    PhoneMark.objects.filter(session=session).delete()
    doubts, _by_kind = Doubt.objects.filter(session=session).delete()
    ClassSession.objects.filter(pk=session_id).update(forgotten_at=now)
    csv_repairs.outdate([session])
    return lines, doubts
