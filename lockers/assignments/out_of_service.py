"""Taking a locker out of service, and back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from lockers.access import keys
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.doors import news
from lockers.doors.doors import STAFF
from lockers.models import Locker


@transaction.atomic
def set_service(locker: Locker, *, out: bool, note: str = "", by: User | None, at: datetime | None = None) -> Locker:
    """Out of service no one opens it, and a key that is alive is void. The same twice changes nothing.

    Refused `not_officer`, `other_bank`.
    """
    at = at or timezone.now()
    row = places.locked(locker)
    require_officer_of(by, row.bank)
    if row.out_of_service == out and row.note == note.strip()[:200]:
        return row
    row.out_of_service, row.note = out, note.strip()[:200]
    row.save(update_fields=["out_of_service", "note"])
    if out:
        keys.void(row, at)
    access_log.append(
        "locker.out_of_service" if out else "locker.in_service",
        at=at,
        locker=row.pk,
        by=by and by.pk,
        note=row.note or None,
    )
    news.door(STAFF, row)
    return row
