"""Who is looked for in a session."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.models import ClassSession, Course, Enrollment


def enrolled_on(course: Course, day: date) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(
        Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day), course=course, person__is_active=True
    )


def enrolled_in(session: ClassSession) -> QuerySet[Enrollment]:
    """The enrolments of its day; of its group, where it is a session of one group."""
    found = enrolled_on(session.course, timezone.localdate(session.starts_at))
    return found.filter(group=session.group) if session.group else found


def people_of(session: ClassSession) -> frozenset[int]:
    """The people who are expected in this session."""
    return frozenset(enrolled_in(session).values_list("person_id", flat=True))


def searched(session: ClassSession) -> frozenset[int] | None:
    """Whom its stations search. None: everyone enrolled for attendance."""
    return None if session.course.roster == Course.Roster.EVERYONE else people_of(session)


def belongs(session: ClassSession, person: User) -> bool:
    """Whether this person has a place in the session, or may take one by coming."""
    if session.records.filter(person=person).exists():
        return True
    everyone = session.course.roster == Course.Roster.EVERYONE
    return everyone or person.pk in people_of(session)
