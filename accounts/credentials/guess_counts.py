"""Counting wrong tries at a secret, over all processes. What is counted, and where, is said by passwords and pins.

A try is counted before it is looked at, so that many at the same moment cannot outrun the limit; a right one is taken
back afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.credentials.guess_limits import Limit
from accounts.models import GuessCount

KEPT = timedelta(days=30)  # a count that no one added to for so long is over
Limits = Mapping[str, Limit]  # by key


def key_of(kind: str, *parts: object) -> str:
    """A name for what is counted that tells no one whom or what."""
    return salted_hmac(f"ostiary.guess.{kind}", "\x00".join(map(str, parts)), algorithm="sha256").hexdigest()


def seconds_to_wait(limits: Limits, now: datetime | None = None) -> int:
    """Whole seconds until all of these may be tried again; 0: now."""
    now = now or timezone.now()
    waits = GuessCount.objects.filter(key__in=list(limits), waits_until__gt=now).values_list("waits_until", flat=True)
    return max((_seconds(until - now) for until in waits if until), default=0)


def count(limits: Limits, now: datetime | None = None) -> int:
    """One try more under each key, and 0; or nothing is counted, and how many seconds to wait.

    Call it outside a transaction: a rollback would forget the try.
    """
    now = now or timezone.now()
    if seconds := seconds_to_wait(limits, now):  # before a row is made: no one fills the table with made-up names
        return seconds
    _make_rows(limits, now)
    with transaction.atomic():
        rows = _locked(limits)
        waits = [row.waits_until - now for row in rows if row.waits_until and row.waits_until > now]
        if waits:
            return max(_seconds(wait) for wait in waits)
        for row in rows:
            _add(row, limits[row.key], now)
    return 0


def take_back(limits: Limits, now: datetime | None = None) -> None:
    """The try that was counted was right."""
    now = now or timezone.now()
    with transaction.atomic():
        for row in _locked(limits):
            limit = limits[row.key]
            left, row.counted_at = limit.sunk(row.level, row.counted_at, now)
            row.level = max(0, left - 1)
            row.waits_until = row.waits_until if limit.wait(row.level) else None
            row.save(update_fields=["level", "counted_at", "waits_until"])


def level(key: str) -> int:
    """What was counted last, for limits that forget nothing."""
    return GuessCount.objects.filter(key=key).values_list("level", flat=True).first() or 0


def note(key: str) -> None:
    """That something was right here once: remembered like a count, for KEPT after the last time."""
    _make_rows([key], timezone.now())
    GuessCount.objects.filter(key=key).update(counted_at=timezone.now())


def is_noted(key: str) -> bool:
    return GuessCount.objects.filter(key=key).exists()


def purge(now: datetime) -> dict[str, int]:
    """Forget what is long over (config.ops.registries.purges)."""
    return {"guess_counts": GuessCount.objects.filter(counted_at__lt=now - KEPT).delete()[0]}


def _make_rows(keys: Collection[str], now: datetime) -> None:
    """One by one and outside the transaction that locks them: two that make the same rows never wait for each other."""
    there = set(GuessCount.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    for key in keys:
        if key not in there:
            GuessCount.objects.bulk_create([GuessCount(key=key, counted_at=now)], ignore_conflicts=True)


def _locked(limits: Limits) -> list[GuessCount]:
    """Always in one order, and each by its own key (MariaDB scans a list of them), so that two never wait in a ring."""
    found = (GuessCount.objects.select_for_update().filter(key=key).first() for key in sorted(limits))
    return [row for row in found if row is not None]


def _add(row: GuessCount, limit: Limit, now: datetime) -> None:
    left, row.counted_at = limit.sunk(row.level, row.counted_at, now)
    row.level = left + 1
    wait = limit.wait(row.level)
    row.waits_until = now + wait if wait else None
    row.save(update_fields=["level", "counted_at", "waits_until"])


def _seconds(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds()))
