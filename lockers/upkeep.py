"""Taking a locker out of service, and back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.live import publish
from lockers import access_log, events, keys, places
from lockers.doors import STAFF
from lockers.models import Locker
from lockers.visibility import require_officer


@transaction.atomic
def set_service(locker: Locker, *, out: bool, note: str = "", by: User | None, at: datetime | None = None) -> Locker:
    """Out of service nobody opens it, and a key that is alive is void. The same twice changes nothing.

    Refused `not_officer`.
    """
    at = at or timezone.now()
    require_officer(by)
    row = places.locked(locker)
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
    publish(STAFF, events.door_now(row))
    return row
