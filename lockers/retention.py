"""What is kept of the lockers, and for how long (settings.PURGES)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from lockers import access_log
from lockers.models import AccessAttempt, Alarm, Opening, SecurityKey

KEY_DAYS = timedelta(days=7)  # a key that opens nothing any more, for somebody who asks why


def purge(now: datetime) -> dict[str, int]:
    """Keys after a week; attempts, openings, alarms and the log after LOCKER_LOG_DAYS. Alarms that nobody has taken
    note of stay."""
    old = now - timedelta(days=settings.LOCKER_LOG_DAYS)
    return {
        "locker_keys": SecurityKey.objects.filter(expires_at__lt=now - KEY_DAYS).delete()[0],
        "locker_attempts": AccessAttempt.objects.filter(started_at__lt=old).delete()[0],
        "locker_alarms": Alarm.objects.filter(raised_at__lt=old, open_slot=None).delete()[0],
        "locker_openings": Opening.objects.filter(requested_at__lt=old).delete()[0],
        "locker_log_entries": access_log.forget_old(now),
    }
