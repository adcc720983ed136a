"""Joint holders' own days: moved by an officer, told before they end, and ended by the clock.

A share opens nothing before its first day and after its last (`rules.may_open`); the clock only tidies up after that.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.mail.kinds import Context, Facts
from accounts.models import User
from config.ops.jobs.steps import for_each, one_by_one
from lockers.access import keys
from lockers.assignments.dated_mail import day_of, true_still, write
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.bank.notices import by_readers, link
from lockers.bank.officers import require_officer_of
from lockers.models import Assignment, JointHolder
from lockers.rules.messages import refusal
from lockers.rules.shares import fault, within
from lockers.rules.visibility import kept_assignments

# --- an officer moves them ------------------------------------------------------------------------


@transaction.atomic
def set_dates(
    assignment: Assignment,
    person: User,
    *,
    starts_on: date | None,
    ends_on: date | None,
    by: User | None,
    at: datetime | None = None,
) -> JointHolder:
    """Their days are these (None: as long as the assignment). A key of theirs is void when today is no longer one.

    Refused `not_joint`, `bad_dates`, `share_outside`, `not_officer`, `other_bank`, `not_yourself`.
    """
    at = at or timezone.now()
    require_officer_of(by, assignment.locker.bank)
    if by == person:
        raise refusal("not_yourself", 403)
    locker = places.locked(assignment.locker)
    share = _current().filter(assignment=assignment.pk, person=person).first()
    if share is None:
        raise refusal("not_joint", 404)
    if against := fault((starts_on, ends_on), (share.assignment.starts_on, share.assignment.ends_on)):
        raise refusal(against, 400)
    before = share.ends_on
    share.starts_on, share.ends_on = starts_on, ends_on
    share.save(update_fields=["starts_on", "ends_on"])
    if not within((starts_on, ends_on), timezone.localdate(at)):
        keys.void(locker, at, person=person)
    access_log.append(
        "joint.dates_moved",
        at=at,
        locker=locker.pk,
        assignment=share.assignment_id,
        person=person.pk,
        by=by and by.pk,
        before=before and before.isoformat(),
        starts_on=starts_on and starts_on.isoformat(),
        ends_on=ends_on and ends_on.isoformat(),
    )
    return share


# --- by the clock ---------------------------------------------------------------------------------


def remind(now: datetime) -> None:
    one_by_one((tell, end), now)


@transaction.atomic
def tell(now: datetime) -> None:
    """Once for each share and last day: the joint holder, the customer, and officers."""
    rows = soon(timezone.localdate(now)).exclude(told_ending=F("ends_on"))
    ending([row for row in rows if _mark(row)])


def end(now: datetime) -> None:
    """Shares whose last day has gone by are over: there is nothing that anyone must empty or look at."""
    over = _current().filter(ends_on__lt=timezone.localdate(now))
    for_each(partial(_end, now), over)


def soon(day: date, viewer: User | None = None) -> QuerySet[JointHolder]:
    """Those that end within LOCKER_ENDS_NOTICE_DAYS; none where that is 0, and none that end with the assignment."""
    days = settings.LOCKER_ENDS_NOTICE_DAYS
    rows = _current().filter(ends_on__range=(day, day + timedelta(days=days)))
    rows = rows.filter(assignment__in=kept_assignments(viewer)) if viewer else rows
    return rows.exclude(assignment__ends_on__lte=F("ends_on")) if days else rows.none()


def _current() -> QuerySet[JointHolder]:
    rows = JointHolder.objects.filter(open_slot=1, assignment__open_slot=1)
    return rows.select_related("person", "assignment__customer", "assignment__locker__bank").order_by("ends_on", "pk")


def _mark(row: JointHolder) -> int:
    """Of two processes that come by, one has it."""
    untold = JointHolder.objects.filter(pk=row.pk, open_slot=1, ends_on=row.ends_on).exclude(told_ending=row.ends_on)
    return untold.update(told_ending=row.ends_on)


@transaction.atomic
def _end(now: datetime, share: JointHolder) -> None:
    locker = places.locked(share.assignment.locker)
    over = JointHolder.objects.filter(pk=share.pk, open_slot=1, ends_on__lt=timezone.localdate(now))
    if not over.update(until=now, open_slot=None):
        return  # an officer was faster
    keys.void(locker, now, person=share.person)
    access_log.append("joint.ended", at=now, locker=locker.pk, assignment=share.assignment_id, person=share.person_id)


# --- what is written of shares that end -------------------------------------------------------------
# To the joint holder, the customer, and the officers of a bank in one e-mail. Rendered when it is sent: shares removed
# by then, or with another last day, are left out.


def ending(rows: list[JointHolder]) -> None:
    for row in rows:
        customer = row.assignment.customer
        write("lockers.share_ending", [row.person], [row], words_for_holder)
        write("lockers.share_ending_owner", [customer] if customer else [], [row], words_for_owner)
    for readers, some in by_readers(rows, lambda row: row.assignment.locker.bank):
        write("lockers.officer_share_ending", readers, some, words_for_officer)


# --- as it is when it is sent ---------------------------------------------------------------------


def words_for_holder(facts: Facts) -> Context | None:
    rows = _true_still(facts)
    if not rows or rows[0].person_id != facts["person"]:
        return None
    share = rows[0]
    return {
        "name": share.person.get_full_name(),
        "locker": str(share.assignment.locker),
        "date": day_of(share),
        "link": link("mine"),
    }


def words_for_owner(facts: Facts) -> Context | None:
    rows = _true_still(facts)
    customer = rows[0].assignment.customer if rows else None
    if customer is None or customer.pk != facts["person"]:
        return None
    share = rows[0]
    words = {"name": customer.get_full_name(), "locker": str(share.assignment.locker), "link": link("mine")}
    return words | {"holder": share.person.get_full_name(), "date": day_of(share)}


def words_for_officer(facts: Facts) -> Context | None:
    rows, person = _true_still(facts), User.objects.filter(pk=facts["person"]).first()
    if not rows or person is None:
        return None
    lines = [f"{row.assignment.locker} · {row.person.get_full_name()} · {day_of(row)}" for row in rows]
    return {"name": person.get_full_name(), "lockers": lines, "number": str(len(lines)), "link": link("endings")}


def _true_still(facts: Facts) -> list[JointHolder]:
    rows = JointHolder.objects.filter(open_slot=1, assignment__open_slot=1)
    return true_still(rows.select_related("person", "assignment__customer", "assignment__locker__bank"), facts)
