"""The equal way without a face: card (or id number), PIN, and an officer who looks. It ends in the same key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.credentials.pins import check_named
from accounts.models import User
from config.errors import Refused
from config.live.news import publish
from config.web import throttle
from lockers.access import attempts
from lockers.access.credentials import pin_taken_by
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.doors import events
from lockers.doors.doors import STAFF
from lockers.models import AccessAttempt, Locker
from lockers.rules.messages import refusal
from lockers.rules.visibility import require_officer

TRIES, WINDOW = 20, 60  # at one station, and the seconds in which they count

State = AccessAttempt.State


def begin(said: str, pin: str, locker: Locker, *, station: str, at: datetime | None = None) -> AccessAttempt:
    """Someone showed a card, or typed their id number, and typed the PIN. An officer must confirm now.

    Refused `wrong_pin` (also for an unknown card or number), `pin_locked`, `too_many_pins`, `too_many_attempts`, or as
    `start`.
    Call it outside a transaction: what was wrong must be remembered.
    """
    at = at or timezone.now()
    if throttle.count(f"lockers.lane:{station}", window=WINDOW) > TRIES:
        raise Refused("too_many_attempts", _("Too many attempts. Please wait a minute and try again."), status=429)
    person = _checked(_named(said.strip()), said, pin, locker, station, at)
    return begin_checked(person, locker, station=station, at=at)


def checked_officer(said: str, pin: str, *, station: str, at: datetime) -> User:
    """Whose card (or id number) and PIN these are, typed at a kiosk by an officer. Counted like a customer's.

    Refused `too_many_attempts`, `wrong_pin`, `pin_locked`, `too_many_pins`. Call it outside a transaction.
    """
    if throttle.count(f"lockers.lane:{station}", window=WINDOW) > TRIES:
        raise Refused("too_many_attempts", _("Too many attempts. Please wait a minute and try again."), status=429)
    return check_named(_named(said.strip()), said, pin, door=f"lockers:{station}", at=at)


def begin_checked(person: User, locker: Locker, *, station: str, at: datetime | None = None) -> AccessAttempt:
    """The same where the PIN was asked for and found right already, as at a kiosk. Refused as `attempts.start`."""
    at = at or timezone.now()
    attempt = attempts.start(person, locker, station=station, lane=AccessAttempt.Lane.CARD, at=at)
    return _confirming(attempt, at)


def _named(said: str) -> User | None:
    if not said or not said.isprintable():
        return None
    return User.objects.filter(card_barcode=said).first() or User.objects.filter(id_number=said).first()


def _checked(person: User | None, said: str, pin: str, locker: Locker, station: str, at: datetime) -> User:
    """The PIN has its own lock (accounts.credentials.pins), so a wrong one is written down and does not count here."""
    try:
        return check_named(person, said, pin, door=f"lockers:{station}", at=at)
    except Refused as refused:
        known = person.pk if person else None
        access_log.append("pin.refused", at=at, person=known, locker=locker.pk, station=station, reason=refused.code)
        raise


@transaction.atomic
def _confirming(attempt: AccessAttempt, at: datetime) -> AccessAttempt:
    attempt = attempts.note(attempt, "pin", at=at)
    attempt.state = State.CONFIRMING
    attempt.save(update_fields=["state"])
    publish(STAFF, events.attempt_now(attempt))
    return attempt


@transaction.atomic
def confirm(attempt: AccessAttempt, *, by: User, at: datetime | None = None) -> AccessAttempt:
    """The officer sees the person and their card, and says: it is them. The station then shows the key.

    Refused `not_officer`, `other_bank`, `not_yourself`, `attempt_over`, and `own_request` at a vault for who gave them
    it or a PIN.
    """
    row = _waiting(attempt, by)
    row.confirmed_by = by
    row.save(update_fields=["confirmed_by"])
    return attempts.succeed(row, at=at)


@transaction.atomic
def decline(attempt: AccessAttempt, *, by: User, reason: str = "declined", at: datetime | None = None) -> AccessAttempt:
    """It is not them. Refused as `confirm`."""
    row = _waiting(attempt, by)
    row.confirmed_by = by
    row.save(update_fields=["confirmed_by"])
    return attempts.fail(row, reason, at=at, counts=False)


def _waiting(attempt: AccessAttempt, by: User) -> AccessAttempt:
    require_officer(by)
    row = AccessAttempt.objects.select_for_update().get(pk=attempt.pk)
    if row.locker is not None:
        require_officer_of(by, row.locker.bank)
    if row.state != State.CONFIRMING:
        raise refusal("attempt_over")
    if row.person_id == by.pk:
        raise refusal("not_yourself", 403)
    if row.locker is not None and row.locker.kind == Locker.Kind.VAULT and _let_in_by(row.locker, row.person_id, by):
        raise refusal("own_request", 403)
    return row


def _let_in_by(locker: Locker, person_id: int | None, officer: User) -> bool:
    """Whether it was this officer who gave this person the locker, a share in it, or their PIN: for a vault it takes
    two."""
    mine = places.current_assignment(locker)
    if mine is None:
        return False
    shared = mine.joint_holders.filter(person=person_id, open_slot=1, added_by=officer)
    gave = mine.customer_id == person_id and mine.assigned_by_id == officer.pk
    return gave or shared.exists() or pin_taken_by(person_id, officer)
