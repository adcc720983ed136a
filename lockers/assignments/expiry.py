"""Assignments that run out: which, and who is told of them before and afterwards, by the clock.

An assignment that has ended opens nothing (`rules.may_open`); the locker stays with its customer until it is released.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.mail.kinds import Context, Facts
from accounts.models import User
from lockers.assignments.dated_mail import day_of, true_still, write
from lockers.bank.notices import by_readers, link
from lockers.bank.places import holders_of
from lockers.models import Assignment
from lockers.rules.visibility import kept_assignments


def remind(now: datetime) -> None:
    """Once for each assignment and end date: holders and officers before it, officers afterwards."""
    day = timezone.localdate(now)
    with transaction.atomic():
        ending(_claimed(soon(day), "told_ending"))
        ended(_claimed(over(day), "told_ended"))


def soon(day: date, viewer: User | None = None) -> QuerySet[Assignment]:
    """Those that end within LOCKER_ENDS_NOTICE_DAYS; no one is told beforehand where that is 0."""
    days = settings.LOCKER_ENDS_NOTICE_DAYS
    rows = _current(viewer).filter(ends_on__range=(day, day + timedelta(days=days)))
    return rows if days else rows.none()


def over(day: date, viewer: User | None = None) -> QuerySet[Assignment]:
    """Those whose last day has gone by, and that no one has returned."""
    return _current(viewer).filter(ends_on__lt=day)


def how_it_ends(last: date | None, day: date) -> Literal["assigned", "ending", "ended"]:
    """An assignment with this last day, as the officers' pages mark it."""
    if last is None or last > day + timedelta(days=settings.LOCKER_ENDS_NOTICE_DAYS):
        return "assigned"
    if last < day:
        return "ended"
    return "ending" if settings.LOCKER_ENDS_NOTICE_DAYS else "assigned"


def _current(viewer: User | None) -> QuerySet[Assignment]:
    """For the clock all of them; for an officer those of their banks."""
    rows = kept_assignments(viewer) if viewer else Assignment.objects.all()
    rows = rows.filter(open_slot=1).select_related("locker__bank", "customer")
    return rows.order_by("ends_on", "pk")


def _claimed(rows: QuerySet[Assignment], told: str) -> list[Assignment]:
    """Those of which no one was told for this end date. Of two processes that come by, one has each of them."""
    return [row for row in rows.exclude(**{told: F("ends_on")}) if _mark(row, told)]


def _mark(row: Assignment, told: str) -> int:
    untold = Assignment.objects.filter(pk=row.pk, open_slot=1, ends_on=row.ends_on).exclude(**{told: row.ends_on})
    return untold.update(**{told: row.ends_on})


# --- what is written of them: to the holders of each, and to the officers of a bank in one e-mail ----
# Rendered when it is sent: lockers released by then, or with another last day, are left out.


def ending(rows: list[Assignment]) -> None:
    """They end soon."""
    for row in rows:
        people = User.objects.filter(pk__in=holders_of(row, row.ends_on))  # a share that ends before has its own
        write("lockers.ending", people, [row], words_for_holder)
    for readers, some in by_readers(rows, lambda row: row.locker.bank):
        write("lockers.officer_ending", readers, some, words_for_officer)


def ended(rows: list[Assignment]) -> None:
    """They have ended: officers are to release the lockers."""
    for readers, some in by_readers(rows, lambda row: row.locker.bank):
        write("lockers.officer_ended", readers, some, words_for_officer)


# --- as it is when it is sent ---------------------------------------------------------------------


def words_for_holder(facts: Facts) -> Context | None:
    """None also for someone who shares the locker no more."""
    rows, person = _true_still(facts), User.objects.filter(pk=facts["person"]).first()
    if not rows or person is None or person.pk not in holders_of(rows[0], rows[0].ends_on):
        return None
    name = person.get_full_name()
    return {"name": name, "locker": str(rows[0].locker), "date": day_of(rows[0]), "link": link("mine")}


def words_for_officer(facts: Facts) -> Context | None:
    rows, person = _true_still(facts), User.objects.filter(pk=facts["person"]).first()
    if not rows or person is None:
        return None
    lines = [_line(row) for row in rows]
    return {"name": person.get_full_name(), "lockers": lines, "number": str(len(lines)), "link": link("endings")}


def _true_still(facts: Facts) -> list[Assignment]:
    rows = Assignment.objects.filter(open_slot=1).select_related("locker__bank", "customer")
    return true_still(rows, facts)


def _line(row: Assignment) -> str:
    whose = row.customer.get_full_name() if row.customer else "–"
    return f"{row.locker} · {whose} · {day_of(row)}"
