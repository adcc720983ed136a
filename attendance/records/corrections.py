"""A teacher sets what the camera could not know: with a reason, a history, and the person's right to answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import SETTABLE, Appeal, AttendanceRecord, ClassSession, Doubt, RollEntry
from attendance.notices import notices
from attendance.roll import denials, own_statuses, roll, roster, state
from attendance.rules.statuses import Status
from attendance.rules.visibility import require_may_keep
from attendance.sessions import sessions, station_app
from attendance.sessions.phone import marking
from config.errors import Refused

Kind, Source = RollEntry.Kind, RollEntry.Source
SETTABLE_STATUSES = frozenset(status for status, _label in SETTABLE)


@transaction.atomic
def correct(
    session: ClassSession,
    person: User,
    status: str,
    *,
    by: User,
    reason: str,
    source: str = Source.TEACHER,
    answers: bool = False,
) -> AttendanceRecord:
    """Set one status, before, during or after the session. The line with the reason stays for ever.

    `status`: a code, or as `attendance.roll.own_statuses` names an own one. `answers`: it follows from an answer that
    tells the person already. Refused `not_allowed`, `bad_status`, `no_reason`, `cancelled`, `not_on_roster`.
    """
    [record] = _correct_all(session, [person], status, by=by, reason=reason, source=source, answers=answers)
    return record


def correct_many(session: ClassSession, people: Iterable[User], status: str, *, by: User, reason: str) -> int:
    """Set the same status for several people at once: all of them or none. The boards hear of it once."""
    return len(_correct_all(session, list(people), status, by=by, reason=reason, source=Source.TEACHER))


@transaction.atomic
def _correct_all(
    session: ClassSession,
    people: list[User],
    status: str,
    *,
    by: User,
    reason: str,
    source: str,
    answers: bool = False,
) -> list[AttendanceRecord]:
    require_may_keep(by, session.course)
    status, own = own_statuses.resolve(session, status)
    _check(session, status, reason)
    session = roll.locked(session.pk)
    records = [_record_of(session, person) for person in people]
    for record in records:
        record.own_status = own
    lines = [_set(session, record, status, by=by, reason=reason, source=source) for record in records]
    state.tell_people(session, [person.pk for person in people])
    notices.corrected(session, list(zip(records, lines, strict=True)), answers=answers)
    return records


def _record_of(session: ClassSession, person: User) -> AttendanceRecord:
    if not roster.belongs(session, person):
        raise Refused("not_on_roster", _("%(name)s is not enrolled in this course.") % {"name": person.get_full_name()})
    return AttendanceRecord.objects.get_or_create(session=session, person=person)[0]


def _check(session: ClassSession, status: str, reason: str) -> None:
    if status not in SETTABLE_STATUSES:
        raise Refused("bad_status", _("'%s' is not a status that can be set.") % status)
    if not reason.strip():
        raise Refused("no_reason", _("Give a reason in a few words. The person can read it."))
    if session.state == ClassSession.State.CANCELLED:
        raise Refused("cancelled", _("This session was cancelled."), status=409)


def _set(
    session: ClassSession, record: AttendanceRecord, status: str, *, by: User, reason: str, source: str
) -> RollEntry:
    record.status, record.corrected, record.note = status, True, ""
    record.source = record.source or source
    record.save(update_fields=["status", "own_status", "corrected", "note", "source"])
    return roll.add_line(
        session, Kind.CORRECTED, timezone.now(), source, person=record.person, record=record, by=by, reason=reason
    )


def history(record: AttendanceRecord) -> list[RollEntry]:
    """Every line about this person in this session, corrections with their reasons, oldest first."""
    return list(record.session.entries.filter(person=record.person_id).select_related("by"))


# --- doubts -------------------------------------------------------------------------------------


@transaction.atomic
def resolve(doubt: Doubt, *, confirmed: bool, by: User) -> None:
    """Yes, that was this person: a sighting of the teacher's at that time. No: nothing changes. Refused `resolved`.

    A possible photo attack names no one: it is only marked as checked.
    """
    require_may_keep(by, doubt.session.course)
    open_yet = Doubt.objects.filter(pk=doubt.pk, resolved_at=None)
    if not open_yet.update(resolved_at=timezone.now(), resolved_by=by, confirmed=confirmed):
        raise Refused("resolved", _("This has already been decided."), status=409)
    session = roll.locked(doubt.session_id)
    if doubt.person is None:
        state.tell_session(session)
        return
    if confirmed and doubt.kind in (Doubt.Kind.UNCERTAIN, Doubt.Kind.PHONE):
        _was_there(doubt, doubt.person, by)
    if doubt.kind == Doubt.Kind.PHONE:
        marking.answered(session, doubt.person, confirmed=confirmed, by=by)
    if doubt.kind == Doubt.Kind.DENIED:
        _answer_denial(session, doubt, doubt.person, confirmed, by)
    sessions.resettle(session)
    state.tell_people(session, [doubt.person.pk])
    notices.session_closed(session)


def _was_there(doubt: Doubt, person: User, by: User) -> None:
    """A roll entry like any other, at the time of the doubtful look; everything else follows from it."""
    session = roll.locked(doubt.session_id)
    AttendanceRecord.objects.get_or_create(session=session, person=person)
    words = _("Confirmed in the review queue")
    roll.add_line(session, Kind.SEEN, doubt.at, Source.TEACHER, person=person, by=by, reason=words)


def _answer_denial(session: ClassSession, doubt: Doubt, person: User, confirmed: bool, by: User) -> None:
    """It was this person after all: what was learned is forgotten. It was not: what the camera noted is struck."""
    denied = denials.Denied.of(doubt)
    if confirmed:
        station_app.was_them(denied.sighting, by=by)
    else:
        denials.strike(session, person, denied, by=by)


# --- appeals ------------------------------------------------------------------------------------


def appeal(record: AttendanceRecord, message: str, *, by: User) -> Appeal:
    """The person says that their status is wrong. Refused `not_yours`, `empty`, `too_early`, `appealed`."""
    if record.person_id != by.pk:
        raise Refused("not_yours", _("This is not your record."), status=403)
    if not message.strip():
        raise Refused("empty", _("Your message is empty. Write what is wrong."))
    if record.session.state != ClassSession.State.CLOSED:
        raise Refused("too_early", _("This session is not over yet. Please wait until it has ended."), status=409)
    try:
        with transaction.atomic():
            return Appeal.objects.create(record=record, message=message.strip()[:1000])
    except IntegrityError as error:
        raise Refused(
            "appealed", _("You have already sent a message. Your teacher has not answered it yet."), status=409
        ) from error


@transaction.atomic
def answer(asked: Appeal, *, accepted: bool, words: str, by: User, status: str = Status.PRESENT) -> Appeal:
    """The teacher answers; accepting sets the status. Refused `not_allowed`, `answered`, `no_reason`."""
    require_may_keep(by, asked.record.session.course)
    if not words.strip():
        raise Refused("no_reason", _("Your answer is empty. Write a few words. The person can read them."))
    waiting = Appeal.objects.filter(pk=asked.pk, answered_at=None)
    if not waiting.update(
        answered_at=timezone.now(), answered_by=by, accepted=accepted, answer=words.strip()[:1000], open_slot=None
    ):
        raise Refused("answered", _("This has already been answered."), status=409)
    if accepted:
        correct(asked.record.session, asked.record.person, status, by=by, reason=words, answers=True)
    asked.refresh_from_db()
    notices.answered(asked)
    return asked
