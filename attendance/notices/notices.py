"""Who is told what by e-mail: after a session was closed, after a correction, after an answer. Never before.

Called inside the transaction of what has happened. Absence and lateness wait for a while (ATTENDANCE_NOTICE_DELAY), so
that a teacher can correct what the camera got wrong; what is no longer true by then does not go out (letters.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.mail import outbox
from accounts.mail.outbox import Letter
from accounts.models import OutgoingMail, User
from attendance.models import Appeal, AttendanceRecord, ClassSession, RollEntry
from attendance.notices import at_risk, placeholders, warnings
from attendance.rules.statuses import Status

TOLD = {Status.ABSENT.value: "attendance.absent", Status.LATE.value: "attendance.late"}
GUARDIAN = "_guardian"  # the same, to the guardian
STALE = timedelta(days=7)  # no one wants to hear of a session of last month that is recalculated
Change = tuple[AttendanceRecord, RollEntry]  # the record as it is now, and the line that says so
GONE = (OutgoingMail.State.SENDING, OutgoingMail.State.SENT, OutgoingMail.State.UNCLEAR)


def session_closed(session: ClassSession) -> None:
    """A session was closed, or recalculated: doing it again tells no one twice."""
    if not session.is_closed:
        return
    if session.course.notify and not _stale(session):
        told = session.records.filter(status__in=TOLD).select_related("person", "session__course")
        _tell_of(list(told), guardian=False)
        _tell_of(list(told), guardian=True)
    warn(session, session.records.values_list("person_id", flat=True))


def corrected(session: ClassSession, changes: list[Change], *, answers: bool = False) -> None:
    """A teacher has set statuses. While the session is open no one is told; `answers`: an answer says it already."""
    if not session.is_closed:
        return
    if not answers:
        _tell_corrections(changes, guardian=False)
    if session.course.notify:
        _tell_guardians(changes)
    warn(session, [record.person_id for record, _line in changes])


def answered(appeal: Appeal) -> None:
    """The teacher has answered an appeal."""
    person = appeal.record.person
    words = placeholders.words_of_answer(appeal)
    outbox.enqueue(
        "attendance.appeal_answered", key=f"attendance.appeal_answered:{appeal.pk}", person=person, context=words
    )


# --- absence and lateness -----------------------------------------------------------------------


def _tell_of(records: Iterable[AttendanceRecord], *, guardian: bool) -> None:
    for status, kind in TOLD.items():
        kind += GUARDIAN if guardian else ""
        due = [_notice(record, kind, guardian=guardian) for record in records if record.status == status]
        outbox.enqueue_all(kind, due, at=_later())


def _notice(record: AttendanceRecord, kind: str, *, guardian: bool) -> Letter:
    facts = {"record": record.pk, "status": record.status, "guardian": guardian}
    return Letter(_key(kind, record), placeholders.words_of(record, guardian=guardian), record.person, facts=facts)


def _key(kind: str, record: AttendanceRecord) -> str:
    return f"{kind}:{record.session_id}:{record.person_id}"


def _later() -> datetime:
    return timezone.now() + timedelta(minutes=settings.ATTENDANCE_NOTICE_DELAY)


def _stale(session: ClassSession) -> bool:
    return session.closed_at is not None and session.closed_at < timezone.now() - STALE


# --- corrections --------------------------------------------------------------------------------


def _tell_corrections(changes: Iterable[Change], *, guardian: bool) -> None:
    kind = "attendance.corrected" + (GUARDIAN if guardian else "")
    outbox.enqueue_all(kind, [_correction(*change, kind, guardian=guardian) for change in changes], at=_later())


def _correction(record: AttendanceRecord, line: RollEntry, kind: str, *, guardian: bool) -> Letter:
    words = placeholders.words_of_correction(record, line, guardian=guardian)
    return Letter(f"{kind}:{line.pk}", words, record.person, facts={"line": line.pk, "guardian": guardian})


def _tell_guardians(changes: list[Change]) -> None:
    """Of an absence that the camera did not see; or that what we wrote before was corrected."""
    _tell_of([record for record, _line in changes], guardian=True)
    put_right = {
        _key(kind + GUARDIAN, record): (record, line)
        for record, line in changes
        for kind in TOLD.values()
        if record.status not in TOLD
    }
    gone = OutgoingMail.objects.filter(key__in=list(put_right), state__in=GONE).values_list("key", flat=True)
    _tell_corrections({put_right[key][1].pk: put_right[key] for key in gone}.values(), guardian=True)


# --- at risk ------------------------------------------------------------------------------------


def warn(session: ClassSession, people: Iterable[int]) -> None:
    """Tell the teachers of a course, once, whose attendance has fallen below its limit."""
    falls = at_risk.review(session.course, people, now=timezone.now())
    warnings.send(session.course, falls, at=_later(), now=timezone.now())
    if falls:
        teachers = User.objects.filter(courses_taught=session.course)
        outbox.enqueue_all("attendance.at_risk", [_warning(falls, teacher) for teacher in teachers], at=_later())


def _warning(falls: list[at_risk.AtRisk], teacher: User) -> Letter:
    facts = {"falls": [fall.pk for fall in falls], "teacher": teacher.pk}
    return Letter(f"attendance.at_risk:{falls[0].pk}:{teacher.pk}", at_risk.letter(facts) or {}, teacher, facts=facts)
