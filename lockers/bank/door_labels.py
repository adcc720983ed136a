"""A new code for a door's label: for one that was copied, or hangs where it should not."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.models import Locker
from lockers.models.places import new_label_code


@transaction.atomic
def replace(locker: Locker, *, by: User | None) -> Locker:
    """Labels that were printed before no longer work. Refused `not_officer` and `other_bank`."""
    require_officer_of(by, locker.bank)
    locker.label_code = new_label_code()
    locker.save(update_fields=["label_code"])
    access_log.append("locker.label_replaced", locker=locker.pk, by=by and by.pk)
    return locker
