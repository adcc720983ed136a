"""The demo campus's class: some weeks of history, and one that is going on, seen by the demo camera."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from attendance.models import AttendanceRecord, ClassSession, Course, CoverageSpan, Enrollment, RollEntry, TimetableRule
from attendance.records import corrections
from attendance.roll import csv_file, roll
from attendance.rules.statuses import Status
from attendance.sessions import sessions, timetable

CODE, STATION = "hist-101", "classroom"
EARLY = timedelta(minutes=5)
WEEKS, WEEKDAYS = 6, (0, 2, 3)  # Monday, Wednesday, Thursday
LENGTH, RUNNING_SINCE, RUNS_FOR = timedelta(minutes=90), timedelta(minutes=55), timedelta(hours=8)
TEACHER, MEMBER = "teacher", "member"  # the two accounts of the demo; both find something to do
ALWAYS_LATE, OFTEN_AWAY = ("s-1004",), ("s-1006", "s-2005", MEMBER)


def create() -> str:
    """The course once; a class that is going on each time there is none. One line about it."""
    course = Course.objects.filter(code=CODE).first() or _course()
    if not course.sessions.filter(state=ClassSession.State.OPEN).exists():
        _begin(course)
    held = course.sessions.filter(state=ClassSession.State.CLOSED).count()
    return f"Class: {course.title}, {course.enrollments.count()} people, {held} sessions held, one going on."


@transaction.atomic
def _course() -> Course:
    course = Course.objects.create(
        code=CODE,
        title="History of Science",
        department=Department.objects.filter(code="history").first(),
        notify=False,  # no one is told of invented absences
        interval=20,
        early_before=None,
        sightings_needed=1,
    )
    course.teachers.set(User.objects.filter(id_number=TEACHER))
    course.stations.set(course.stations.model.objects.filter(slug=STATION))
    today = timezone.localdate()
    began = timezone.localdate(timezone.now() - RUNNING_SINCE)  # just after midnight the class began yesterday
    for person in _students():
        new = began if _is_guest(person) else None  # guests came today: the weeks before say nothing of them
        Enrollment.objects.create(course=course, person=person, group="A" if person.pk % 2 else "B", since=new)
    for weekday in WEEKDAYS:
        TimetableRule.objects.create(
            course=course,
            weekday=weekday,
            starts=time(9),
            ends=time(10, 30),
            first_day=today - timedelta(weeks=WEEKS),
            last_day=today + timedelta(weeks=10),
        )
    for start in _past(course):
        _held(course, start)
    _asks_and_is_answered(course)
    return course


def _students() -> Iterator[User]:
    yield from User.objects.filter(id_number__startswith="s-").order_by("id_number")
    yield from User.objects.filter(id_number__startswith="g-").order_by("id_number")
    yield from User.objects.filter(id_number=MEMBER)


def _is_guest(person: User) -> bool:
    return person.id_number.startswith("g-")


def _past(course: Course) -> Iterator[datetime]:
    """Nine o'clock on every day of the timetable that has passed."""
    today, zone = timezone.localdate(), timezone.get_current_timezone()
    for back in range(WEEKS * 7, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() in WEEKDAYS:
            yield datetime.combine(day, time(9), tzinfo=zone)


def _held(course: Course, start: datetime) -> ClassSession:
    """A class that was held: everyone's arrivals, the camera's hours, and what follows from both. Written in bulk."""
    end, state = start + LENGTH, ClassSession.State.CLOSED
    session = ClassSession.objects.create(
        course=course, starts_at=start, ends_at=end, state=state, opened_at=start - EARLY, closed_at=end
    )
    session.stations.set(course.stations.all())
    people = [enrollment.person for enrollment in course.enrollments.filter(since=None).select_related("person")]
    AttendanceRecord.objects.bulk_create([AttendanceRecord(session=session, person=person) for person in people])
    RollEntry.objects.bulk_create(_lines(session, people))
    _watched(session, until=end)
    roll.settle(session, seeable=frozenset(person.pk for person in people))
    session.records.exclude(first_seen=None).update(source=RollEntry.Source.CARD)
    transaction.on_commit(lambda: csv_file.finish(session.pk))
    return session


def _lines(session: ClassSession, people: list[User]) -> Iterator[RollEntry]:
    kind, source = RollEntry.Kind, RollEntry.Source
    yield RollEntry(session=session, kind=kind.OPENED, at=session.starts_at - EARLY, source=source.SYSTEM)
    came = list(_arrivals(session, people))
    for at, person in sorted([*came, *_departures(session, came)], key=lambda seen: seen[0]):
        yield RollEntry(session=session, kind=kind.SEEN, at=at, person=person, source=source.CARD, station=STATION)
    yield RollEntry(session=session, kind=kind.CLOSED, at=session.ends_at, source=source.SYSTEM)


def _departures(session: ClassSession, came: list[tuple[datetime, User]]) -> Iterator[tuple[datetime, User]]:
    """They show their cards once more on the way out, a few minutes before the end."""
    chance = random.Random(session.ends_at.toordinal())  # noqa: S311  a story, not a secret
    for _at, person in came:
        yield session.ends_at - timedelta(seconds=chance.randint(5, 240)), person


def _asks_and_is_answered(course: Course) -> None:
    """The member was away: once the teacher has excused it, and of the last time a question waits for an answer."""
    teacher = course.teachers.first()
    missed = course.sessions.filter(records__person__id_number=MEMBER, records__status=Status.ABSENT)
    last_two = list(missed.order_by("-starts_at")[:2])
    if teacher is None or len(last_two) < 2:
        return
    asked, excused = (session.records.select_related("person").get(person__id_number=MEMBER) for session in last_two)
    corrections.correct(excused.session, excused.person, Status.EXCUSED, by=teacher, reason="Doctor's note")
    corrections.appeal(asked, "I sat in the last row and had left my card at home.", by=asked.person)


def _begin(course: Course) -> ClassSession:
    """The class that is going on: it began a while ago, most people are there, and the camera watches."""
    start = (timezone.now() - RUNNING_SINCE).replace(second=0, microsecond=0)
    timetable.plan(course)
    in_the_way = course.sessions.filter(state=ClassSession.State.PLANNED, starts_at__lt=start + RUNS_FOR)
    in_the_way.update(state=ClassSession.State.CANCELLED, note="Moved to the session that is going on")
    session = ClassSession.objects.create(course=course, starts_at=start, ends_at=start + RUNS_FOR, by_hand=True)
    session.stations.set(course.stations.all())
    sessions.open_session(session, at=start - EARLY)
    _watched(session, until=timezone.now())
    people = [record.person for record in session.records.select_related("person")]
    for at, person in _arrivals(session, people):
        roll.record_arrival(session.pk, person, at=at, source=RollEntry.Source.CARD, station=STATION)
    return session


def _watched(session: ClassSession, *, until: datetime) -> None:
    CoverageSpan.objects.create(session=session, station=STATION, began_at=session.starts_at - EARLY, ended_at=until)


def _arrivals(session: ClassSession, people: list[User]) -> Iterator[tuple[datetime, User]]:
    """Invented people come with their cards, always in the same way on the same day."""
    chance = random.Random(session.starts_at.toordinal())  # noqa: S311  a story, not a secret
    for person in people:
        if (after := _comes_after(person, chance)) is not None:
            yield session.starts_at + timedelta(seconds=after), person


def _comes_after(person: User, chance: random.Random) -> float | None:
    """Seconds from the start; None: not today. The guests come by face, when the camera sees them."""
    mood, minutes = chance.random(), chance.gauss(-1, 4)
    if _is_guest(person) or mood < (0.4 if person.id_number in OFTEN_AWAY else 0.06):
        return None
    if person.id_number in ALWAYS_LATE and mood < 0.7:
        minutes += 14
    return 60 * max(-5.0, minutes)
