"""Who belongs to a course. Rolls that are open at this moment follow; what was recorded before stays."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession, Course, Enrollment
from attendance.roll import roll, roster, state
from attendance.rules.statuses import Status
from attendance.rules.visibility import keeps_rolls, require_may_keep
from config.errors import Refused


@transaction.atomic
def enrol(
    course: Course,
    person: User,
    *,
    by: User | None,
    group: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Enrollment:
    """A person belongs to the course from now on.

    Refused `not_allowed`, `enrolled_already`, `ends_before_it_begins`.
    """
    if by is not None:
        require_may_keep(by, course)
    enrolment = Enrollment(course=course, person=person, group=group, since=since, until=until)
    _require_sound(enrolment)
    try:
        with transaction.atomic():
            enrolment.save()
    except IntegrityError as error:
        words = _("%(name)s is already enrolled in this course.") % {"name": person.get_full_name()}
        raise Refused("enrolled_already", words, status=409) from error
    rolls_follow(course)
    return enrolment


@transaction.atomic
def change(enrolment: Enrollment, *, by: User | None, group: str, since: date | None, until: date | None) -> Enrollment:
    """Another group or other days. Refused `not_allowed`, `ends_before_it_begins`."""
    if by is not None:
        require_may_keep(by, enrolment.course)
    enrolment.group, enrolment.since, enrolment.until = group, since, until
    _require_sound(enrolment)
    enrolment.save()
    rolls_follow(enrolment.course)
    return enrolment


def advise(enrolment: Enrollment, adviser: User | None, *, by: User | None) -> Enrollment:
    """Who is told beside the guardian when the person's attendance falls. Refused `not_allowed`, `not_staff`."""
    if by is not None:
        require_may_keep(by, enrolment.course)
    if adviser is not None and not keeps_rolls(adviser):
        raise Refused("not_staff", _("An adviser is a teacher or an administrator. Choose another person."))
    enrolment.adviser = adviser
    enrolment.save(update_fields=["adviser"])
    return enrolment


@transaction.atomic
def unenrol(enrolment: Enrollment, *, by: User | None) -> None:
    """A person does not belong to the course. Their records in sessions that have begun stay. Refused `not_allowed`."""
    if by is not None:
        require_may_keep(by, enrolment.course)
    enrolment.delete()
    rolls_follow(enrolment.course)


def rolls_follow(course: Course) -> None:
    """Bring the open rolls of a course in line with its enrolments. Call it in the transaction that changed them."""
    for session in course.sessions.filter(state=ClassSession.State.OPEN):
        _follow(roll.locked(session.pk))


def _follow(session: ClassSession) -> None:
    wanted = roster.people_of(session)
    came = wanted - set(session.records.values_list("person_id", flat=True))
    fresh = [AttendanceRecord(session=session, person_id=person) for person in sorted(came)]
    AttendanceRecord.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    never_seen = session.records.filter(status=Status.EXPECTED, sightings=0, corrected=False)
    never_seen.exclude(person__in=wanted).delete()
    state.tell_people(session, came)


def _require_sound(enrolment: Enrollment) -> None:
    if enrolment.since and enrolment.until and enrolment.until < enrolment.since:
        raise Refused("ends_before_it_begins", _("The enrolment ends before it begins. Correct one of the two days."))
