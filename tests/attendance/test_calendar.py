"""Sessions in everybody's own calendar: what stands in it, and who can open it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from attendance.models import CalendarFeed, ClassSession, Enrollment
from attendance.sessions import sessions
from attendance.sessions.calendars import feeds
from attendance.sessions.calendars.events import events_of
from tests.conftest import Role, person
from tests.support import attendance as campus

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday():
    """A moment of next week, at nine in the site's own time."""
    return timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7)


@pytest.fixture
def cs101(ada, teacher):
    return campus.course(ada, teacher=teacher)


@pytest.fixture
def planned(cs101, monday):
    return campus.session(cs101, monday, 90, opened=False)


def address(who):
    return f"/attendance/calendar/{feeds.token_of(feeds.feed_of(who) or feeds.renew(who))}.ics"


def calendar(client, who, **headers):
    answer = client.get(address(who), headers=headers)
    assert answer.status_code == 200, answer.status_code
    return Calendar.from_ical(answer.content)


def titles(client, who):
    return [str(event["SUMMARY"]) for event in calendar(client, who).walk("VEVENT")]


# --- what stands in it --------------------------------------------------------------------------


def test_a_session_stands_in_the_calendars_of_its_teacher_and_its_students(client, planned, ada, teacher, monday):
    planned.stations.update(place="Building 3, room 12")
    for who in (ada, teacher):
        [event] = calendar(client, who).walk("VEVENT")
        assert str(event["SUMMARY"]) == "Algorithms (cs101)"
        assert event["DTSTART"].dt == monday.astimezone(UTC)
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=90)
        assert str(event["LOCATION"]) == "Building 3, room 12"
        assert str(event["STATUS"]) == "CONFIRMED"


def test_the_file_is_what_calendars_ask_for(client, planned, ada):
    answer = client.get(address(ada))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "METHOD:PUBLISH\r\n" in text
    assert "\r\nDTSTART:" in text
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_nobody_sees_the_sessions_of_other_courses(client, planned, grace, administrator):
    stranger = person("t-perlis", "Alan", Role.TEACHER)
    assert titles(client, grace) == titles(client, stranger) == titles(client, administrator) == []


def test_an_enrolment_counts_from_its_first_to_its_last_day(client, cs101, ada, monday):
    for week in range(3):
        campus.session(cs101, monday + timedelta(weeks=week), opened=False)
    day = timezone.localtime(monday).date()
    Enrollment.objects.update(since=day, until=day + timedelta(days=7))
    assert len(titles(client, ada)) == 2
    Enrollment.objects.update(since=day + timedelta(days=1), until=day + timedelta(days=6))
    assert titles(client, ada) == []


def test_a_cancelled_session_says_so_with_its_reason_and_keeps_its_number(client, planned, ada, teacher):
    [before] = calendar(client, ada).walk("VEVENT")
    sessions.cancel(planned, by=teacher, reason="Strike, see you; next\nweek")
    [after] = calendar(client, ada).walk("VEVENT")
    assert (str(after["STATUS"]), str(after["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert str(after["DESCRIPTION"]) == "Strike, see you; next\nweek"
    assert str(before["UID"]) == str(after["UID"])


def test_a_teacher_s_own_note_stays_with_the_teacher(client, planned, ada):
    ClassSession.objects.update(note="Bring the spare key")
    assert "spare key" not in client.get(address(ada)).content.decode()


def test_the_number_of_a_session_stays_when_it_moves(client, planned, ada, monday):
    [before] = calendar(client, ada).walk("VEVENT")
    ClassSession.objects.update(starts_at=monday + timedelta(hours=1), ends_at=monday + timedelta(hours=2))
    [after] = calendar(client, ada).walk("VEVENT")
    assert str(before["UID"]) == str(after["UID"])
    assert after["DTSTART"].dt == (monday + timedelta(hours=1)).astimezone(UTC)


def test_the_clock_on_the_wall_decides_on_which_day_an_enrolment_ends(cs101, ada, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    noon_utc = datetime(2026, 6, 1, 12, tzinfo=UTC)  # there the 2nd has begun
    campus.session(cs101, noon_utc, opened=False)
    Enrollment.objects.update(until="2026-06-01")
    assert events_of(ada, now=noon_utc) == []
    Enrollment.objects.update(until="2026-06-02")
    assert len(events_of(ada, now=noon_utc)) == 1


def test_doors_and_long_ago_are_left_out(cs101, ada, monday):
    door = campus.course(ada, code="office", kind="premises", station=campus.room("door"))
    campus.session(door, monday, opened=False)
    campus.session(cs101, timezone.now() - timedelta(days=120), opened=False)
    campus.session(cs101, timezone.now() - timedelta(days=80), opened=False)
    assert len(events_of(ada)) == 1


def test_a_full_calendar_costs_few_queries(client, cs101, ada, monday, django_assert_max_num_queries):
    for number in range(30):
        campus.session(cs101, monday + timedelta(hours=number), 30, opened=False)
    path = address(ada)
    client.get(path)
    with django_assert_max_num_queries(7):
        assert client.get(path).status_code == 200


# --- asked again --------------------------------------------------------------------------------


def test_a_calendar_that_has_it_already_is_told_so(client, planned, ada):
    path = address(ada)
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    assert client.get(path).content == first.content
    assert client.head(path).status_code == 200


def test_what_has_changed_is_sent_again(client, planned, ada, teacher, monkeypatch):
    path = address(ada)
    first = client.get(path)
    later = timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: later)
    sessions.cancel(planned, by=teacher)
    again = client.get(path, headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    assert again["Last-Modified"] != first["Last-Modified"]


# --- who can open it ----------------------------------------------------------------------------


def test_a_token_that_is_not_ours_opens_nothing(client, planned, ada):
    path = address(ada)
    assert client.get(path).status_code == 200
    key = CalendarFeed.objects.get().key
    for token in (key, f"{key}.{'x' * 27}", feeds.SIGNER.sign("x" * 24), "x"):
        assert client.get(f"/attendance/calendar/{token}.ics").status_code == 404
    assert client.post(path).status_code == 405


def test_a_new_address_ends_the_old_one(client, planned, ada):
    old = address(ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    page = client.post("/attendance/calendar/new/", follow=True).content.decode()
    assert "The old one no longer works." in page
    new = address(ada)
    assert new in page
    assert old != new
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_an_address_that_was_ended_leads_nowhere(client, planned, ada):
    path = address(ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    assert path in client.get("/attendance/calendar/").content.decode()
    client.post("/attendance/calendar/end/")
    assert client.get(path).status_code == 404
    assert "You have no calendar address yet" in client.get("/attendance/calendar/").content.decode()


def test_whoever_may_not_sign_in_any_more_has_no_calendar(client, planned, ada):
    path = address(ada)
    ada.is_active = False
    ada.save()
    assert client.get(path).status_code == 404


def test_a_teacher_who_is_none_any_more_sees_their_courses_no_more(client, planned, teacher):
    assert len(titles(client, teacher)) == 1
    teacher.role = Role.MEMBER
    teacher.save()
    assert titles(client, teacher) == []


def test_a_new_secret_key_ends_every_address(client, planned, ada, settings, monkeypatch):
    path = address(ada)
    settings.SECRET_KEY = "another" * 10
    from django.core import signing

    monkeypatch.setattr(feeds, "SIGNER", signing.Signer(sep=".", salt="attendance.calendars"))
    assert client.get(path).status_code == 404


def test_an_address_is_no_sign_in(client, planned, ada):
    client.get(address(ada))
    assert client.get("/attendance/calendar/").status_code == 302
    assert client.get("/me/").status_code == 302


def test_the_page_says_when_a_calendar_last_asked(client, planned, ada):
    path = address(ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    assert "Not fetched by a calendar yet." in client.get("/attendance/calendar/").content.decode()
    client.get(path)
    page = client.get("/attendance/calendar/").content.decode()
    assert "Last fetched by a calendar on" in page
    assert "webcal://" in page
    assert "1 session in the calendar now." in page


def test_the_address_leads_to_the_site_whatever_a_request_calls_it(client, planned, ada, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://ostiary.example.org", ["*"]
    path = address(ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    page = client.get("/attendance/calendar/", headers={"Host": "elsewhere.example.com"}).content.decode()
    assert f"https://ostiary.example.org{path}" in page and f"webcal://ostiary.example.org{path}" in page
    assert "elsewhere.example.com" not in page


def test_what_is_stored_about_a_person_names_the_address(client, planned, ada):
    address(ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    assert "Calendar address" in client.get("/me/").content.decode()
