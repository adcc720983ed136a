"""The two things that a wanted slot becomes: a line of the timetable, or one session. Set aside, placed, removed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.imports.timetable_files.wanted import Meeting, WantedSlot
from attendance.models import ClassSession, Course, ImportedSlot, TimetableRule
from attendance.roll import state
from attendance.rules.times import Weekly
from attendance.sessions import sessions, timetable
from config.errors import Refused

CANCELLED = " cancelled"  # at the end of what the file said
LONG_AGO = timedelta(days=36_525)  # out of everyone's way while others move
State = ClassSession.State
Row = Any  # a TimetableRule or a ClassSession


def shown(row: Row) -> str:
    """A line or a session as a person reads it in a list."""
    if isinstance(row, TimetableRule):
        return f"{row} ({row.first_day} – {row.last_day})"
    return f"{timezone.localtime(row.starts_at):%Y-%m-%d %H:%M}–{timezone.localtime(row.ends_at):%H:%M}"


def wanted_shown(slot: WantedSlot) -> str:
    return shown(_fill(_empty(slot), slot, ""))


def _empty(slot: WantedSlot) -> Row:
    return TimetableRule() if isinstance(slot.when, Weekly) else ClassSession()


def is_there(row: Row) -> bool:
    """Whether it still lies ahead, so that a file may move or end it."""
    if isinstance(row, TimetableRule):
        return row.last_day >= timezone.localdate()
    return bool(row.state == State.PLANNED and row.starts_at > timezone.now())


def can_return(link: ImportedSlot) -> bool:
    """A session that the file itself has cancelled, and that still lies ahead. What staff have cancelled stays so."""
    row = link.session
    return bool(row and said_cancelled(link) and row.state == State.CANCELLED and row.starts_at > timezone.now())


def said_cancelled(link: ImportedSlot) -> bool:
    return link.said.endswith(CANCELLED)


def say_cancelled(link: ImportedSlot) -> None:
    """So that the session can return with the file, and with nothing else."""
    link.said = link.said.removesuffix(CANCELLED)[: 120 - len(CANCELLED)] + CANCELLED
    link.save(update_fields=["said"])


def is_as(row: Row, slot: WantedSlot, group: str) -> bool:
    names = _fields(row)
    before = [getattr(row, name) for name in names]
    after = _fill(_empty(slot), slot, group)
    return before == [getattr(after, name) for name in names]


def _fields(row: Row) -> tuple[str, ...]:
    if isinstance(row, TimetableRule):
        return ("weekday", "starts", "ends", "first_day", "last_day", "group")
    return ("starts_at", "ends_at", "group")


def _fill(row: Row, slot: WantedSlot, group: str) -> Row:
    when = slot.when
    if isinstance(when, Weekly):
        row.weekday, row.starts, row.ends = when.weekday, when.starts, when.ends
        row.first_day, row.last_day = when.first_day, when.last_day
    elif isinstance(when, Meeting):
        row.starts_at, row.ends_at = when.starts, when.ends
    row.group = group
    return row


def already_there(course: Course, slot: WantedSlot) -> Row | None:
    """What someone has entered by hand for the same hours, or what the timetable plans then."""
    when = slot.when
    if isinstance(when, Weekly):
        same = course.timetable.filter(weekday=when.weekday, starts=when.starts, ends=when.ends, interval=1)
        return same.filter(first_day__lte=when.last_day, last_day__gte=when.first_day).first()
    assert isinstance(when, Meeting)  # noqa: S101
    return course.sessions.filter(starts_at=when.starts).first()


# --- changing ------------------------------------------------------------------------------------


def set_aside(row: Row) -> None:
    """Out of the way, so that two that change places do not collide."""
    if isinstance(row, TimetableRule):
        TimetableRule.objects.filter(pk=row.pk).update(first_day=date(1900, 1, 1), last_day=date(1900, 1, 1))
    else:
        aside = {"starts_at": row.starts_at - LONG_AGO, "ends_at": row.ends_at - LONG_AGO}
        ClassSession.objects.filter(pk=row.pk).update(**aside)


def place(row: Row | None, course: Course, slot: WantedSlot, group: str) -> Row:
    """Move it, or make a new one. Refused `overlap`, `bad_line`, `taken` and as sessions are."""
    if isinstance(slot.when, Weekly):
        return _place_line(row or TimetableRule(course=course), slot, group)
    assert isinstance(slot.when, Meeting)  # noqa: S101
    if row is None:
        _refuse_taken(course, slot.when, None)
        return timetable.add_session(course, slot.when.starts, slot.when.ends, group=group)
    return _move_session(row, course, slot, group)


def _place_line(row: TimetableRule, slot: WantedSlot, group: str) -> TimetableRule:
    _fill(row, slot, group)
    try:
        row.clean()
    except ValidationError as error:
        raise Refused("bad_line", " ".join(error.messages)) from error
    timetable.refuse_colliding_rule(row)
    row.save()
    return row


def _move_session(row: ClassSession, course: Course, slot: WantedSlot, group: str) -> ClassSession:
    assert isinstance(slot.when, Meeting)  # noqa: S101
    _refuse_taken(course, slot.when, row.pk)
    timetable.refuse_session(course, slot.when.starts, slot.when.ends, but=row.pk)
    _fill(row, slot, group)
    row.by_hand = True  # the file plans it now, so planning by the timetable leaves it alone
    if row.state == State.CANCELLED:
        row.state, row.note = State.PLANNED, "" if _is_our_reason(row.note) else row.note
    row.save(update_fields=["starts_at", "ends_at", "group", "by_hand", "state", "note"])
    state.tell_session(row)
    return row


def _refuse_taken(course: Course, when: Meeting, but: int | None) -> None:
    """Also by one that is over, or that staff have cancelled: a course has one session at a time.

    Those that a file has cancelled are not met here: `pairing.give_hours` gives their hour to who asks for it.
    """
    taken = course.sessions.filter(starts_at=when.starts).exclude(pk=but or 0).first()
    if taken is not None:
        words = _("The course already has a session at this time: %(session)s, %(state)s.")
        raise Refused("taken", words % {"session": shown(taken), "state": taken.get_state_display()}, status=409)


def remove(row: Row, *, by: User | None) -> None:
    """A line goes with the sessions that are only planned by it; a session is cancelled, with the reason."""
    if isinstance(row, TimetableRule):
        row.delete()
    else:
        sessions.cancel(row, by=by, reason=_reason())


def _reason() -> str:
    return _("No longer in the timetable file")


def _is_our_reason(note: str) -> bool:
    """In whatever language the file was imported then."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            if note == _reason():
                return True
    return False


def of_link(link: ImportedSlot) -> Row | None:
    return link.line or link.session
