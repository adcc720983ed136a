"""The PIN: one of the equal ways without a face."""

from __future__ import annotations

import datetime
import math
import re

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused

PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
FREE_TRIES = 5
FIRST_LOCK = datetime.timedelta(seconds=30)
LONGEST_LOCK = datetime.timedelta(hours=1)
DISABLED_AT = 50  # as NIST SP 800-63B has it: then only a new PIN helps


def set_pin(person: User, pin: str, *, by: User | None) -> None:
    """Give `person` a new PIN and forget earlier failures. Only they and administrators may."""
    if by is not None and by != person and not by.is_administrator:
        raise Refused("not_allowed", _("Only an administrator sets the PIN of somebody else."), status=403)
    if not PIN.fullmatch(pin):
        raise Refused("bad_pin", _("A PIN has 4 to 8 digits."))
    person.pin, person.pin_failures, person.pin_locked_until = make_password(pin), 0, None
    person.save(update_fields=["pin", "pin_failures", "pin_locked_until"])


def check_pin(person: User, pin: str, *, at: datetime.datetime | None = None) -> None:
    """Returns when the PIN is right, else refuses with `wrong_pin` or `pin_locked`.

    1. Count the try before looking at it, so that parallel guesses cannot outrun the lock.
    2. Compare (Django's check costs the same time for a person who has no PIN).
    3. A right PIN clears the count.

    Call it outside a transaction: a rollback would forget the failure, so that is an error.
    """
    _count_try(person, at or timezone.now())
    if not check_password(pin, person.pin):
        raise Refused("wrong_pin", _("The PIN is wrong."), status=403)
    User.objects.filter(pk=person.pk).update(pin_failures=0, pin_locked_until=None)


def lock_after(failures: int) -> datetime.timedelta:
    """How long the PIN rests after so many wrong tries in a row: 30 s after five, doubling up to an hour."""
    if failures < FREE_TRIES:
        return datetime.timedelta()
    doublings = min(failures - FREE_TRIES, 10)  # 30 s × 2¹⁰ is far beyond the longest lock
    return min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)


@transaction.atomic(durable=True)
def _count_try(person: User, now: datetime.datetime) -> None:
    row = User.objects.select_for_update().get(pk=person.pk)
    _refuse_locked(row, now)
    row.pin_failures += 1
    row.pin_locked_until = now + lock_after(row.pin_failures) if row.pin_failures >= FREE_TRIES else None
    row.save(update_fields=["pin_failures", "pin_locked_until"])
    person.pin = row.pin  # compare with what the database holds now


def _refuse_locked(row: User, now: datetime.datetime) -> None:
    if row.pin_failures >= DISABLED_AT:
        raise Refused("pin_locked", _("This PIN is disabled. Please ask an administrator for a new one."), status=403)
    if row.pin_locked_until and now < row.pin_locked_until:
        seconds = math.ceil((row.pin_locked_until - now).total_seconds())
        raise Refused("pin_locked", _patience(seconds), status=429, details={"seconds": seconds})


def _patience(seconds: int) -> str:
    if seconds <= 90:
        return _("Too many wrong PINs. Try again in %(n)d seconds.") % {"n": seconds}
    return _("Too many wrong PINs. Try again in %(n)d minutes.") % {"n": math.ceil(seconds / 60)}
