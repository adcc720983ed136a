"""What is kept of the lockers, and for how long (config.ops.registries.purges)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from config.delivery.purging import delete_in_pieces
from lockers.access.passkeys import challenges
from lockers.assignments.grants import drafts
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.models import (
    Abandonment,
    AccessAttempt,
    Alarm,
    Assignment,
    BankRelease,
    Grant,
    OfficerKey,
    Opening,
    SecurityKey,
    SilentAlarm,
)

KEY_DAYS = timedelta(days=7)  # a key that opens nothing any more, for someone who asks why


def purge(now: datetime) -> dict[str, int]:
    """Keys after a week; attempts, openings, alarms and the log after LOCKER_LOG_DAYS. Alarms that no one has taken
    note of stay."""
    old = now - timedelta(days=settings.LOCKER_LOG_DAYS)
    return {
        "locker_grant_drafts": drafts.purge(now),
        "locker_terms_answers": terms.purge(old),
        "locker_cases": delete_in_pieces(Abandonment.objects.filter(closed_at__lt=old)),
        "locker_grants": _old_grants(old),
        "locker_keys": delete_in_pieces(SecurityKey.objects.filter(expires_at__lt=now - KEY_DAYS)),
        "locker_officer_keys": delete_in_pieces(OfficerKey.objects.filter(until__lt=now - KEY_DAYS)),
        "locker_passkey_links": challenges.purge(now),
        "locker_attempts": delete_in_pieces(AccessAttempt.objects.filter(started_at__lt=old)),
        "locker_alarms": delete_in_pieces(Alarm.objects.filter(raised_at__lt=old, open_slot=None)),
        "locker_silent_alarms": delete_in_pieces(
            SilentAlarm.objects.filter(raised_at__lt=old, acknowledged_at__isnull=False)
        ),
        "locker_releases": delete_in_pieces(BankRelease.objects.filter(begun_at__lt=old, open_slot=None)),
        "locker_openings": delete_in_pieces(Opening.objects.filter(requested_at__lt=old)),
        "locker_log_entries": access_log.forget_old(now),
    }


def _old_grants(old: datetime) -> int:
    """Grants that are over for so long, unless someone still has a locker from one."""
    there = Assignment.objects.filter(open_slot=1, grant_line__isnull=False).values("grant_line__grant")
    over = Grant.objects.filter(ends_on__lt=old, state__in=(Grant.State.DONE, Grant.State.OVER)).exclude(pk__in=there)
    return delete_in_pieces(over)
