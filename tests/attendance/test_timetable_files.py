"""Timetables from iCalendar and UNTIS: what they become, and that nothing is guessed, doubled or lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from icalendar import vRecur

from attendance.imports.timetable_files import ical, plan, recurrence
from attendance.imports.timetable_files.options import TimetableOptions, read
from attendance.imports.timetable_files.periods import names_of, periods_of
from attendance.models import ClassSession, ImportedSlot, TimetableFileSettings, TimetableRule
from attendance.rules.repeats import days_of
from attendance.sessions import sessions
from config.errors import Refused
from tests.support import attendance as campus

pytestmark = pytest.mark.django_db
PERIODS = "1 = 08:00-08:45\n2 = 08:50-09:35\n3;10:00;10:45\n4 10:50 11:35"
PAGE = "/attendance/timetables/import/"
API = "/api/v1/attendance/timetable-files/"
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.TIME_ZONE = "UTC"


@pytest.fixture
def monday():
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def maths(teacher):
    return campus.course(code="5a-ma", teacher=teacher)


@pytest.fixture
def grid(monday):
    return {"periods": PERIODS, "first_day": monday, "last_day": monday + timedelta(weeks=10)}


def gpu(*rows):
    return "\r\n".join(rows).encode() + b"\r\n"


MONDAY_1 = '12,"5a","MUE","MA","R1",1,1,,'
MONDAY_2 = '12,"5a","MUE","MA","R1",1,2,,'
FRIDAY_3 = '12,"5a","MUE","MA","R1",5,3,,'


def brought(data, by, chosen, *, name="GPU001.TXT", **more):
    options = TimetableOptions.of(by, chosen | more)
    return plan.apply(read(name, data, options), options)


def looked(data, by, chosen, **more):
    options = TimetableOptions.of(by, chosen | more)
    return plan.dry_run(read("GPU001.TXT", data, options), options)


def lines(course):
    return [(line.weekday, line.starts, line.ends) for line in course.timetable.order_by("weekday", "starts")]


def codes(report):
    return [(said.outcome.value, said.code) for said in report.verdicts]


# --- UNTIS ---------------------------------------------------------------------------------------


def test_a_double_lesson_is_one_line_and_is_planned(teacher, maths, grid, monday):
    report = brought(gpu(MONDAY_1, MONDAY_2, FRIDAY_3), teacher, grid)
    assert codes(report) == [("new", "new"), ("new", "new")]
    assert lines(maths) == [(0, time(8), time(9, 35)), (4, time(10), time(10, 45))]
    assert maths.sessions.filter(starts_at=datetime.combine(monday, time(8), tzinfo=UTC)).exists()


def test_periods_can_stay_apart(teacher, maths, grid):
    brought(gpu(MONDAY_1, MONDAY_2), teacher, grid, join=False)
    assert lines(maths) == [(0, time(8), time(8, 45)), (0, time(8, 50), time(9, 35))]


def test_looking_changes_nothing(teacher, maths, grid):
    report = looked(gpu(MONDAY_1), teacher, grid)
    assert report.changes == 1
    assert not maths.timetable.exists()
    assert not ImportedSlot.objects.exists()


def test_the_same_file_again_changes_nothing(teacher, maths, grid):
    brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    before = list(maths.timetable.values_list("pk", "weekday", "starts")), list(maths.sessions.values_list("pk"))
    again = brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    assert again.changes == 0
    assert before == (
        list(maths.timetable.values_list("pk", "weekday", "starts")),
        list(maths.sessions.values_list("pk")),
    )


def test_a_lesson_that_moved_moves_its_line(teacher, maths, grid):
    brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    friday = maths.timetable.get(weekday=4)
    report = brought(gpu(MONDAY_1, '12,"5a","MUE","MA","R1",3,4,,'), teacher, grid)
    assert codes(report) == [("same", "same"), ("changed", "moved")]
    friday.refresh_from_db()
    assert (friday.weekday, friday.starts) == (2, time(10, 50))


def test_two_lessons_of_one_room_change_places(teacher, maths, grid):
    art = campus.course(code="5a-art", teacher=teacher)
    brought(gpu(MONDAY_1, '13,"5a","ZED","ART","R1",1,2,,'), teacher, grid)
    report = brought(gpu(MONDAY_2, '13,"5a","ZED","ART","R1",1,1,,'), teacher, grid)
    assert [code for _outcome, code in codes(report)] == ["moved", "moved"]
    assert lines(maths) == [(0, time(8, 50), time(9, 35))]
    assert lines(art) == [(0, time(8), time(8, 45))]


def test_who_finds_no_new_place_keeps_the_old_one(teacher, maths, grid):
    art = campus.course(code="5a-art", teacher=teacher)
    TimetableRule.objects.create(
        course=art, weekday=2, starts=time(8), ends=time(9), first_day=grid["first_day"], last_day=grid["last_day"]
    )
    brought(gpu(MONDAY_1), teacher, grid)
    report = brought(gpu('12,"5a","MUE","MA","R1",3,1,,'), teacher, grid)
    assert codes(report) == [("refused", "overlap")]
    assert "5a-art" in report.verdicts[0].message
    assert lines(maths) == [(0, time(8), time(8, 45))]


def test_what_is_missing_stays_unless_it_is_said(teacher, maths, grid):
    brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    assert ("same", "missing") in codes(brought(gpu(MONDAY_1), teacher, grid))
    assert len(lines(maths)) == 2
    assert ("ended", "missing") in codes(brought(gpu(MONDAY_1), teacher, grid, end_missing=True))
    assert lines(maths) == [(0, time(8), time(8, 45))]


def test_a_line_that_cannot_be_used_keeps_what_is_missing(teacher, maths, grid):
    brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    report = brought(gpu(MONDAY_1, '12,"5a","MUE","MA","R1",5,9,,'), teacher, grid, end_missing=True)
    assert ("refused", "unknown_period") in codes(report)
    assert ("same", "unread") in codes(report)
    assert len(lines(maths)) == 2


def test_what_was_changed_by_hand_stays_until_the_file_changes(teacher, maths, grid):
    brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    maths.timetable.filter(weekday=0).update(starts=time(8, 10))
    maths.timetable.get(weekday=4).delete()
    report = brought(gpu(MONDAY_1, FRIDAY_3), teacher, grid)
    assert report.changes == 0
    assert lines(maths) == [(0, time(8, 10), time(8, 45))]


def test_a_line_entered_by_hand_is_not_entered_twice(teacher, maths, grid):
    TimetableRule.objects.create(
        course=maths,
        weekday=0,
        starts=time(8),
        ends=time(8, 45),
        first_day=grid["first_day"],
        last_day=grid["last_day"],
    )
    assert codes(brought(gpu(MONDAY_1), teacher, grid)) == [("same", "there")]
    assert maths.timetable.count() == 1


def test_the_next_term_is_a_new_line(teacher, maths, grid, monday):
    brought(gpu(MONDAY_1), teacher, grid)
    maths.timetable.update(first_day=date(2025, 9, 1), last_day=date(2026, 1, 31))
    report = brought(gpu(MONDAY_1), teacher, grid | {"last_day": monday + timedelta(weeks=20)})
    assert codes(report) == [("new", "new")]
    assert maths.timetable.count() == 2


def test_unknown_courses_are_listed_and_never_guessed(teacher, maths, grid):
    report = looked(gpu('7,"5b","MUE","BIO","R1",1,1', MONDAY_1), teacher, grid)
    [refused] = [said for said in report.verdicts if said.outcome == "refused"]
    assert refused.code == "unknown_course"
    assert "5b-BIO" in refused.message


def test_a_typed_name_says_which_course_and_which_group(teacher, maths, grid):
    brought(gpu('7,"5b","MUE","BIO","R1",1,1'), teacher, grid, names="5b-BIO = 5a-ma/B")
    assert maths.timetable.get().group == "B"


def test_the_subject_alone_names_a_course_and_class_with_subject_comes_first(teacher, maths, grid):
    campus.course(code="ma", teacher=teacher, station=campus.room("room-2"))
    brought(gpu(MONDAY_1, '9,"5c","MUE","MA","R1",2,1'), teacher, grid)
    assert [line.course.code for line in TimetableRule.objects.order_by("weekday")] == ["5a-ma", "ma"]


def test_a_stranger_s_course_is_unknown(teacher, grid):
    campus.course(code="5a-ma")
    assert codes(looked(gpu(MONDAY_1), teacher, grid)) == [("refused", "unknown_course")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('12,"5a","MUE","MA","R1",9,1', "bad_day"),
        ('12,"5a","MUE","MA","R1",1,x', "bad_period"),
        (',"5a","MUE","MA","R1",1,1', "no_lesson"),
        ('12,"","MUE","","R1",1,1', "no_course"),
    ],
)
def test_each_bad_line_has_its_sentence(teacher, maths, grid, row, code):
    report = looked(gpu(MONDAY_2, row), teacher, grid)
    assert ("refused", code) in codes(report)
    assert ("new", "new") in codes(report)


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_every_separator_and_windows_letters(teacher, grid, mark):
    course = campus.course(code="5a-franz", teacher=teacher)
    data = mark.join(["12", '"5a"', '"MÜLLER"', '"FRANZ"', '"R1"', "1", "1"]).encode("cp1252")
    report = brought(data, teacher, grid)
    assert "MÜLLER" in report.verdicts[0].person
    assert any("Windows-1252" in note for note in report.notes)
    assert course.timetable.count() == 1


def test_without_times_and_days_it_is_asked_for_them(teacher, grid):
    for missing, code in ({"periods": ""}, "no_periods"), ({"last_day": None}, "no_days"):
        with pytest.raises(Refused) as refusal:
            looked(gpu(MONDAY_1), teacher, grid | missing)
        assert refusal.value.code == code


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"hello\nworld\n"])
def test_other_files_are_refused(teacher, grid, data):
    with pytest.raises(Refused) as refusal:
        looked(data, teacher, grid)
    assert refusal.value.code == "not_a_timetable"


def test_periods_and_names_that_are_typed_wrong():
    for text in "1 = 9:00-8:00", "1 = 25:00-26:00", "eight", "1 = 8:00-9:00\n1 = 9:00-10:00":
        with pytest.raises(Refused):
            periods_of(text)
    for text in "MA", "= x", "MA = a\nma = b":
        with pytest.raises(Refused):
            names_of(text)


def test_rooms_and_teachers_are_added_where_known_and_listed_where_not(administrator, maths, teacher, grid):
    campus.room("lab")
    row = f'12,"5a","{teacher.id_number}","MA","lab",1,1'
    report = brought(gpu(row, '12,"5a","XXX","MA","R9",1,1'), administrator, grid, stations=True, teachers=True)
    assert maths.stations.filter(slug="lab").exists()
    assert any("R9" in note for note in report.notes)
    assert any("XXX" in note for note in report.notes)
    with pytest.raises(Refused) as refusal:
        TimetableOptions.of(teacher, grid | {"stations": True})
    assert refusal.value.code == "not_allowed"


# --- iCalendar -----------------------------------------------------------------------------------


def calendar(*events):
    body = "".join(f"BEGIN:VEVENT\r\n{event.strip()}\r\nEND:VEVENT\r\n" for event in events).replace("\n", "\r\n")
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + body.replace("\r\r", "\r") + "END:VCALENDAR\r\n"
    ).encode()


def event(start, length=60, uid="u1", title="5a-ma Maths", more=""):
    ends = start + timedelta(minutes=length)
    return f"UID:{uid}\nSUMMARY:{title}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{ends:%Y%m%dT%H%M%SZ}\n{more}"


@pytest.fixture
def nine(monday):
    return datetime.combine(monday, time(9), tzinfo=UTC)


def starts(course):
    rows = course.sessions.exclude(state=ClassSession.State.CANCELLED).order_by("starts_at")
    return [row.starts_at for row in rows]


WEEK = timedelta(weeks=1)


def test_a_series_with_days_left_out_added_and_moved(teacher, maths, nine):
    series = event(
        nine,
        more=f"RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:{nine + WEEK:%Y%m%dT%H%M%SZ}\n"
        f"RDATE:{nine + timedelta(days=1):%Y%m%dT%H%M%SZ}",
    )
    moved = event(nine + 2 * WEEK + timedelta(hours=3), more=f"RECURRENCE-ID:{nine + 2 * WEEK:%Y%m%dT%H%M%SZ}")
    brought(calendar(series, moved), teacher, {}, name="a.ics")
    assert starts(maths) == [
        nine,
        nine + timedelta(days=1),
        nine + 2 * WEEK + timedelta(hours=3),
        nine + 3 * WEEK,
    ]
    again = brought(calendar(series, moved), teacher, {}, name="a.ics")
    assert again.changes == 0


def test_nine_stays_nine_when_the_clocks_change():
    zone = ZoneInfo("Europe/Vienna")
    data = calendar(
        "UID:a\nSUMMARY:x\nDTSTART;TZID=Europe/Vienna:20270322T090000\nDTEND;TZID=Europe/Vienna:20270322T100000\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20270329T070000Z"
    )
    found = ical.read("a", data, now=datetime(2027, 3, 1, tzinfo=UTC), zone=ZoneInfo("UTC"))
    assert [slot.when.starts.astimezone(zone).hour for slot in found.slots] == [9, 9]
    assert [slot.when.starts.hour for slot in found.slots] == [8, 7]


def test_a_series_that_begins_later_moves_its_sessions(teacher, maths, nine):
    brought(calendar(event(nine, more="RRULE:FREQ=WEEKLY;COUNT=2")), teacher, {})
    before = set(maths.sessions.values_list("pk", flat=True))
    later = event(nine + timedelta(hours=1), more="RRULE:FREQ=WEEKLY;COUNT=2")
    assert codes(brought(calendar(later), teacher, {})) == [("changed", "moved")] * 2
    assert starts(maths) == [nine + timedelta(hours=1), nine + WEEK + timedelta(hours=1)]
    assert set(maths.sessions.values_list("pk", flat=True)) == before


def test_a_week_that_falls_away_is_no_move(teacher, maths, nine):
    brought(calendar(event(nine, more="RRULE:FREQ=WEEKLY;COUNT=2")), teacher, {})
    later = event(nine + WEEK, more="RRULE:FREQ=WEEKLY;COUNT=2")
    report = brought(calendar(later), teacher, {})
    assert sorted(codes(report)) == [("new", "new"), ("same", "missing"), ("same", "same")]
    assert starts(maths) == [nine, nine + WEEK, nine + 2 * WEEK]


def test_cancelled_in_the_file_is_cancelled_here(teacher, maths, nine):
    brought(calendar(event(nine)), teacher, {})
    report = brought(calendar(event(nine, more="STATUS:CANCELLED")), teacher, {})
    assert codes(report) == [("ended", "cancelled")]
    assert maths.sessions.get().state == ClassSession.State.CANCELLED
    assert brought(calendar(event(nine, more="STATUS:CANCELLED")), teacher, {}).changes == 0


def test_a_meeting_that_the_file_takes_back_is_planned_again(teacher, maths, nine):
    brought(calendar(event(nine)), teacher, {})
    brought(calendar(event(nine, more="STATUS:CANCELLED")), teacher, {})
    assert codes(brought(calendar(event(nine)), teacher, {})) == [("changed", "moved")]
    assert starts(maths) == [nine]
    assert brought(calendar(event(nine)), teacher, {}).changes == 0


def test_staff_decide_after_the_file_has(teacher, maths, nine):
    """Cancelled by the file, planned again by hand: the file that says nothing new does not cancel it again."""
    brought(calendar(event(nine)), teacher, {})
    brought(calendar(event(nine, more="STATUS:CANCELLED")), teacher, {})
    maths.sessions.update(state=ClassSession.State.PLANNED)
    assert brought(calendar(event(nine, more="STATUS:CANCELLED")), teacher, {}).changes == 0
    assert starts(maths) == [nine]


def test_a_session_cancelled_by_hand_stays_cancelled(teacher, maths, nine):
    brought(calendar(event(nine)), teacher, {})
    sessions.cancel(maths.sessions.get(), by=teacher)
    assert brought(calendar(event(nine)), teacher, {}).changes == 0
    moved = brought(calendar(event(nine + timedelta(hours=1))), teacher, {})
    assert codes(moved) == [("refused", "begun")]


def test_missing_sessions_are_cancelled_only_when_told(teacher, maths, nine):
    brought(calendar(event(nine), event(nine + WEEK, uid="u2")), teacher, {})
    assert ("same", "missing") in codes(brought(calendar(event(nine)), teacher, {}))
    brought(calendar(event(nine)), teacher, {}, end_missing=True)
    assert starts(maths) == [nine]
    assert "No longer in the timetable file" in maths.sessions.get(starts_at=nine + WEEK).note


@pytest.mark.parametrize("end_missing", [False, True])
def test_the_same_hours_under_another_uid_stay_the_same_sessions(teacher, maths, nine, end_missing):
    weekly = "RRULE:FREQ=WEEKLY;COUNT=3"
    brought(calendar(event(nine, more=weekly)), teacher, {})
    before = list(maths.sessions.values_list("pk", "state").order_by("pk"))
    again = event(nine, uid="u1_R", more=weekly)
    assert codes(brought(calendar(again), teacher, {}, end_missing=end_missing)) == [("same", "same")] * 3
    assert list(maths.sessions.values_list("pk", "state").order_by("pk")) == before
    assert codes(brought(calendar(again), teacher, {}, end_missing=True)) == [("same", "same")] * 3


def test_this_and_following_moves_nothing_that_keeps_its_hour(teacher, maths, nine):
    brought(calendar(event(nine, more="RRULE:FREQ=WEEKLY;COUNT=4")), teacher, {})
    first = event(nine, more="RRULE:FREQ=WEEKLY;COUNT=2")
    longer = event(nine + 2 * WEEK, 90, uid="u2", more="RRULE:FREQ=WEEKLY;COUNT=2")
    report = brought(calendar(first, longer), teacher, {}, end_missing=True)
    assert sorted(codes(report)) == [("changed", "moved")] * 2 + [("same", "same")] * 2
    assert starts(maths) == [nine + week * WEEK for week in range(4)]
    assert maths.sessions.count() == 4


def test_a_session_that_the_file_ended_comes_back_with_the_file(teacher, maths, nine):
    brought(calendar(event(nine), event(nine + WEEK, uid="u2")), teacher, {})
    brought(calendar(event(nine)), teacher, {}, end_missing=True)
    report = brought(calendar(event(nine), event(nine + WEEK, uid="u3")), teacher, {}, end_missing=True)
    assert codes(report) == [("same", "same"), ("changed", "moved")]
    assert starts(maths) == [nine, nine + WEEK]
    assert maths.sessions.get(starts_at=nine + WEEK).note == ""


def test_who_moves_to_an_hour_that_is_given_up_finds_room(teacher, maths, nine):
    ten = nine + timedelta(hours=1)
    brought(calendar(event(nine), event(ten, uid="u2")), teacher, {})
    report = brought(calendar(event(ten)), teacher, {}, end_missing=True)
    assert sorted(codes(report)) == [("ended", "missing"), ("same", "same")]
    assert starts(maths) == [ten]
    brought(calendar(event(nine)), teacher, {}, end_missing=True)
    assert starts(maths) == [nine]


def test_an_event_that_was_made_anew_takes_the_hour_of_the_cancelled_one(teacher, maths, nine):
    brought(calendar(event(nine)), teacher, {})
    both = event(nine, more="STATUS:CANCELLED"), event(nine, uid="u2")
    for _time in range(2):
        assert brought(calendar(*both), teacher, {}, end_missing=True).changes == 0
        assert starts(maths) == [nine]


def test_under_another_uid_too_what_staff_cancelled_stays_cancelled(teacher, maths, nine):
    brought(calendar(event(nine)), teacher, {})
    sessions.cancel(maths.sessions.get(), by=teacher)
    assert brought(calendar(event(nine, uid="u2")), teacher, {}, end_missing=True).changes == 0
    assert starts(maths) == []


def test_days_that_are_over_are_left_alone(teacher, maths, nine):
    long_ago = nine - timedelta(days=70)
    report = brought(calendar(event(long_ago, more=f"RRULE:FREQ=WEEKLY;UNTIL={nine:%Y%m%dT%H%M%SZ}")), teacher, {})
    assert starts(maths)[-1] == nine
    assert any("over" in note for note in report.notes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UID:a\nSUMMARY:5a-ma\nDTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270302", "all_day"),
        ("UID:a\nSUMMARY:5a-ma\nDTSTART:20270301T090000Z", "no_end"),
        ("UID:a\nSUMMARY:5a-ma\nDTSTART:20270301T090000Z\nDURATION:P2D", "too_long"),
        ("UID:a\nSUMMARY:5a-ma\nDTSTART;TZID=Mars/Base:20270301T090000\nDURATION:PT1H", "unknown_zone"),
        ("UID:a\nSUMMARY:5a-ma\nDTSTART:20270301T090000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY", "bad_rule"),
        ("UID:a\nSUMMARY:5a-ma\nDTSTART:20270301T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=0", "bad_rule"),
        ("UID:a\nSUMMARY:5a-ma\nDTSTART:20270301T090000Z\nDTSTART:20270302T090000Z\nDURATION:PT1H", "broken"),
        ("SUMMARY:5a-ma\nDTSTART:20270301T090000Z\nDURATION:PT1H", "no_uid"),
        ("UID:a\nSUMMARY:Party\nDTSTART:20270301T090000Z\nDURATION:PT1H", "unknown_course"),
    ],
)
def test_each_bad_event_has_its_sentence(teacher, maths, text, code):
    report = looked(calendar(text), teacher, {})
    assert codes(report) == [("refused", code)]
    assert report.verdicts[0].message


FAR = "UID:{uid}\nSUMMARY:5a-ma\nDTSTART;TZID=Europe/Vienna:20261207T090000\nDURATION:PT1H\n{more}"


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231", "22000101T000000Z"])
def test_no_end_is_no_fault(until):
    data = calendar(FAR.format(uid="a", more=f"RRULE:FREQ=WEEKLY;UNTIL={until}"))
    found = ical.read("a", data, now=NEW_YEAR, zone=ZoneInfo("UTC"))
    assert len(found.slots) == 57
    assert not any(slot.problem for slot in found.slots)


@pytest.mark.parametrize(
    "more",
    [
        "RDATE:00010101T000000Z",
        "EXDATE:00010101T000000Z",
        "EXDATE:99991231T235959Z",
        "RDATE;VALUE=PERIOD:00010101T000000Z/PT2H",
        "RRULE:FREQ=WEEKLY;UNTIL=00010101T000000Z",
    ],
)
def test_a_day_of_another_age_refuses_one_event_and_not_the_file(more):
    data = calendar(FAR.format(uid="a", more=more), FAR.format(uid="b", more="RRULE:FREQ=WEEKLY;COUNT=5"))
    found = ical.read("a", data, now=NEW_YEAR, zone=ZoneInfo("UTC"))
    assert [slot.problem and slot.problem[0] for slot in found.slots] == ["bad_date", None]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=DAILY;UNTIL=20260101",
    ],
)
def test_a_rule_that_yields_nothing_costs_no_walk_to_the_year_9999(monkeypatch, rule):
    monkeypatch.setattr(recurrence, "MOST_DAYS", 15_000)  # the days from 1990 until now
    data = calendar(f"UID:a\nSUMMARY:5a-ma\nDTSTART:19900102T090000Z\nDURATION:PT1H\nRRULE:{rule}")
    assert not ical.read("a", data, now=NEW_YEAR, zone=ZoneInfo("UTC")).slots


def test_a_file_of_old_series_is_read_from_about_today_and_has_a_limit(monkeypatch):
    series = [FAR.format(uid=number, more="RRULE:FREQ=DAILY").replace("20261207", "19900102") for number in range(3)]
    monkeypatch.setattr(recurrence, "MOST_DAYS", 3 * 805)
    assert len(ical.read("a", calendar(*series), now=NEW_YEAR, zone=ZoneInfo("UTC")).slots) == 3 * 400
    monkeypatch.setattr(recurrence, "MOST_DAYS", 2 * 805)
    with pytest.raises(Refused) as refusal:
        ical.read("a", calendar(*series), now=NEW_YEAR, zone=ZoneInfo("UTC"))
    assert refusal.value.code == "too_large"


PARTS_OF_RULES = {
    "INTERVAL": [1, 2, 3, 7],
    "COUNT": [1, 4, 30],
    "BYMONTH": ["2", "1,6,12"],
    "BYMONTHDAY": ["1", "29", "31", "-1,15", "-31"],
    "WKST": ["SU", "TH"],
    "BYDAY": ["MO", "TU,SA", "1FR", "-1MO,2WE", "5TU", "SU,MO,TU,WE,TH,FR,SA"],
}


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    often=st.sampled_from(sorted(recurrence.OFTEN)),
    parts=st.fixed_dictionaries({}, optional={name: st.sampled_from(some) for name, some in PARTS_OF_RULES.items()}),
    first=st.dates(date(2023, 12, 25), date(2025, 1, 5)),
    since=st.integers(0, 500),
)
def test_series_are_as_dateutil_has_them(often, parts, first, since):
    if often in ("DAILY", "WEEKLY"):
        parts = {name: value for name, value in parts.items() if not name.startswith("BYMONTH")}
    text = ";".join([f"FREQ={often}", *(f"{name}={value}" for name, value in parts.items())])
    last, since = first + timedelta(days=900), first + timedelta(days=since)
    until = datetime.combine(last, time.max)
    rule = recurrence._repeat(vRecur.from_ical(text))
    assume(any(True for _day in days_of(replace(rule, count=0), first, last, date(2040, 1, 1), int)))  # it walks on
    wanted = rrulestr(text, dtstart=datetime.combine(first, time())).between(datetime(1990, 1, 1), until)
    found = [day for day in days_of(rule, first, since, last, int) if day >= since]
    assert found == [moment.date() for moment in wanted if moment.date() >= since]


def test_a_title_that_names_two_courses_is_a_question(teacher, maths, nine):
    campus.course(code="art", teacher=teacher, station=campus.room("room-2"))
    report = looked(calendar(event(nine, title="5a-ma (art)")), teacher, {})
    assert codes(report) == [("refused", "ambiguous_course")]


def test_our_own_calendar_comes_back(teacher, maths, nine):
    report = looked(calendar(event(nine, title="Algorithms (5a-ma)")), teacher, {})
    assert codes(report) == [("new", "new")]


def test_two_events_of_one_hour_are_not_two_sessions(teacher, maths, nine):
    report = brought(calendar(event(nine), event(nine, uid="u2")), teacher, {})
    assert codes(report) == [("new", "new"), ("refused", "taken")]


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(who, backend="accounts.backends.RoleBackend")
        return client

    return sign_in


def test_the_page_looks_first_and_remembers_the_periods(as_, administrator, maths, grid):
    client = as_(administrator)
    sent = {"file": SimpleUploadedFile("GPU001.TXT", gpu(MONDAY_1)), "join": "on", "names": "x = 5a-ma", **grid}
    page = client.post(PAGE, sent).content.decode()
    assert "Nothing has been changed yet." in page
    assert not maths.timetable.exists()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    done = client.post(f"{PAGE}apply/", {"token": token})
    assert "1 lesson was imported" in done.content.decode()
    assert maths.timetable.count() == 1
    assert TimetableFileSettings.current().periods.splitlines() == PERIODS.splitlines()
    assert "08:50" in client.get(PAGE).content.decode()


def test_a_teacher_sees_no_names_of_other_courses(as_, teacher, maths):
    TimetableFileSettings.objects.create(pk=1, names="x = secret-course", periods=PERIODS)
    page = as_(teacher).get(PAGE).content.decode()
    assert "secret-course" not in page
    assert "08:50" in page


def test_a_wrong_file_is_said_on_the_page(as_, teacher, maths):
    answer = as_(teacher).post(PAGE, {"file": SimpleUploadedFile("x.txt", b"hello")})
    assert answer.status_code == 400
    assert "GPU001.TXT" in answer.content.decode()


def test_the_courses_and_the_timetable_lead_to_it(as_, teacher, maths):
    client = as_(teacher)
    for page in "/attendance/courses/", f"/attendance/courses/{maths.code}/timetable/":
        assert PAGE in client.get(page).content.decode()


# --- the API -------------------------------------------------------------------------------------


def test_the_api_looks_unless_it_is_told_to_apply(as_, teacher, maths, grid):
    client = as_(teacher)

    def send(**more):
        sent = {"file": SimpleUploadedFile("GPU001.TXT", gpu(MONDAY_1)), **grid, **more}
        return client.post(API, sent).json()

    looked = send()
    assert looked["counts"]["new"] == 1
    assert not looked["applied"]
    assert not maths.timetable.exists()
    assert send(apply="true")["applied"]
    assert maths.timetable.count() == 1
    assert send(apply="true")["counts"]["same"] == 1
    assert send(stations="true")["code"] == "not_allowed"


LINES = [
    "UID:a",
    "SUMMARY:5a-ma",
    "DTSTART:20270301T090000Z",
    "DTSTART;TZID=Europe/Vienna:20270328T023000",
    "DTSTART;VALUE=DATE:20270301",
    "DTSTART:rubbish",
    "DTEND:20270301T100000Z",
    "DURATION:PT1H",
    "DURATION:-PT1H",
    "RRULE:FREQ=WEEKLY;UNTIL=20270401",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,2TU;COUNT=5",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "RRULE:FREQ=DAILY;INTERVAL=-1",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
    "RRULE:rubbish",
    "EXDATE:20270308T090000Z",
    "EXDATE;VALUE=DATE:20270315",
    "RDATE:20270303T090000Z,20270304T090000Z",
    "RDATE;VALUE=PERIOD:20270305T090000Z/PT2H",
    "RECURRENCE-ID:20270308T090000Z",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20270308T090000Z",
    "CATEGORIES:a,b",
    "ORGANIZER:mailto:x@example.org",
    "STATUS:CANCELLED",
]


@settings(max_examples=60, deadline=5000, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=7, unique=True), min_size=1, max_size=3))
def test_whatever_a_calendar_holds_it_is_read_or_refused(events):
    try:
        found = ical.read(
            "a", calendar(*map("\n".join, events)), now=datetime(2027, 1, 1, tzinfo=UTC), zone=ZoneInfo("UTC")
        )
    except Refused as refusal:
        assert refusal.code in ("not_a_calendar", "too_large")
    else:
        assert all(slot.problem or slot.when.ends > slot.when.starts for slot in found.slots)
