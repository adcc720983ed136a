"""Every second week, sessions of one group, and holidays from a calendar file."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import ClosedDay, Enrollment, TimetableRule
from attendance.rules.times import Weekly, occurrences
from attendance.sessions import of_today, sessions, timetable_changes
from attendance.sessions.calendars.events import events_of
from attendance.sessions.calendars.holidays import import_days
from config.errors import Refused
from tests.support import attendance as campus

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def days(line, since, until):
    return [start.date() for start, _end in occurrences(line, ZoneInfo("UTC"), since=since, until=until)]


@given(DAYS, DAYS, st.integers(0, 6), st.integers(1, 4))
def test_where_we_look_from_moves_no_week(first, since, weekday, interval):
    line = Weekly(weekday, time(9), time(10), first, date(2027, 6, 30), interval)
    whole = days(line, first, line.last_day)
    assert days(line, since, line.last_day) == [day for day in whole if day >= since]
    assert all((one - whole[0]).days % (7 * interval) == 0 for one in whole)
    assert 0 <= (whole[0] - first).days < 7


def test_a_and_b_weeks_share_a_room(ada, teacher):
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    for number, code in enumerate(("a", "b")):
        course = campus.course(ada, code=code, teacher=teacher)
        line = TimetableRule(
            course=course,
            weekday=0,
            starts=time(9),
            ends=time(10),
            first_day=monday + timedelta(weeks=number),
            last_day=monday + timedelta(weeks=30),
            interval=2,
        )
        timetable_changes.save_line(line, by=teacher)
    starts = [
        {timezone.localdate(one.starts_at) for one in line.sessions.all()} for line in TimetableRule.objects.all()
    ]
    assert not starts[0] & starts[1]
    assert len(starts[0]) in (4, 5)


# --- groups --------------------------------------------------------------------------------------


@pytest.fixture
def cs101(ada, grace, teacher):
    course = campus.course(ada, grace, teacher=teacher)
    Enrollment.objects.filter(person=ada).update(group="A")
    Enrollment.objects.filter(person=grace).update(group="B")
    return course


def test_a_session_of_a_group_expects_that_group_alone(cs101, ada, grace, client, teacher):
    session = campus.session(cs101, timezone.now(), opened=False)
    session.group = "A"
    session.save()
    sessions.open_session(session)
    assert [one.person for one in session.records.all()] == [ada]
    assert list(of_today.attended_by(grace, timezone.now())) == []
    assert list(of_today.attended_by(ada, timezone.now())) == [session]
    assert [event.number for event in events_of(ada)] == [session.pk]
    assert events_of(grace) == []
    client.force_login(teacher)
    text = client.get(f"/attendance/sessions/{session.pk}/").content.decode()
    assert "group A" in text
    assert "Grace" not in text


def test_a_timetable_line_plans_sessions_of_its_group(cs101, teacher, client):
    client.force_login(teacher)
    today = timezone.localdate()
    line = {
        "weekday": today.weekday(),
        "starts": "09:00",
        "ends": "10:00",
        "first_day": f"{today}",
        "last_day": f"{today + timedelta(days=40)}",
        "interval": 2,
        "group": "B",
    }
    assert client.post("/attendance/courses/cs101/timetable/", line).status_code == 302
    planned = cs101.sessions.all()
    assert {one.group for one in planned} == {"B"}
    assert len(planned) <= 3
    assert "every second week" in client.get("/attendance/courses/cs101/timetable/").content.decode()


# --- holidays ------------------------------------------------------------------------------------

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:1
SUMMARY:Winter break
DTSTART;VALUE=DATE:20271224
DTEND;VALUE=DATE:20271227
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Labour Day
DTSTART;VALUE=DATE:20270501
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Meeting
DTSTART:20270501T090000Z
DTEND:20270501T100000Z
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Every year
DTSTART;VALUE=DATE:20270101
RRULE:FREQ=YEARLY
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def test_a_calendar_closes_its_days_once(administrator, client):
    client.force_login(administrator)
    file = SimpleUploadedFile("holidays.ics", CALENDAR)
    text = client.post("/attendance/holidays/", {"file": file}, follow=True).content.decode()
    assert "4 days were closed. 2 events were left out" in text
    assert [f"{day.day} {day.name}" for day in ClosedDay.objects.all()] == [
        "2027-05-01 Labour Day",
        "2027-12-24 Winter break",
        "2027-12-25 Winter break",
        "2027-12-26 Winter break",
    ]
    done = import_days(CALENDAR, None, by=administrator)
    assert (done.closed, done.known, done.skipped) == (0, 4, 2)


def test_sessions_on_closed_days_go_away(administrator, teacher, ada):
    course = campus.course(ada, teacher=teacher)
    day = timezone.localdate() + timedelta(days=3)
    line = TimetableRule(
        course=course, weekday=day.weekday(), starts=time(9), ends=time(10), first_day=day, last_day=day
    )
    timetable_changes.save_line(line, by=teacher)
    assert course.sessions.count() == 1
    event = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\nEND:VEVENT\r\n"
    import_days(f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n".encode(), None, by=administrator)
    assert course.sessions.count() == 0


def test_a_damaged_day_closes_nothing_and_the_others_do(administrator):
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\n" for day in ("x", "20270301")
    )
    done = import_days(f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n".encode(), None, by=administrator)
    assert (done.closed, done.skipped) == (1, 1)


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_what_is_not_a_calendar_is_refused(administrator, data):
    with pytest.raises(Refused) as no:
        import_days(data, None, by=administrator)
    assert no.value.code == "not_a_calendar"


def test_a_calendar_that_is_too_large_or_a_teacher_s_is_refused(administrator, teacher):
    for data, by, code in ((b"x" * 1_000_001, administrator, "too_large"), (CALENDAR, teacher, "not_allowed")):
        with pytest.raises(Refused) as no:
            import_days(data, None, by=by)
        assert no.value.code == code
