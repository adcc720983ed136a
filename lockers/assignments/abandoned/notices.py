"""Cases begin and notices go out: by the clock, or by an officer's hand where no e-mail reaches the customer."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import OutgoingMail, User
from config.errors import Refused
from config.ops.jobs.steps import for_each, one_by_one
from lockers.assignments.abandoned import mail
from lockers.assignments.abandoned.steps import (
    State,
    due_on,
    held,
    log,
    require_due,
    require_still_abandoned,
    step,
    still_abandoned,
)
from lockers.bank.officers import require_officer_of
from lockers.models import Abandonment, AbandonmentStep, Assignment, Opening
from lockers.rules import abandonment
from lockers.rules.messages import refusal

Reason = Abandonment.Reason
NOT_SENT = (OutgoingMail.State.FAILED, OutgoingMail.State.UNCLEAR, OutgoingMail.State.CANCELLED)


# --- beginning and settling -----------------------------------------------------------------------


@transaction.atomic
def begin(assignment: Assignment, reason: str, *, by: User | None, at: datetime | None = None) -> Abandonment:
    """A case for a locker that is not emptied, unused or unpaid. Nothing is written to anyone yet.

    Refused `not_officer`, `other_bank`, `not_yourself`, `released_already`, `not_abandoned`, `case_already`.
    """
    at = at or timezone.now()
    mine = Assignment.objects.select_related("locker__bank", "customer").get(pk=assignment.pk)
    require_officer_of(by, mine.locker.bank)
    if by is not None and by == mine.customer:
        raise refusal("not_yourself", 403)
    if mine.open_slot is None:
        raise refusal("released_already")
    case = Abandonment(assignment=mine, reason=reason, begun_at=at, stepped_at=at, begun_by=by)
    if not still_abandoned(case, mine):
        raise refusal("not_abandoned")
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        raise refusal("case_already") from error
    AbandonmentStep.objects.create(case=case, state=State.BEGUN, at=at, by=by)
    log("abandoned.begun", case, at, by, case_reason=reason)
    return case


@transaction.atomic
def settle(case: Abandonment, *, by: User | None, note: str = "", at: datetime | None = None) -> Abandonment:
    """The case is over. Refused `not_officer`, `other_bank`, `no_reason` by hand, `not_this_step` once opened."""
    require_officer_of(by, case.assignment.locker.bank)
    if by is not None and not note.strip():
        raise refusal("no_reason", 400)
    row = held(case)
    row.note = note.strip()[:300]
    return step(row, State.SETTLED, at=at or timezone.now(), by=by)


# --- notices --------------------------------------------------------------------------------------


@transaction.atomic
def notify(case: Abandonment, *, by: User | None = None, how: str = "", at: datetime | None = None) -> Abandonment:
    """The next notice, not before its day. By e-mail; or by hand, when an officer says `how` it was given.

    Refused `not_this_step`, `too_early`, `settled_meanwhile`, `no_address`, `notice_not_sent`, `not_officer`,
    `other_bank`.
    """
    require_officer_of(by, case.assignment.locker.bank)
    at = at or timezone.now()
    row = held(case)
    if row.state not in abandonment.NEXT or abandonment.NEXT[row.state] not in abandonment.NOTICES:
        raise refusal("not_this_step")
    require_still_abandoned(row)
    require_due(row, at)
    require_last_notice_sent(row)
    notice = abandonment.NEXT[row.state]
    if not how.strip() and not mail.notice(row, notice, at):
        raise refusal("no_address")
    row.noticed_at = at
    return step(row, notice, at=at, by=by, note=how.strip(), by_hand=bool(how.strip()) or None)


def require_last_notice_sent(case: Abandonment) -> None:
    """Refused `notice_not_sent` when the e-mail of the step before never left, and no one gave it by hand."""
    if last_notice_failed(case):
        raise refusal("notice_not_sent")


def last_notice_failed(case: Abandonment) -> bool:
    """A letter that has been purged was sent, or the purge would have left it."""
    if case.state not in abandonment.NOTICES:
        return False
    given = case.steps.filter(state=case.state).last()
    if given is not None and given.note:
        return False
    return OutgoingMail.objects.filter(key=mail.key_of(case, case.state), state__in=NOT_SENT).exists()


@transaction.atomic
def gave_by_hand(case: Abandonment, *, by: User, how: str, at: datetime | None = None) -> Abandonment:
    """The notice of this step, whose e-mail failed, was given by hand today: the days are counted from now.

    Refused `not_officer`, `other_bank`, `no_reason`, `not_this_step`.
    """
    require_officer_of(by, case.assignment.locker.bank)
    at = at or timezone.now()
    if not how.strip():
        raise refusal("no_reason", 400)
    row = held(case)
    if not last_notice_failed(row):
        raise refusal("not_this_step")
    row.stepped_at = row.noticed_at = at
    row.save(update_fields=["stepped_at", "noticed_at"])
    AbandonmentStep.objects.create(case=row, state=row.state, at=at, by=by, note=how.strip()[:300])
    log("abandoned.by_hand", row, at, by)
    return row


# --- by the clock ---------------------------------------------------------------------------------


def go_on(now: datetime) -> None:
    """Cases begin where the rules say so, settle where there is none any more, and notices that are due go out."""
    one_by_one((_begin_due, _call_off_late, _settle_over, _notify_due), now)


def _begin_due(now: datetime) -> None:
    """None of it where LOCKER_ABANDONED_DAYS is empty."""
    if not settings.LOCKER_ABANDONED_DAYS:
        return
    for reason, rows in ((Reason.ENDED, _ended(now)), (Reason.UNUSED, _unused(now))):
        for_each(partial(_begun, reason=reason, now=now), rows)


def _begun(row: Assignment, reason: str, now: datetime) -> None:
    try:
        begin(row, reason, by=None, at=now)
    except Refused as refused:
        if refused.code not in ("case_already", "not_abandoned", "released_already"):
            raise


def _without_case() -> QuerySet[Assignment]:
    open_case = Abandonment.objects.filter(assignment=OuterRef("pk"), open_slot=1)
    return Assignment.objects.filter(~Exists(open_case), open_slot=1).select_related("locker__bank", "customer")


def _ended(now: datetime) -> QuerySet[Assignment]:
    return _without_case().filter(ends_on__lt=timezone.localdate(now))


def _unused(now: datetime) -> QuerySet[Assignment]:
    """Neither given nor opened for LOCKER_UNUSED_DAYS (0: never)."""
    if not settings.LOCKER_UNUSED_DAYS:
        return Assignment.objects.none()
    long_ago = now - timedelta(days=settings.LOCKER_UNUSED_DAYS)
    used = Opening.objects.filter(locker=OuterRef("locker"), requested_at__gte=long_ago, route=Opening.Route.KEY)
    rows = _without_case().filter(~Exists(used), assigned_at__lt=long_ago, starts_on__lt=timezone.localdate(long_ago))
    return rows.exclude(ends_on__lt=timezone.localdate(now))


def _call_off_late(now: datetime) -> None:
    """No one came to watch."""
    late = now - timedelta(seconds=settings.LOCKER_APPROVE_WITHIN)
    for_each(lambda case: _called_off(case, now), Abandonment.objects.filter(state=State.ASKED, stepped_at__lt=late))


@transaction.atomic
def _called_off(case: Abandonment, now: datetime) -> None:
    row = held(case)
    if row.state == State.ASKED:
        back_to_last(row, at=now, by=None)


def back_to_last(row: Abandonment, *, at: datetime, by: User | None) -> Abandonment:
    """The witness must be asked again. The last notice stays given, so no new waiting time begins."""
    row.officer = row.witness = row.opening = None
    step(row, State.LAST, at=at, by=by)
    row.stepped_at = row.noticed_at or at
    row.save(update_fields=["stepped_at"])
    return row


def _settle_over(now: datetime) -> None:
    rows = Abandonment.objects.filter(open_slot=1, state__in=abandonment.UNOPENED).exclude(state=State.ASKED)
    for_each(lambda case: _settled_if_over(case, now), rows.select_related("assignment__locker"))


def _settled_if_over(case: Abandonment, now: datetime) -> None:
    if not still_abandoned(case, case.assignment):
        settle(case, by=None, at=now)


def _notify_due(now: datetime) -> None:
    waiting = Q(state__in=[state for state, following in abandonment.NEXT.items() if following in abandonment.NOTICES])
    rows = Abandonment.objects.filter(waiting, open_slot=1).select_related("assignment__locker", "assignment__customer")
    day = timezone.localdate(now)
    for_each(lambda case: _notified(case, now), [row for row in rows if (due := due_on(row)) and due <= day])


def _notified(case: Abandonment, now: datetime) -> None:
    """What only an officer can do (no address, a failed e-mail) is shown on the page until then."""
    try:
        notify(case, at=now)
    except Refused as refused:
        if refused.code not in ("no_address", "notice_not_sent", "settled_meanwhile", "too_early", "not_this_step"):
            raise
