"""Excuses: a person asks, staff enter one, those who keep the roll decide, and the records follow by rule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession, Course, Enrollment, Excuse
from attendance.records import excuse_files
from attendance.roll import excuses as rule
from attendance.roll import roll, state
from attendance.rules.visibility import courses_for, excuses_decided_by
from config.errors import Refused

LONGEST = timedelta(days=366)
MOST_WAITING = 20  # of one person at a time
State = Excuse.State


@transaction.atomic
def ask(
    person: User, *, by: User, course: Course | None, since: date, until: date, reason: str, file: bytes = b""
) -> Excuse:
    """A person asks for themselves, and waits; who may decide enters it, and it holds at once.

    Refused `not_allowed`, `not_enrolled`, `bad_period`, `no_reason`, `too_many`, and as `excuse_files.keep` refuses.
    """
    _require_may_ask(person, course, by)
    _check(person, since, until, reason)
    made = Excuse(person=person, made_by=by, course=course, since=since, until=until, reason=reason.strip()[:500])
    if file:
        excuse_files.keep(made, file)
    made.save()
    if by != person:
        decide(made, accepted=True, by=by)
    return made


def _require_may_ask(person: User, course: Course | None, by: User) -> None:
    if by != person and not by.is_administrator and (course is None or not courses_for(by).filter(pk=course.pk)):
        raise Refused("not_allowed", _("You can enter excuses for your own courses only."), status=403)
    if course is not None and not Enrollment.objects.filter(course=course, person=person).exists():
        words = _("%(name)s is not enrolled in this course.") % {"name": person.get_full_name()}
        raise Refused("not_enrolled", words, status=403)


def _check(person: User, since: date, until: date, reason: str) -> None:
    if until < since or until - since > LONGEST:
        raise Refused("bad_period", _("The last day is before the first day, or more than a year after it."))
    if not reason.strip():
        raise Refused("no_reason", _("Write a reason in a few words."))
    if Excuse.objects.filter(person=person, state=State.WAITING).count() >= MOST_WAITING:
        raise Refused("too_many", _("Too many excuses are waiting. Wait for an answer first."), status=429)


@transaction.atomic
def decide(excuse: Excuse, *, accepted: bool, by: User, answer: str = "") -> Excuse:
    """Refused `not_allowed`, `decided`. Accepted, records of its days that say "not seen" become Excused."""
    if not excuses_decided_by(by).filter(pk=excuse.pk).exists():
        raise Refused("not_allowed", _("You cannot decide about this excuse."), status=403)
    waiting = Excuse.objects.filter(pk=excuse.pk, state=State.WAITING)
    changed = waiting.update(
        state=State.ACCEPTED if accepted else State.REFUSED,
        decided_at=timezone.now(),
        decided_by=by,
        answer=answer.strip()[:500],
    )
    if not changed:
        raise Refused("decided", _("This has already been decided."), status=409)
    excuse.refresh_from_db()
    if accepted:
        _records_follow(excuse)
    return excuse


def withdraw(excuse: Excuse, *, by: User) -> None:
    """Its person takes it away with its file, as long as no one has decided. Refused `decided`, `not_yours`."""
    if excuse.person_id != by.pk:
        raise Refused("not_yours", _("This is not your excuse."), status=403)
    if not Excuse.objects.filter(pk=excuse.pk, state=State.WAITING).delete()[0]:
        raise Refused("decided", _("This has already been decided."), status=409)


def _records_follow(excuse: Excuse) -> None:
    """In sessions that have begun. Later ones ask the rule when they open and close."""
    begun = ClassSession.objects.filter(
        state__in=(ClassSession.State.OPEN, ClassSession.State.CLOSED), records__person=excuse.person
    )
    if excuse.course_id:
        begun = begun.filter(course=excuse.course_id)
    first, after = _midnight(excuse.since), _midnight(excuse.until + timedelta(days=1))
    for session in begun.filter(starts_at__gte=first, starts_at__lt=after):
        _follow(roll.locked(session.pk), excuse.person)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _follow(session: ClassSession, person: User) -> None:
    records = list(AttendanceRecord.objects.filter(session=session, person=person))
    for record in rule.excuse(records, frozenset({person.pk})):
        record.save(update_fields=["status", "note"])
    state.tell_people(session, [person.pk])
