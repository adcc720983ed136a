"""Who fails with passkeys waits, as at the face (NIST SP 800-63B-4, section 3.2.3), and has a count of their own."""

from __future__ import annotations

import math
from datetime import datetime

from accounts.models import User
from lockers.models import PasskeyTally
from lockers.rules.opening import FailureTally, after_failure


def against(person: User, at: datetime) -> tuple[str, int]:
    """`passkey_disabled`, or `passkey_delayed` with the seconds that are left, or "" and 0."""
    row = PasskeyTally.objects.filter(person=person).first()
    if row is None:
        return "", 0
    if row.disabled_at:
        return "passkey_disabled", 0
    seconds = math.ceil(row.tally.waits(at).total_seconds())
    return ("passkey_delayed", seconds) if seconds else ("", 0)


def prepare(person: User) -> None:
    """Before anything can fail, so that failures at the same moment need not all make the row."""
    PasskeyTally.objects.get_or_create(person=person)


def failed(person: User, at: datetime) -> tuple[PasskeyTally, FailureTally, FailureTally]:
    """One more. The row, and the count before and after."""
    row = PasskeyTally.objects.select_for_update().get(person=person)
    before = row.tally
    after = after_failure(before, at, passive_pad=False)
    row.failures, row.until = after.failures, after.until
    row.disabled_at = row.disabled_at or (at if after.disabled else None)
    row.save()
    return row, before, after


def passed(person: User) -> None:
    PasskeyTally.objects.filter(person=person, disabled_at=None).update(failures=0, until=None)


def lift(person: User) -> bool:
    return bool(PasskeyTally.objects.filter(person=person).update(failures=0, until=None, disabled_at=None))
