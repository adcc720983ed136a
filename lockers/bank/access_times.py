"""Whether a locker may be opened at this hour: the bank's hours and closed days, and the assignment's narrower ones.

It is asked again at the moment of opening, so that a key does not carry its time with it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config.errors import Refused
from config.live.news import clock
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.models import Assignment, Bank, ClosedDay, Locker
from lockers.rules.messages import refusal, sentence
from lockers.rules.weekly_hours import (
    DAYS,
    NEVER,
    BadHours,
    Hours,
    all_open,
    closes_next,
    opens_again,
    spans_of,
    stored,
    week_of,
)

log = logging.getLogger("ostiary.lockers")

CLOSED = "closed_now"
MOST = 200  # closed days, or ranges of them, of one bank


# --- asking ---------------------------------------------------------------------------------------


def zone() -> tzinfo:
    """The site's, whatever a page shows its times in."""
    return timezone.get_default_timezone()


def of_bank(bank: Bank) -> Hours:
    """What cannot be read is never open: an error denies."""
    return _read(bank.hours, tuple((day.first, day.last) for day in bank.closed_days.all()), bank)


def of_assignment(assignment: Assignment) -> Hours:
    return _read(assignment.hours, (), assignment)


def _read(value: Any, closed: tuple[tuple[date, date], ...], row: Any) -> Hours:
    try:
        return Hours(week_of(value), closed)
    except BadHours as bad:
        log.error("The hours of %s %s cannot be read (%s), so it counts as closed", type(row).__name__, row.pk, bad)
        return NEVER


def is_open(bank: Bank, at: datetime) -> bool:
    return all_open([of_bank(bank)], at, zone())


def next_opening(bank: Bank, at: datetime) -> datetime | None:
    """None: not within the coming year."""
    found = opens_again([of_bank(bank)], at, zone())
    return found and timezone.localtime(found, zone())


def of_locker(locker: Locker) -> list[Hours]:
    mine = places.current_assignment(locker)
    return [of_bank(locker.bank), *([of_assignment(mine)] if mine else [])]


def against(locker: Locker, at: datetime) -> str:
    """`closed_now`, or "" when a key may open it at this moment."""
    return "" if all_open(of_locker(locker), at, zone()) else CLOSED


def refused(locker: Locker, at: datetime) -> Refused:
    """In words that say when it opens again. `details.opens_at`: the moment, where there is one."""
    again = opens_again(of_locker(locker), at, zone())
    words = f"{sentence(CLOSED)} {opens_words(again)}"
    return Refused(CLOSED, words, status=409, details={"opens_at": clock(again)} if again else None)


def refusal_for(code: str, locker: Locker, at: datetime, status: int, **details: Any) -> Refused:
    """The refusal of any code of an opening."""
    return refused(locker, at) if code == CLOSED else refusal(code, status, **details)


def opens_words(again: datetime | None) -> str:
    if again is None:
        return _("There are no opening hours in the coming year. Please ask a locker officer.")
    return _("It opens again on %(day)s at %(time)s.") % {"day": _day(again), "time": _hour(again)}


def now_words(hours: list[Hours], at: datetime) -> str:
    """For a page: open until when, or closed until when."""
    if not all_open(hours, at, zone()):
        return _("Closed now.") + " " + opens_words(opens_again(hours, at, zone()))
    end = closes_next(hours, at, zone())
    if end is None:
        return _("Open at any time.")
    return _("Open now, until %(day)s at %(time)s.") % {"day": _day(end), "time": _hour(end)}


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at, zone()), "l, j F Y")


def _hour(at: datetime) -> str:
    return date_format(timezone.localtime(at, zone()), "H:i")


# --- setting --------------------------------------------------------------------------------------


def read_form(typed: Mapping[str, str]) -> dict[str, list[str]]:
    """Seven fields as they are stored; all of them empty: at any time. Refused `bad_hours`."""
    texts = {day: typed.get(day, "").strip() for day in DAYS}
    try:
        week = tuple(spans_of(texts[day]) for day in DAYS) if any(texts.values()) else None
    except BadHours as bad:
        raise _bad(bad) from bad
    return stored(week)


def checked(value: Any) -> dict[str, list[str]]:
    """What a program sends, as it is stored. Refused `bad_hours`."""
    try:
        return stored(week_of(value))
    except BadHours as bad:
        raise _bad(bad) from bad


def _bad(bad: BadHours) -> Refused:
    words = _("“%(part)s” cannot be read. Write hours like 08:00-12:00, 13:00-18:00, with at most eight periods a day.")
    return Refused("bad_hours", words % {"part": bad.part}, status=400)


def require_administrator(by: User | None) -> None:
    """Refused `not_allowed`: anyone who opens doors does not decide when they may be opened. Commands pass None."""
    if by is not None and not (by.may_sign_in and by.is_administrator):
        raise Refused("not_allowed", _("Only an administrator can set the hours of a bank."), status=403)


@transaction.atomic
def set_bank_hours(bank: Bank, hours: dict[str, list[str]], *, by: User | None, at: datetime | None = None) -> Bank:
    """Refused `not_allowed`, `bad_hours`."""
    require_administrator(by)
    row, hours = Bank.objects.select_for_update().get(pk=bank.pk), checked(hours)
    before, row.hours = row.hours, hours
    row.save(update_fields=["hours"])
    access_log.append("bank.hours", at=at, bank=row.pk, by=by and by.pk, before=before or None, after=hours or None)
    return row


@transaction.atomic
def set_hours(
    assignment: Assignment, hours: dict[str, list[str]], *, by: User | None, at: datetime | None = None
) -> Assignment:
    """Narrower than the bank's: the bank's hold all the same. Refused `released_already`, `bad_hours`, `not_officer`,
    `other_bank`, `not_yourself`."""
    locker = places.locked(assignment.locker)
    mine = Assignment.objects.get(pk=assignment.pk)
    require_officer_of(by, locker.bank)
    if by is not None and by.pk in places.holders_of(mine):
        raise refusal("not_yourself", 403)
    if mine.open_slot is None:
        raise refusal("released_already")
    before, mine.hours = mine.hours, checked(hours)
    mine.save(update_fields=["hours"])
    access_log.append(
        "locker.hours",
        at=at,
        locker=locker.pk,
        assignment=mine.pk,
        person=mine.customer_id,
        by=by and by.pk,
        before=before or None,
        after=mine.hours or None,
    )
    return mine


@transaction.atomic
def close(
    bank: Bank, first: date, last: date, *, note: str = "", by: User | None, at: datetime | None = None
) -> ClosedDay:
    """No key opens anything here on these days. Refused `not_allowed`, `bad_dates`, `too_many_days`."""
    require_administrator(by)
    if last < first:
        raise refusal("bad_dates", 400)
    Bank.objects.select_for_update().get(pk=bank.pk)
    if ClosedDay.objects.filter(bank=bank).count() >= MOST:
        words = ngettext(
            "This bank already has %(n)d closed day, which is the limit. Remove it first.",
            "This bank already has %(n)d closed days, which is the limit. Remove one first.",
            MOST,
        )
        raise Refused("too_many_days", words % {"n": MOST})
    made = ClosedDay.objects.create(bank=bank, first=first, last=last, note=note.strip()[:100])
    _log_day("bank.closed", made, by, at)
    return made


@transaction.atomic
def reopen(day: ClosedDay, *, by: User | None, at: datetime | None = None) -> None:
    """Refused `not_allowed`. The same twice changes nothing."""
    require_administrator(by)
    if ClosedDay.objects.filter(pk=day.pk).delete()[0]:
        _log_day("bank.reopened", day, by, at)


def _log_day(kind: str, day: ClosedDay, by: User | None, at: datetime | None) -> None:
    days = {"starts_on": day.first.isoformat(), "ends_on": day.last.isoformat()}
    access_log.append(kind, at=at, bank=day.bank_id, by=by and by.pk, **days)
