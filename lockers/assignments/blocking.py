"""“It was not me”: a holder blocks their locker at once, and only an officer lifts the block again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from lockers.access import keys
from lockers.bank import notices, places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.doors import news
from lockers.doors.doors import STAFF
from lockers.models import Assignment
from lockers.rules.messages import refusal


@transaction.atomic
def block(assignment: Assignment, *, by: User, at: datetime | None = None) -> Assignment:
    """No key opens it from now on, and the one that is alive is void. Officers and holders are told.

    An officer still opens it, with a reason. Refused `not_yours`, `released_already`, `blocked_already`.
    """
    at = at or timezone.now()
    locker = places.locked(assignment.locker)
    mine = Assignment.objects.get(pk=assignment.pk)
    if mine.open_slot is None:
        raise refusal("released_already")
    if by.pk not in places.holders_of(mine, timezone.localdate(at)):
        raise refusal("not_yours", 403)
    if mine.blocked_at is not None:
        raise refusal("blocked_already")
    mine.blocked_at, mine.blocked_by = at, by
    mine.save(update_fields=["blocked_at", "blocked_by"])
    keys.void(locker, at)
    notices.blocked(mine, by, at)
    access_log.append("locker.blocked", at=at, locker=locker.pk, assignment=mine.pk, person=by.pk)
    news.door(STAFF, locker)
    return mine


@transaction.atomic
def unblock(assignment: Assignment, *, by: User, at: datetime | None = None) -> Assignment:
    """An officer has seen who they are. Refused `not_officer`, `other_bank`, `own_locker`, `not_blocked`."""
    at = at or timezone.now()
    locker = places.locked(assignment.locker)
    require_officer_of(by, locker.bank)
    mine = Assignment.objects.get(pk=assignment.pk)
    if by.pk in places.holders_of(mine):
        raise refusal("not_yourself", 403)
    if mine.blocked_at is None:
        raise refusal("not_blocked")
    mine.blocked_at = mine.blocked_by = None
    mine.save(update_fields=["blocked_at", "blocked_by"])
    access_log.append("locker.unblocked", at=at, locker=locker.pk, assignment=mine.pk, by=by.pk)
    news.door(STAFF, locker)
    return mine
