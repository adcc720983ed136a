"""The PIN: one of the equal ways without a face."""

from __future__ import annotations

import datetime
import math

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.credentials import guess_counts, waiting
from accounts.credentials.guess_limits import Limit, steady
from accounts.credentials.pin_rules import PIN, is_weak
from accounts.credentials.second_pins import second_pin
from accounts.models import User
from config.errors import Refused

BY_SECOND = ngettext_lazy(
    "Too many wrong PINs. Try again in %(n)d second.", "Too many wrong PINs. Try again in %(n)d seconds.", "n"
)
BY_MINUTE = ngettext_lazy(
    "Too many wrong PINs. Try again in %(n)d minute.", "Too many wrong PINs. Try again in %(n)d minutes.", "n"
)

FREE_TRIES = 5
FIRST_LOCK = datetime.timedelta(seconds=30)
LONGEST_LOCK = datetime.timedelta(hours=1)
DISABLED_AT = 50  # as NIST SP 800-63B has it: then only a new PIN helps
NO_PIN = ""  # that no PIN fits, and that takes as long to compare
LIKE_A_PIN = Limit(FREE_TRIES, FIRST_LOCK, LONGEST_LOCK)  # for numbers that no one has: locked as if someone had them
AT_ONE_DOOR = steady(30, 120)  # wrong PINs for all numbers at one kiosk, and on the whole site
AT_ALL_DOORS = steady(300, 1200)


def set_pin(person: User, pin: str, *, by: User | None) -> None:
    """Give `person` a new PIN and forget earlier failures. Only they and administrators may."""
    if by is not None and by != person and not by.is_administrator:
        raise Refused("not_allowed", _("Only an administrator can set another person's PIN."), status=403)
    require_good(pin, person)
    person.pin, person.pin_failures, person.pin_locked_until = make_password(pin), 0, None
    with transaction.atomic():
        person.save(update_fields=["pin", "pin_failures", "pin_locked_until"])
        second_pin().changed(person)


def require_good(pin: str, person: User) -> None:
    """Refused `bad_pin`, `weak_pin`."""
    if not PIN.fullmatch(pin):
        raise Refused("bad_pin", _("A PIN must have 4 to 8 digits."))
    if is_weak(pin, id_number=person.id_number):
        words = _(
            "This PIN is easy to guess: a sequence, a repetition, a date or part of the id number. Choose another."
        )
        raise Refused("weak_pin", words)


def check_named(person: User | None, said: str, pin: str, *, door: str, at: datetime.datetime | None = None) -> User:
    """The person whose number and PIN these are, at one `door` (a kiosk, a terminal). `person`: whom `said` means.

    Refused as `check_pin`, with the same words and in the same time for a number that no one has; `too_many_pins` for
    too many wrong ones here. Call it outside a transaction.
    """
    now = at or timezone.now()
    doors = {guess_counts.key_of("pin-door", door): AT_ONE_DOOR, guess_counts.key_of("pin-doors"): AT_ALL_DOORS}
    if seconds := guess_counts.count(doors, now):
        raise Refused("too_many_pins", _patience(seconds), status=429, details={"seconds": seconds})
    if person is None:
        raise _nobodys(said, pin, now)
    is_second(person, pin, door=door, at=now)
    guess_counts.take_back(doors, now)
    return person


def _nobodys(said: str, pin: str, now: datetime.datetime) -> Refused:
    """What is answered for a number that no one has: counted, locked and compared as if someone had it."""
    key = guess_counts.key_of("pin-name", said.strip().casefold())
    seconds, failures = guess_counts.seconds_to_wait({key: LIKE_A_PIN}, now), guess_counts.level(key)
    if failures >= DISABLED_AT or seconds:
        return _locked(failures, seconds)
    guess_counts.count({key: LIKE_A_PIN}, now)
    check_password(pin, NO_PIN)
    check_password(pin, NO_PIN)  # as for the second PIN of someone
    return _wrong()


def check_pin(person: User, pin: str, *, at: datetime.datetime | None = None) -> None:
    """Returns when the PIN is right, else refuses with `wrong_pin` or `pin_locked`.

    Call it outside a transaction: a rollback would forget the failure, so that is an error.
    """
    is_second(person, pin, door="", at=at)


def is_second(person: User, pin: str, *, door: str, at: datetime.datetime | None = None) -> bool:
    """The same, and whether it was not their PIN but the second one that admits them
    (accounts.credentials.second_pins).

    1. Count the try before looking at it, so that parallel guesses cannot outrun the lock.
    2. Compare with both, always: no one with a watch learns which one it was, nor whether there is a second. (Django's
       check costs the same time for a person who has no PIN.)
    3. A right PIN clears the count, and anyone who keeps the second ones hears of it, whichever it was.
    """
    now = at or timezone.now()
    _count_try(person, now)
    first, other = check_password(pin, person.pin), second_pin()
    second = check_password(pin, other.hash_of(person))
    if not first and not (second and person.pin):
        raise _wrong()
    User.objects.filter(pk=person.pk).update(pin_failures=0, pin_locked_until=None)
    other.accepted(person, second=not first, door=door, at=now)
    return not first


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
    left = row.pin_locked_until - now if row.pin_locked_until else datetime.timedelta()
    seconds = max(0, math.ceil(left.total_seconds()))
    if row.pin_failures >= DISABLED_AT or seconds:
        raise _locked(row.pin_failures, seconds)


def _wrong() -> Refused:
    return Refused("wrong_pin", _("The number or the PIN is wrong. Please try again."), status=403)


def _locked(failures: int, seconds: int) -> Refused:
    if failures >= DISABLED_AT:
        return Refused("pin_locked", _("This PIN is disabled. Please ask an administrator for a new one."), status=403)
    return Refused("pin_locked", _patience(seconds), status=429, details={"seconds": seconds})


def _patience(seconds: int) -> str:
    return waiting.in_words(seconds, BY_SECOND, BY_MINUTE)
