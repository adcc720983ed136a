"""Shifts that end after midnight: planned, shown and reported on the day on which they began, at their true length."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import ClassSession, ClosedDay, TimetableRule
from attendance.reports.queries import Wanted
from attendance.reports.reports import report
from attendance.rules.times import DAY, meeting, moment
from attendance.sessions import sessions, timetable, timetable_changes
from attendance.sessions.of_today import attended_by, kept_by
from attendance.wiring.people_inside import inside
from tests.support import attendance as campus
from tests.support.api import V1, client_of
from tests.support.attendance import closed, enrolled, seen, watched

ROME = ZoneInfo("Europe/Rome")
ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC")
EVENING = datetime(2026, 3, 2, 22, tzinfo=UTC)  # a Monday; the shift ends on Tuesday at 06:00
NIGHT = 8 * 60  # minutes


@pytest.fixture
def nights(ada, teacher):
    """A shift whose people are at risk of nothing but being forgotten at midnight."""
    return campus.course(enrolled(ada), code="night", teacher=teacher)


def at(monkeypatch, moment_):
    monkeypatch.setattr(timezone, "now", lambda: moment_)
    return moment_


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def monday_nights(course, **more):
    fields = {"first_day": date(2026, 3, 2), "last_day": date(2026, 4, 27), **more}
    return TimetableRule(course=course, weekday=0, starts=time(22), ends=time(6), **fields)


# --- the clock ----------------------------------------------------------------------------------

clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(days, clocks, clocks, st.sampled_from(ZONES))
def test_every_meeting_ends_after_it_starts_and_within_a_day(day, starts, ends, name):
    zone = ZoneInfo(name)
    start, end = meeting(day, starts, ends, zone)
    assert start < end <= start + timedelta(hours=25)
    assert start.utcoffset() == end.utcoffset() == timedelta()
    shown = start.astimezone(zone)
    assert shown.date() == day or shown.time() == time(), "only a midnight that does not exist begins elsewhere"


@given(days, clocks, clocks, st.sampled_from(ZONES))
def test_a_meeting_lasts_as_long_as_the_clocks_say_less_what_they_jumped(day, starts, ends, name):
    zone = ZoneInfo(name)
    start, end = meeting(day, starts, ends, zone)
    on_the_wall = datetime.combine(day if ends > starts else day + DAY, ends) - datetime.combine(day, starts)
    jumped = end.astimezone(zone).utcoffset() - start.astimezone(zone).utcoffset()
    skipped = start.astimezone(zone).time() != starts or end.astimezone(zone).time() != ends
    assert skipped or end - start == on_the_wall - jumped


@given(days, st.sampled_from(ZONES))
def test_a_night_shift_belongs_to_the_day_it_began_and_ends_on_the_next(day, name):
    zone = ZoneInfo(name)
    start, end = meeting(day, time(22), time(6), zone)
    assert (start.astimezone(zone).date(), end.astimezone(zone).date()) == (day, day + DAY)
    assert end - start in {timedelta(hours=hours) for hours in (7, 7.5, 8, 8.5, 9)}


@pytest.mark.parametrize(("evening", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 5, 1), 8)])
def test_a_shift_over_the_clock_change_has_its_true_length(evening, hours):
    start, end = meeting(evening, time(22), time(6), ROME)
    assert end - start == timedelta(hours=hours)


# --- planning -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_by_hand_ends_on_the_next_day_and_the_page_says_so(nights, teacher):
    sent = {"day": "2099-07-01", "starts": "22:00", "ends": "06:00"}
    page = signed_in(teacher).post("/attendance/courses/night/sessions/more/", sent, follow=True).content.decode()
    assert "Planned: 2099-07-01, 22:00–06:00 (next day)." in page
    assert page.count("22:00–06:00 (next day)") == 2  # and in the list
    assert ClassSession.objects.get().ends_at - ClassSession.objects.get().starts_at == timedelta(hours=8)


@pytest.mark.django_db
def test_a_session_by_hand_in_the_skipped_hour_is_not_refused(nights, teacher, settings):
    settings.TIME_ZONE = "Europe/Rome"
    sent = {"day": "2099-03-29", "starts": "02:30", "ends": "03:15"}
    assert signed_in(teacher).post("/attendance/courses/night/sessions/more/", sent).status_code == 302
    session = ClassSession.objects.get()
    assert session.ends_at - session.starts_at == timedelta(minutes=45)


@pytest.mark.django_db
def test_the_api_counts_the_hour_that_happens_twice(nights, teacher, settings):
    """02:30 of the first and 02:15 of the second are 45 minutes apart, whatever the clocks on the wall say."""
    settings.TIME_ZONE = "Europe/Rome"
    sent = {"course": "night", "starts_at": "2099-10-25T02:30:00+02:00", "ends_at": "2099-10-25T02:15:00+01:00"}
    answer = client_of(teacher).post(f"{V1}/attendance/sessions/", sent, format="json")
    assert answer.status_code == 201, answer.content
    assert ClassSession.objects.get().ends_at - ClassSession.objects.get().starts_at == timedelta(minutes=45)
    too_long = sent | {"starts_at": "2099-10-24T12:00:00+02:00", "ends_at": "2099-10-25T11:30:00+01:00"}
    assert client_of(teacher).post(f"{V1}/attendance/sessions/", too_long, format="json").json()["code"] == "too_long"


@pytest.mark.django_db
def test_who_forgets_that_the_end_is_tomorrow_is_told_what_to_enter(nights, teacher):
    sent = {"course": "night", "starts_at": "2099-07-01T22:00:00Z", "ends_at": "2099-07-01T06:00:00Z"}
    answer = client_of(teacher).post(f"{V1}/attendance/sessions/", sent, format="json").json()
    assert "enter the next day" in answer["detail"]


@pytest.mark.django_db
def test_a_closed_day_takes_the_shift_that_begins_on_it_and_no_other(nights, monkeypatch):
    at(monkeypatch, EVENING - DAY)
    ClosedDay.objects.create(day=date(2026, 3, 3))  # the Tuesday on which Monday's shift ends
    ClosedDay.objects.create(day=date(2026, 3, 9))
    timetable_changes.save_line(monday_nights(nights), by=None)
    starts = nights.sessions.order_by("starts_at").values_list("starts_at", flat=True)
    assert [f"{start:%d}" for start in starts][:2] == ["02", "16"]


@pytest.mark.django_db
def test_a_shift_of_the_evening_before_is_in_the_way_of_the_morning(nights, ada, monkeypatch):
    at(monkeypatch, EVENING - DAY)
    timetable_changes.save_line(monday_nights(nights), by=None)
    early = campus.course(ada, code="early")
    line = TimetableRule(course=early, weekday=1, starts=time(5), ends=time(8), last_day=date(2026, 4, 1))
    with pytest.raises(Exception, match=r"night: Monday 22:00-06:00 \(next day\)"):
        timetable_changes.save_line(line, by=None)


# --- while it runs ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("opened", [True, False])
def test_yesterdays_shift_that_still_runs_is_among_todays(nights, teacher, ada, monkeypatch, opened):
    shift = campus.session(nights, EVENING, NIGHT, opened=opened)
    for hours, here in ((1, True), (3, True), (7.9, True), (10, opened)):  # open until it is closed, however late
        now = at(monkeypatch, EVENING + timedelta(hours=hours))
        assert (shift in kept_by(teacher, now)) == (shift in attended_by(ada, now)) == here, hours


@pytest.mark.django_db
def test_yesterdays_shift_that_was_stopped_or_cancelled_is_not_among_todays(nights, teacher):
    stopped = closed(campus.session(nights, EVENING, NIGHT), after=60)
    other = campus.session(nights, EVENING + timedelta(minutes=90), 300, opened=False)
    sessions.cancel(other, by=teacher)
    found = kept_by(teacher, EVENING + timedelta(hours=3))
    assert stopped not in found and other not in found


@pytest.mark.django_db
def test_who_left_the_course_at_midnight_still_finds_the_shift_and_a_newcomer_does_not(nights, ada, grace):
    campus.session(nights, EVENING, NIGHT)
    nights.enrollments.filter(person=ada).update(until=EVENING.date())
    nights.enrollments.create(person=grace, since=EVENING.date() + DAY)
    after = EVENING + timedelta(hours=4)
    assert attended_by(ada, after).count() == 1
    assert attended_by(grace, after).count() == 0


@pytest.mark.django_db
def test_the_pages_of_the_night_say_when_it_ends(nights, teacher, ada, monkeypatch):
    shift = campus.session(nights, EVENING, NIGHT)
    at(monkeypatch, EVENING + timedelta(hours=4))
    for person, address in (
        (teacher, "/attendance/"),
        (teacher, f"/attendance/sessions/{shift.pk}/"),
        (teacher, f"/attendance/sessions/{shift.pk}/board/"),
        (teacher, "/home/"),
        (ada, "/home/"),
    ):
        assert "06:00 (next day)" in signed_in(person).get(address).content.decode(), address


@pytest.mark.django_db
def test_the_evacuation_list_knows_who_came_before_midnight(nights, ada):
    shift = campus.session(nights, EVENING, NIGHT)
    seen(shift, ada, 1, 2)
    assert [one.person for one in inside(EVENING + timedelta(hours=5))] == [ada.pk]
    closed(shift, NIGHT)
    assert not list(inside(EVENING + timedelta(hours=9)))


# --- afterwards ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("evening", [date(2026, 3, 28), date(2026, 5, 1), date(2026, 10, 24)])
def test_lateness_absence_and_leaving_early_are_those_of_true_time(nights, ada, grace, librarian, settings, evening):
    settings.TIME_ZONE = "Europe/Rome"
    for person in (grace, librarian):
        nights.enrollments.create(person=enrolled(person))
    start, end = meeting(evening, time(22), time(6), ROME)
    length = (end - start) / timedelta(minutes=1)
    shift = campus.session(nights, start, length)
    watched(shift, 0, length)
    seen(shift, ada, 11, 30, length - 1)  # after midnight, too
    seen(shift, librarian, 1, 30, length - 40)
    closed(shift, length)
    found = {record.person: record.status for record in shift.records.select_related("person")}
    assert found == {ada: "late", grace: "absent", librarian: "left_early"}


@pytest.mark.django_db
def test_a_report_has_the_shift_on_the_day_it_began(nights, ada):
    shift = campus.session(nights, EVENING, NIGHT)
    watched(shift, 0, NIGHT)
    seen(shift, ada, 1, 2, NIGHT - 1)
    closed(shift, NIGHT)
    monday = date(2026, 3, 2)
    for kind in ("records", "sessions", "people"):
        assert len(list(report(Wanted(kind, monday, monday), by=None).rows)) == 1, kind
        assert not list(report(Wanted(kind, monday + DAY, monday + DAY), by=None).rows), kind
    [line] = report(Wanted("records", monday, monday), by=None).rows
    assert timedelta(hours=7, minutes=58) in line


@pytest.mark.django_db
def test_planning_in_the_small_hours_leaves_the_running_shift_alone(nights, monkeypatch):
    at(monkeypatch, EVENING - DAY)
    timetable_changes.save_line(monday_nights(nights), by=None)
    shift = nights.sessions.order_by("starts_at").first()
    at(monkeypatch, EVENING + timedelta(hours=4))
    assert timetable.plan(nights) == 0
    assert ClassSession.objects.filter(pk=shift.pk, ends_at=moment(date(2026, 3, 3), time(6), ZoneInfo("UTC"))).exists()
