"""From timetables to sessions: what is planned, what no longer holds, what would collide."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import ClassSession, ClosedDay, Course, TimetableRule
from attendance.rules.clock_words import span_words
from attendance.rules.times import DAY, occurrences, overlap
from config.errors import Refused

log = logging.getLogger(__name__)
HORIZON = timedelta(days=60)  # how far ahead sessions stand in the plan


def site_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def closed_days(course: Course) -> frozenset[date]:
    """The days on which this course does not meet."""
    rows = ClosedDay.objects.filter(Q(department=None) | Q(department_id=course.department_id or 0))
    return frozenset(rows.values_list("day", flat=True))


@transaction.atomic
def plan(course: Course, *, now: datetime | None = None) -> int:
    """Bring the planned sessions of the next HORIZON in line with the timetable; how many are new.

    1. Take away planned sessions that no line of the timetable yields any more: future ones, and none made by hand.
    2. Bring those that stay to the timetable's end and the course's stations.
    3. Add the missing ones; a session that was cancelled by hand stays cancelled.
    """
    now = now or timezone.now()
    wanted = _wanted(course, now)
    ours = ClassSession.objects.filter(course=course, starts_at__gt=now)
    planned = ours.filter(state=ClassSession.State.PLANNED, by_hand=False)
    planned.exclude(starts_at__in=list(wanted)).delete()
    for session in planned:
        _bring_up_to_date(session, course, *wanted[session.starts_at])
    existing = set(ours.values_list("starts_at", flat=True))
    fresh = [times for start, times in wanted.items() if start not in existing]
    for rule, start, end in fresh:
        _create(course, start, end, rule=rule)
    return len(fresh)


def _bring_up_to_date(
    session: ClassSession, course: Course, rule: TimetableRule, _start: datetime, end: datetime
) -> None:
    if (session.rule_id, session.ends_at, session.group) != (rule.pk, end, rule.group):
        session.rule, session.ends_at, session.group = rule, end, rule.group
        session.save(update_fields=["rule", "ends_at", "group"])
    session.stations.set(course.stations.all())


def _wanted(course: Course, now: datetime) -> dict[datetime, tuple[TimetableRule, datetime, datetime]]:
    if not course.active:
        return {}
    zone, today = site_zone(), timezone.localdate(now)
    closed = closed_days(course)
    found: dict[datetime, tuple[TimetableRule, datetime, datetime]] = {}
    for rule in course.timetable.all():
        for start, end in occurrences(rule.weekly, zone, since=today, until=today + HORIZON, closed=closed):
            if start > now:
                found.setdefault(start, (rule, start, end))
    return found


def _create(
    course: Course, start: datetime, end: datetime, *, rule: TimetableRule | None = None, group: str = ""
) -> ClassSession:
    session = ClassSession.objects.create(
        course=course,
        rule=rule,
        starts_at=start,
        ends_at=end,
        by_hand=rule is None,
        group=rule.group if rule else group,
    )
    session.stations.set(course.stations.all())
    return session


def plan_all(now: datetime | None = None) -> int:
    """Plan every course; how many sessions are new. One that cannot be planned is logged and stops no other."""
    return sum(plan_or_log(course, now=now) for course in Course.objects.prefetch_related("timetable"))


def plan_or_log(course: Course, *, now: datetime | None = None) -> int:
    """`plan`, where a course that cannot be planned must not be in the way of others."""
    try:
        return plan(course, now=now)
    except Exception:
        log.exception("The course %s could not be planned. The other courses are.", course.code)
        return 0


def add_session(course: Course, start: datetime, end: datetime, *, group: str = "") -> ClassSession:
    """One more meeting, outside the timetable. Refused `too_short`, `in_the_past`, `too_long` or `overlap`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        refuse_session(course, start, end)
        return _create(course, start, end, group=group)


def add_past_session(course: Course, start: datetime, end: datetime, *, group: str = "") -> ClassSession:
    """A meeting that is over, from a register on paper. Refused `too_short`, `too_long` or `overlap`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        _refuse_length(start, end)
        _refuse_past_overlap(course, start, end)
        return _create(course, start, end, group=group)


def _refuse_past_overlap(course: Course, start: datetime, end: datetime) -> None:
    """What is over takes no room any more; but a course does not meet twice at a time."""
    there = course.sessions.filter(starts_at__lt=end, ends_at__gt=start).exclude(state=ClassSession.State.CANCELLED)
    if (taken := there.first()) is not None:
        words = _("The course has another session at that time: %(session)s.")
        raise Refused("overlap", words % {"session": taken}, status=409)


def refuse_session(course: Course, start: datetime, end: datetime, *, but: int | None = None) -> None:
    """Refused as `add_session` would be. `but`: the session itself, where it is only moved."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    _refuse_length(start, end)
    if end <= timezone.now():
        raise Refused("in_the_past", _("This session would already be over. Choose a later end."))
    refuse_overlap(course, start, end, but=but)


def _refuse_length(start: datetime, end: datetime) -> None:
    """In UTC: between two moments of one zone, Python counts what the clocks on the wall show, and in the night in
    which an hour happens twice the later moment would be the earlier one.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        raise Refused(
            "too_short",
            _("The session must end after it starts. For an end after midnight, enter the next day."),
        )
    if end - start > timedelta(hours=24):
        raise Refused("too_long", _("A session can last at most 24 hours."))


# --- collisions ---------------------------------------------------------------------------------

WALL_CLOCK = ZoneInfo("UTC")


def refuse_overlap(course: Course, start: datetime, end: datetime, *, but: int | None = None) -> None:
    """Refused `overlap` when the course itself, or another class at the same station, meets at that time.

    Everyone passes an entrance, whatever their shift: premises share a station with each other and with classes.
    """
    in_the_way = Q(course=course)
    if course.kind == Course.Kind.CLASS:
        in_the_way |= Q(stations__in=course.stations.all(), course__kind=Course.Kind.CLASS)
    taken = (
        ClassSession.objects.filter(starts_at__lt=end, ends_at__gt=start)
        .exclude(state__in=(ClassSession.State.CANCELLED, ClassSession.State.CLOSED))
        .exclude(pk=but or 0)
        .filter(in_the_way)
        .select_related("course")
        .first()
    )
    if taken is not None:
        words = _("The room is taken at that time by %(course)s: %(when)s.")
        raise Refused("overlap", words % {"course": taken.course.code, "when": when(taken)}, status=409)


def when(session: ClassSession) -> str:
    """Day and hours of a session, such as 2026-03-02, 22:00–06:00 (next day)."""
    return f"{timezone.localdate(session.starts_at)}, {span_words(session.starts_at, session.ends_at)}"


def refuse_colliding_rule(rule: TimetableRule) -> None:
    """Refused `overlap` when a line of the timetable would put two sessions into one room, or one course in two."""
    if rule.course.active:
        own = rule.course.timetable.exclude(pk=rule.pk).select_related("course")
        _refuse_collision(rule, [*own, *_lines_of_others(rule, rule.course.stations.all())])


def refuse_colliding_lines(course: Course, lines: Iterable[TimetableRule], stations: Iterable[Any]) -> None:
    """The same for a whole timetable that is not saved yet: these lines of `course`, at these stations."""
    lines = list(lines)
    if not course.active:
        return
    for first, second in combinations(lines, 2):
        _refuse_collision(first, [second])
    for line in lines:
        _refuse_collision(line, _lines_of_others(line, stations))


def _lines_of_others(rule: TimetableRule, stations: Iterable[Any]) -> Iterable[TimetableRule]:
    """The lines of other classes at the same stations, on about the same days. Premises share a station."""
    if rule.course.kind != Course.Kind.CLASS:
        return []
    lines = TimetableRule.objects.filter(
        course__stations__in=list(stations),
        course__active=True,
        course__kind=Course.Kind.CLASS,
        first_day__lte=rule.last_day + DAY,
        last_day__gte=rule.first_day - DAY,
    )
    return lines.exclude(course=rule.course_id).select_related("course").distinct()


def _refuse_collision(rule: TimetableRule, others: Iterable[TimetableRule]) -> None:
    mine = list(_weeks_of(rule))
    for other in others:
        if _collide(mine, _weeks_of(other)):
            words = _("The room is taken at that time by %(course)s: %(line)s.")
            raise Refused("overlap", words % {"course": other.course.code, "line": str(other)}, status=409)


def _weeks_of(rule: TimetableRule) -> Iterable[tuple[datetime, datetime]]:
    """As a clock shows them that never changes: no two lines collide only because one night lacks an hour."""
    return occurrences(rule.weekly, WALL_CLOCK, since=rule.first_day, until=rule.last_day)


def _collide(mine: list[tuple[datetime, datetime]], theirs: Iterable[tuple[datetime, datetime]]) -> bool:
    """Both lists are in order, so one walk through both is enough."""
    place = 0
    for other in theirs:
        while place < len(mine) and mine[place][1] <= other[0]:
            place += 1
        if place < len(mine) and overlap(mine[place], other):
            return True
    return False
