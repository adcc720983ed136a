"""From the timetable to sessions: what a change moves, what stays, and what is refused with a sentence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Department
from attendance.models import ClassSession, ClosedDay, TimetableRule
from attendance.sessions import sessions, timetable, timetable_changes
from config.errors import Refused
from tests.support import attendance as campus
from tests.support.attendance import minutes

MONDAY = date(2026, 3, 2)


@pytest.fixture
def today(monkeypatch):
    """The Sunday before: nothing of the term has begun."""
    now = datetime(2026, 3, 1, 12, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.fixture
def cs101(today, ada, teacher):
    return campus.course(ada, teacher=teacher)


def line(course, *, weekday=0, starts="09:00", ends="10:00", first=MONDAY, last=MONDAY + timedelta(days=20)):
    begin, end = time.fromisoformat(starts), time.fromisoformat(ends)
    return TimetableRule(course=course, weekday=weekday, starts=begin, ends=end, first_day=first, last_day=last)


def planned(course):
    return [
        f"{timezone.localtime(session.starts_at):%d %H:%M}-{timezone.localtime(session.ends_at):%H:%M}"
        for session in course.sessions.filter(state="planned").order_by("starts_at")
    ]


def refusal(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value


# --- what follows a change ----------------------------------------------------------------------


def test_a_line_of_the_timetable_becomes_sessions_at_its_stations(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    assert planned(cs101) == ["02 09:00-10:00", "09 09:00-10:00", "16 09:00-10:00"]
    assert [station.slug for station in cs101.sessions.first().stations.all()] == ["room-1"]


def test_a_changed_line_moves_what_is_only_planned(cs101, teacher):
    kept = timetable_changes.save_line(line(cs101), by=teacher)
    kept.starts, kept.ends = time(14), time(15, 30)
    timetable_changes.save_line(kept, by=teacher)
    assert planned(cs101) == ["02 14:00-15:30", "09 14:00-15:30", "16 14:00-15:30"]


def test_a_session_whose_end_alone_moved_is_the_same_session(cs101, teacher):
    kept = timetable_changes.save_line(line(cs101), by=teacher)
    before = set(cs101.sessions.values_list("pk", flat=True))
    kept.ends = time(11)
    timetable_changes.save_line(kept, by=teacher)
    assert planned(cs101)[0] == "02 09:00-11:00"
    assert set(cs101.sessions.values_list("pk", flat=True)) == before


def test_a_session_that_has_begun_does_not_move(cs101, teacher, today, monkeypatch):
    kept = timetable_changes.save_line(line(cs101), by=teacher)
    first = cs101.sessions.order_by("starts_at").first()
    monkeypatch.setattr(timezone, "now", lambda: first.starts_at + minutes(5))
    sessions.open_session(first)
    kept.starts = time(13)
    kept.ends = time(14)
    timetable_changes.save_line(kept, by=teacher)
    first.refresh_from_db()
    assert (first.state, f"{timezone.localtime(first.starts_at):%H:%M}") == ("open", "09:00")
    assert planned(cs101) == ["02 13:00-14:00", "09 13:00-14:00", "16 13:00-14:00"]


def test_a_line_that_is_taken_away_takes_its_planned_sessions_with_it(cs101, teacher):
    kept = timetable_changes.save_line(line(cs101), by=teacher)
    timetable_changes.save_line(line(cs101, weekday=3), by=teacher)
    timetable_changes.remove_line(kept, by=teacher)
    assert planned(cs101) == ["05 09:00-10:00", "12 09:00-10:00", "19 09:00-10:00"]


def test_a_session_made_by_hand_stays_whatever_the_timetable_says(cs101, teacher, today):
    timetable.add_session(cs101, today + timedelta(days=2), today + timedelta(days=2, hours=1))
    kept = timetable_changes.save_line(line(cs101), by=teacher)
    timetable_changes.remove_line(kept, by=teacher)
    assert len(planned(cs101)) == 1


def test_what_was_cancelled_stays_cancelled(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    second = cs101.sessions.order_by("starts_at")[1]
    sessions.cancel(second, by=teacher, reason="Strike")
    assert timetable.plan(cs101) == 0
    second.refresh_from_db()
    assert (second.state, second.note) == ("cancelled", "Strike")
    assert planned(cs101) == ["02 09:00-10:00", "16 09:00-10:00"]


def test_planning_again_changes_nothing(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    before = list(ClassSession.objects.values_list("pk", "starts_at", "ends_at"))
    assert timetable.plan(cs101) == 0
    assert list(ClassSession.objects.values_list("pk", "starts_at", "ends_at")) == before


def test_a_course_that_is_not_active_plans_nothing(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    cs101.active = False
    cs101.save()
    timetable_changes.course_changed(cs101)
    assert planned(cs101) == []


def test_another_room_is_the_room_of_every_planned_session(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    cs101.stations.set([campus.room("room-2")])
    timetable_changes.course_changed(cs101)
    assert {station.slug for session in cs101.sessions.all() for station in session.stations.all()} == {"room-2"}


# --- closed days --------------------------------------------------------------------------------


def test_a_closed_day_takes_its_sessions_away_and_gives_them_back(cs101, teacher, administrator):
    timetable_changes.save_line(line(cs101), by=teacher)
    holiday = timetable_changes.save_closed_day(ClosedDay(day=date(2026, 3, 9), name="Founders' Day"), by=administrator)
    assert planned(cs101) == ["02 09:00-10:00", "16 09:00-10:00"]
    holiday.day = date(2026, 3, 16)
    timetable_changes.save_closed_day(holiday, by=administrator)
    assert planned(cs101) == ["02 09:00-10:00", "09 09:00-10:00"]
    timetable_changes.remove_closed_day(holiday, by=administrator)
    assert len(planned(cs101)) == 3


def test_a_closed_day_of_another_department_changes_nothing(cs101, teacher, administrator):
    maths = Department.objects.create(code="maths", name="Mathematics")
    art = Department.objects.create(code="art", name="Art")
    cs101.department = maths
    cs101.save()
    timetable_changes.save_line(line(cs101), by=teacher)
    timetable_changes.save_closed_day(ClosedDay(day=date(2026, 3, 9), department=art), by=administrator)
    assert len(planned(cs101)) == 3
    timetable_changes.save_closed_day(ClosedDay(day=date(2026, 3, 9), department=maths), by=administrator)
    assert len(planned(cs101)) == 2


def test_a_day_is_closed_once_and_by_administrators(cs101, teacher, administrator):
    timetable_changes.save_closed_day(ClosedDay(day=MONDAY), by=administrator)
    said = refusal(timetable_changes.save_closed_day, ClosedDay(day=MONDAY), by=administrator)
    assert (said.code, said.message) == ("closed_already", "This day is already closed.")
    assert refusal(timetable_changes.save_closed_day, ClosedDay(day=date(2026, 3, 3)), by=teacher).code == "not_allowed"


# --- what is refused ----------------------------------------------------------------------------


def test_two_lines_that_overlap_are_refused_with_the_other_ones_hours(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    said = refusal(timetable_changes.save_line, line(cs101, starts="09:30", ends="11:00"), by=teacher)
    assert (said.code, said.message) == ("overlap", "The room is taken at that time by cs101: Monday 09:00-10:00.")
    assert timetable_changes.save_line(line(cs101, starts="10:00", ends="11:00"), by=teacher).pk


def test_a_room_is_not_promised_to_two_courses(cs101, ada, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    other = campus.course(ada, code="cs102", teacher=teacher)
    assert refusal(timetable_changes.save_line, line(other), by=teacher).code == "overlap"
    other.stations.set([campus.room("room-2")])
    assert timetable_changes.save_line(line(other), by=teacher).pk
    other.stations.set([campus.room("room-1")])
    assert refusal(timetable_changes.course_changed, other).code == "overlap"


def test_a_line_over_midnight_collides_with_the_next_morning(cs101, teacher):
    timetable_changes.save_line(line(cs101, starts="22:00", ends="02:00"), by=teacher)
    assert planned(cs101)[0] == "02 22:00-02:00"
    morning = line(cs101, weekday=1, starts="01:00", ends="03:00")
    assert refusal(timetable_changes.save_line, morning, by=teacher).code == "overlap"


def test_lines_of_different_terms_do_not_collide(cs101, teacher):
    timetable_changes.save_line(line(cs101), by=teacher)
    later = line(cs101, first=date(2026, 9, 1), last=date(2026, 12, 1))
    assert timetable_changes.save_line(later, by=teacher).pk


def test_daylight_saving_moves_no_class_on_the_clock_on_the_wall(cs101, teacher, settings, monkeypatch):
    settings.TIME_ZONE = "Europe/Rome"
    timetable_changes.save_line(line(cs101, weekday=6, first=date(2026, 3, 22), last=date(2026, 3, 29)), by=teacher)
    starts = list(cs101.sessions.order_by("starts_at").values_list("starts_at", flat=True))
    assert [f"{start:%d %H:%M}" for start in starts] == ["22 08:00", "29 07:00"]  # UTC: summer time begins on the 29th


def test_the_night_in_which_an_hour_is_missing_has_a_session_of_its_real_length(cs101, teacher, settings):
    settings.TIME_ZONE = "Europe/Rome"
    timetable_changes.save_line(
        line(cs101, weekday=6, starts="01:00", ends="04:00", first=date(2026, 3, 29), last=date(2026, 3, 29)),
        by=teacher,
    )
    [session] = cs101.sessions.all()
    assert session.ends_at - session.starts_at == timedelta(hours=2)


@pytest.mark.parametrize(
    ("starts", "ends", "planned_as"),
    [
        ("02:30", "03:15", "29 03:30-04:15"),
        ("02:00", "03:00", "29 03:00-04:00"),
        ("02:15", "02:45", "29 03:15-03:45"),
        ("02:30", "03:35", "29 03:30-04:35"),
        ("02:30", "10:30", "29 03:30-10:30"),
        ("01:30", "02:30", "29 01:30-03:30"),
        ("22:00", "06:00", "29 22:00-06:00"),
    ],
)
def test_line_inside_the_skipped_hour_keeps_its_length(cs101, settings, starts, ends, planned_as):
    settings.TIME_ZONE = "Europe/Rome"
    line(cs101, weekday=6, starts=starts, ends=ends, first=date(2026, 3, 29), last=date(2026, 3, 29)).save()
    with timezone.override("Europe/Rome"):
        timetable.plan_all()
        assert planned(cs101) == [planned_as]


def test_lines_side_by_side_do_not_collide_in_the_skipped_hour(cs101, teacher, settings):
    settings.TIME_ZONE = "Europe/Rome"
    timetable_changes.save_line(
        line(cs101, weekday=6, starts="03:00", ends="04:00", last=date(2026, 3, 30)), by=teacher
    )
    assert timetable_changes.save_line(
        line(cs101, weekday=6, starts="02:00", ends="03:00", last=date(2026, 3, 30)), by=teacher
    )


def test_course_that_cannot_be_planned_stops_no_other(cs101, ada, monkeypatch, caplog):
    other = campus.course(ada, code="cs102", station=campus.room("room-2"))
    line(cs101).save()
    line(other).save()
    healthy = timetable.occurrences

    def broken(rule, *args, **period):
        if rule == cs101.timetable.get().weekly:
            raise ValueError("no such hour")
        return healthy(rule, *args, **period)

    other.timetable.update(weekday=1)
    monkeypatch.setattr(timetable, "occurrences", broken)
    assert timetable.plan_all() == 3
    assert planned(other) == ["03 09:00-10:00", "10 09:00-10:00", "17 09:00-10:00"]
    assert "The course cs101 could not be planned" in caplog.text


def test_closed_day_is_kept_though_one_course_cannot_be_planned(cs101, administrator, monkeypatch):
    monkeypatch.setattr(timetable, "occurrences", lambda *_args, **_period: 1 / 0)
    line(cs101).save()
    assert timetable_changes.save_closed_day(ClosedDay(day=MONDAY), by=administrator).pk


def test_night_and_day_shift_share_an_entrance(ada, grace, teacher, today):
    day = campus.course(ada, code="day", teacher=teacher, kind="premises")
    night = campus.course(grace, code="night", teacher=teacher, kind="premises")
    timetable_changes.save_line(line(day, starts="05:30", ends="22:30"), by=teacher)
    timetable_changes.save_line(line(night, starts="21:30", ends="06:30"), by=teacher)
    assert planned(night)[0] == "02 21:30-06:30"
    assert timetable.add_session(night, today + timedelta(days=1), today + timedelta(days=1, hours=2)).pk
    collision = refusal(timetable_changes.save_line, line(night, weekday=1, starts="05:00", ends="07:00"), by=teacher)
    assert collision.code == "overlap"  # a course never meets twice at once


def test_entrance_shares_a_station_with_a_class_in_either_order(cs101, grace, teacher):
    gate = campus.course(grace, code="gate", teacher=teacher, kind="premises")
    timetable_changes.save_line(line(cs101), by=teacher)
    assert timetable_changes.save_line(line(gate, starts="08:00", ends="18:00"), by=teacher).pk
    assert timetable_changes.save_line(line(cs101, weekday=0, starts="11:00", ends="12:00"), by=teacher).pk


@pytest.mark.parametrize(
    ("starts", "lasts", "code", "sentence"),
    [
        (
            timedelta(days=-1),
            timedelta(hours=1),
            "in_the_past",
            "This session would already be over. Choose a later end.",
        ),
        (
            timedelta(days=1),
            timedelta(),
            "too_short",
            "The session must end after it starts. For an end after midnight, enter the next day.",
        ),
        (timedelta(days=1), timedelta(hours=25), "too_long", "A session can last at most 24 hours."),
    ],
)
def test_a_session_by_hand_has_its_limits(cs101, today, starts, lasts, code, sentence):
    said = refusal(timetable.add_session, cs101, today + starts, today + starts + lasts)
    assert (said.code, said.message) == (code, sentence)


def test_a_session_that_overlaps_is_refused_and_one_that_follows_is_not(cs101, today):
    first = timetable.add_session(cs101, today + minutes(60), today + minutes(120))
    said = refusal(timetable.add_session, cs101, today + minutes(90), today + minutes(150))
    assert said.message == "The room is taken at that time by cs101: 2026-03-01, 13:00–14:00."
    assert timetable.add_session(cs101, first.ends_at, first.ends_at + minutes(30)).pk


def test_a_session_over_midnight_is_one_session(cs101, today):
    night = timetable.add_session(cs101, today + timedelta(hours=11), today + timedelta(hours=14))
    assert (night.starts_at.day, night.ends_at.day) == (1, 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"last": date(2026, 3, 1)}, "The last day is before the first day."),
        ({"last": date(2029, 3, 2)}, "A timetable line can last at most two years."),
        ({"ends": "09:00"}, "The end is the same as the start. Change one of them."),
        ({"first": date(1, 1, 1), "last": date(1, 1, 8)}, "Enter a day between the years 2000 and 2200."),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(cs101, teacher, change, sentence):
    said = refusal(timetable_changes.save_line, line(cs101, **change), by=teacher)
    assert (said.code, said.message) == ("bad_line", sentence)
    with pytest.raises(ValidationError):
        line(cs101, **change).clean()


def test_somebody_else_s_teacher_changes_no_timetable(cs101, teacher, request):
    from tests.conftest import Role, person

    stranger = person("t-perlis", "Alan", Role.TEACHER)
    kept = timetable_changes.save_line(line(cs101), by=teacher)
    assert refusal(timetable_changes.save_line, kept, by=stranger).code == "not_allowed"
    assert refusal(timetable_changes.remove_line, kept, by=stranger).code == "not_allowed"
    assert len(planned(cs101)) == 3
