"""Opening before a witness, the list of its contents, and what became of that. An officer and a witness, both named.

The witness confirms twice, signed in as themselves: that they are present before the door opens, and that the list is
right before the things are taken away.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from lockers.assignments import registration
from lockers.assignments.abandoned import mail
from lockers.assignments.abandoned.notices import back_to_last, require_last_notice_sent
from lockers.assignments.abandoned.steps import State, held, require_due, require_still_abandoned, step
from lockers.bank import places
from lockers.bank.officers import require_officer_of, serves
from lockers.doors import openings
from lockers.models import Abandonment, Opening
from lockers.rules.messages import refusal
from lockers.rules.opening import RELEASE_CHECKLIST

OPENED = (Opening.State.AUTHORISED, Opening.State.OPENED, Opening.State.CLOSED)


# --- opening --------------------------------------------------------------------------------------


@transaction.atomic
def ask(case: Abandonment, *, by: User, witness: User, at: datetime | None = None) -> Abandonment:
    """The officer at the locker names a witness. The door opens when the witness confirms.

    Refused `not_officer`, `other_bank`, `too_early`, `not_this_step`, `settled_meanwhile`, `notice_not_sent`,
    `bad_witness`.
    """
    require_officer_of(by, case.assignment.locker.bank)
    at = at or timezone.now()
    row = held(case)
    require_still_abandoned(row)
    _require_order(row, State.LAST)
    require_due(row, at)
    require_last_notice_sent(row)
    _require_fit(row, by, witness)
    row.officer, row.witness = by, witness
    return step(row, State.ASKED, at=at, by=by, witness=witness.pk)


def confirm(case: Abandonment, *, by: User, at: datetime | None = None) -> Abandonment:
    """The witness says: I am here. The lock is told to open, as in an officer's override; the holders are told.

    At a vault a witness who is an officer of the bank counts as the second one; otherwise another officer must approve.
    Refused `not_the_witness`, `not_this_step`, `took_too_long`, `settled_meanwhile`, and as an override.
    """
    at = at or timezone.now()
    with transaction.atomic():
        row = held(case)
        _require_order(row, State.ASKED)
        officer = _require_both(row, by)
        require_still_abandoned(row)
        if at - row.stepped_at > timedelta(seconds=settings.LOCKER_APPROVE_WITHIN):
            raise refusal("took_too_long")
        why = _("Not emptied after three notices: case %(case)d") % {"case": row.pk}
        row.opening = openings.override(row.assignment.locker, by=officer, reason=why, at=at)
        step(row, State.OPENED, at=at, by=by, witness=by.pk, opening=row.opening.pk)
        if row.opening.state == Opening.State.REQUESTED and serves(by, row.assignment.locker.bank):
            openings.approve(row.opening, by=by, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def call_off(case: Abandonment, *, by: User, at: datetime | None = None) -> Abandonment:
    """No one came to watch, or the door did not open: ask again.

    Refused `not_officer`, `other_bank`, `not_this_step`.
    """
    require_officer_of(by, case.assignment.locker.bank)
    row = held(case)
    if row.state == State.OPENED and row.opening is not None and row.opening.state != Opening.State.FAILED:
        raise refusal("not_this_step")
    return back_to_last(row, at=at or timezone.now(), by=by)


# --- the list -------------------------------------------------------------------------------------


@transaction.atomic
def take_inventory(
    case: Abandonment,
    *,
    by: User,
    contents: str,
    place: str = "",
    keep_until: date | None = None,
    at: datetime | None = None,
) -> Abandonment:
    """What lay in it, where it is kept, and until when; without contents it was empty. By the officer who opened it.

    Refused `not_officer`, `other_bank`, `not_the_officer`, `not_this_step`, `door_not_opened`, `no_place`,
    `kept_too_short`.
    """
    require_officer_of(by, case.assignment.locker.bank)
    at = at or timezone.now()
    row = held(case)
    _require_order(row, State.OPENED)
    if row.officer_id != by.pk:
        raise refusal("not_the_officer", 403)
    if row.opening is None or row.opening.state not in OPENED:
        raise refusal("door_not_opened")
    row.inventory, row.place, row.keep_until = contents.strip()[:4000], place.strip()[:120], keep_until
    if row.inventory:
        _require_storage(row, at)
    else:
        row.place, row.keep_until = "", None
    return step(row, State.LISTED, at=at, by=by, contents_sha256=digest(row.inventory))


def digest(contents: str) -> str:
    """In the chain, so that no one changes the list afterwards unnoticed; the text itself stays out of it."""
    return hashlib.sha256(contents.encode()).hexdigest()


def _require_storage(row: Abandonment, at: datetime) -> None:
    least = timezone.localdate(at) + timedelta(days=settings.LOCKER_ABANDONED_KEEP_DAYS)
    if not row.place:
        raise refusal("no_place", 400)
    if row.keep_until is None or row.keep_until < least:
        raise refusal("kept_too_short", 400, day=least.isoformat())


@transaction.atomic
def confirm_list(case: Abandonment, *, by: User, right: bool = True, at: datetime | None = None) -> Abandonment:
    """The witness says that the list is right; the locker is then released. Or that it is not: it is written again.

    Refused `not_the_witness`, `not_this_step`, `door_not_locked`.
    """
    at = at or timezone.now()
    row = held(case)
    _require_order(row, State.LISTED)
    officer = _require_both(row, by)
    if not right:
        return step(row, State.OPENED, at=at, by=by, witness=by.pk)
    to = State.STORED if row.inventory else State.EMPTY
    step(row, to, at=at, by=by, witness=by.pk, contents_sha256=digest(row.inventory))
    if row.assignment.open_slot is not None:
        registration.release(row.assignment, by=officer, checklist=dict.fromkeys(RELEASE_CHECKLIST, True), at=at)
    if to == State.STORED:
        mail.stored(row)
    return row


# --- the end --------------------------------------------------------------------------------------


@transaction.atomic
def hand_out(case: Abandonment, *, by: User, note: str, at: datetime | None = None) -> Abandonment:
    """The customer, or who they have sent, has got the contents.

    Refused `not_officer`, `other_bank`, `not_yourself`, `no_reason`, `not_this_step`.
    """
    return _closed(case, State.HANDED_OUT, by, note, at)


@transaction.atomic
def dispose(case: Abandonment, *, by: User, note: str, at: datetime | None = None) -> Abandonment:
    """Not before the day after `keep_until`. Refused `too_early`, and as `hand_out`."""
    return _closed(case, State.DISPOSED, by, note, at)


def _closed(case: Abandonment, to: str, by: User, note: str, at: datetime | None) -> Abandonment:
    require_officer_of(by, case.assignment.locker.bank)
    at = at or timezone.now()
    if not note.strip():
        raise refusal("no_reason", 400)
    row = held(case)
    _require_order(row, State.STORED)
    if by.pk == row.assignment.customer_id:
        raise refusal("not_yourself", 403)
    if to == State.DISPOSED:
        require_due(row, at)
    row.note = note.strip()[:300]
    return step(row, to, at=at, by=by)


# --- who ------------------------------------------------------------------------------------------


def _require_order(row: Abandonment, state: str) -> None:
    if row.state != state:
        raise refusal("not_this_step")


def _require_fit(row: Abandonment, officer: User, witness: User) -> None:
    """Two people on the staff, neither of whom opens this locker as its holder."""
    holders = places.holders_of(row.assignment)
    if officer.pk in holders:
        raise refusal("own_locker", 403)
    staff = witness.role != Role.MEMBER and witness.may_sign_in
    if witness == officer or witness.pk in holders or not staff:
        raise refusal("bad_witness", 400)


def _require_both(row: Abandonment, witness: User) -> User:
    """The officer of this case. Refused `not_the_witness`; `not_officer` when that one may do it no more."""
    if row.witness_id != witness.pk or not witness.may_sign_in:
        raise refusal("not_the_witness", 403)
    if row.officer is None or not serves(row.officer, row.assignment.locker.bank):
        raise refusal("not_officer", 403)
    _require_fit(row, row.officer, witness)
    return row.officer
