"""Marking by phone: who is marked, who is not, and what a teacher is asked about. Every attack is a story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import Doubt, PhoneMark, PhoneRules
from attendance.records import corrections
from attendance.rules import phone_windows, places
from attendance.sessions.phone import board_code, codes
from config.web.files.qr import QUIET, qr_path
from tests.conftest import person
from tests.support import attendance as campus

# --- windows -------------------------------------------------------------------------------------

MOMENTS = st.floats(min_value=1.7e9, max_value=2.0e9, allow_nan=False)
EVERY = st.integers(phone_windows.SHORTEST, phone_windows.LONGEST)


@given(MOMENTS, EVERY, st.floats(min_value=0, max_value=60))
def test_a_code_lives_for_one_window_and_the_next(shown, every, later):
    window = phone_windows.window_of(shown, every)
    good = window in phone_windows.accepted(shown + later, every)
    assert not (good and later >= 2 * every)
    assert good or later >= every


@given(MOMENTS, EVERY)
def test_no_code_is_accepted_before_it_is_shown(shown, every):
    assert phone_windows.window_of(shown + every, every) not in phone_windows.accepted(shown, every)


@given(MOMENTS, EVERY)
def test_the_board_asks_again_when_the_window_ends(shown, every):
    left = phone_windows.seconds_left(shown, every)
    assert 0 < left <= every


def test_metres_between_places_and_networks():
    assert places.metres((52.52, 13.405), (52.52, 13.405)) == 0
    assert places.metres((0, 0), (0, 1)) == pytest.approx(111_195, rel=0.001)
    assert places.inside("10.20.3.4", places.networks_of("10.20.0.0/16, 2001:db8::/32"))
    assert places.inside("2001:db8::1", places.networks_of("10.20.0.0/16, 2001:db8::/32"))
    assert not places.inside("", places.networks_of("0.0.0.0/0"))


def test_a_phone_reads_the_qr_code():
    drawn = qr_path("https://ostiary.example.org/attendance/phone/7/#AbC_-9")
    picture = np.full((drawn["size"], drawn["size"]), 255, np.uint8)
    for step in drawn["path"].split("M")[1:]:
        x, y = map(int, step.split("h")[0].split())
        picture[y, x] = 0
    large = cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == "https://ostiary.example.org/attendance/phone/7/#AbC_-9"
    assert picture[:QUIET].min() == 255


# --- the classroom -------------------------------------------------------------------------------


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(ada, grace, teacher=teacher)


@pytest.fixture
def session(cs101, teacher):
    begun = campus.session(cs101, timezone.now().replace(microsecond=0) - campus.minutes(2))
    return codes.switch(begun, on=True, by=teacher)


def code_now(session, ago=0.0):
    at = timezone.now() - timedelta(seconds=ago)
    return codes.code_at(session, at, codes.rules_of(session).every)


class Phone:
    """A browser with its own cookies."""

    def __init__(self, who=None, address="127.0.0.1"):
        self.client, self.address = Client(REMOTE_ADDR=address), address
        if who:
            self.client.force_login(who)

    def scan(self, session, code=None):
        return self.client.post(f"/attendance/phone/{session.pk}/claim/", {"code": code or code_now(session)})

    def press(self, **where):
        return self.client.post("/attendance/phone/", where)

    def mark(self, session, **where):
        assert self.scan(session).headers["Location"] == "/attendance/phone/"
        return self.press(**where)


def status(session, who):
    return session.records.get(person=who).status


def waiting(session):
    return {doubt.person_id: doubt for doubt in session.doubts.filter(resolved_at=None)}


def test_a_person_scans_presses_and_is_present(session, ada):
    text = Phone(ada).mark(session).content.decode()
    assert "Present" in text
    record = session.records.get(person=ada)
    assert (record.status, record.source, record.seen_by) == ("present", "phone", "phone")
    assert PhoneMark.objects.get().counted


def test_who_scans_late_is_late_by_the_course_s_rule(cs101, ada, teacher):
    begun = campus.session(cs101, timezone.now() - campus.minutes(20))
    session = codes.switch(begun, on=True, by=teacher)
    Phone(ada).mark(session)
    assert status(session, ada) == "late"


def test_who_is_not_signed_in_scans_first_and_signs_in_after(session, ada):
    phone = Phone()
    assert phone.scan(session).status_code == 302
    assert "/sign-in/" in phone.client.get("/attendance/phone/").headers["Location"]
    phone.client.force_login(ada)
    assert "Ada Lovelace" in phone.client.get("/attendance/phone/").content.decode()
    phone.press()
    assert status(session, ada) == "present"


def test_pressing_twice_is_one_mark(session, ada):
    phone = Phone(ada)
    phone.mark(session)
    assert phone.press().status_code == 200
    assert session.entries.filter(kind="seen").count() == 1


# --- attacks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [10, 15, 60])
def test_a_photo_of_the_code_is_too_old(session, ada, ago):
    phone = Phone(ada)
    answer = phone.scan(session, code_now(session, ago))
    assert answer.status_code == 410
    assert "no longer valid" in answer.content.decode()
    assert phone.press().status_code == 410
    assert status(session, ada) == "expected"


def test_a_code_of_another_session_or_from_before_opens_nothing(session, cs101, ada, teacher):
    old = code_now(session)
    codes.switch(session, on=False, by=teacher)
    assert Phone(ada).scan(session, old).status_code == 410
    session = codes.switch(session, on=True, by=teacher)
    assert Phone(ada).scan(session, old).status_code == 410
    other = campus.session(campus.course(ada, code="cs2", station=campus.room("r2")), timezone.now())
    other = codes.switch(other, on=True, by=person("a2", "Root", "administrator"))
    assert Phone(ada).scan(other, code_now(session)).status_code == 410


def test_one_phone_for_two_people_marks_only_the_first_and_asks_about_both(session, ada, grace):
    phone = Phone(ada)
    phone.mark(session)
    phone.client.force_login(grace)
    # signing in as someone else drops nothing: the phone is still the same one
    text = phone.mark(session).content.decode()
    assert "already used for another person" in text
    assert status(session, grace) == "expected"
    asked = waiting(session)
    assert asked[grace.pk].detail == {"why": ["device"], "others": [ada.pk]}
    assert asked[ada.pk].detail["others"] == [grace.pk]


def test_the_review_names_both_and_the_teacher_decides(session, ada, grace, teacher, client):
    phone = Phone(ada)
    phone.mark(session)
    phone.client.force_login(grace)
    phone.mark(session)
    client.force_login(teacher)
    text = client.get("/attendance/review/").content.decode()
    assert "The same phone was used for Ada Lovelace." in text
    assert "The same phone was used for Grace Hopper." in text
    asked = waiting(session)
    corrections.resolve(asked[grace.pk], confirmed=True, by=teacher)
    corrections.resolve(asked[ada.pk], confirmed=False, by=teacher)
    assert status(session, grace) == "present"
    assert status(session, ada) == "expected"
    answer = phone.client.post("/attendance/phone/")
    assert answer.status_code == 200  # Grace: already counted


def test_who_was_refused_does_not_ask_again(session, ada, grace, teacher):
    phone = Phone(ada)
    phone.mark(session)
    phone.client.force_login(grace)
    phone.mark(session)
    corrections.resolve(waiting(session)[grace.pk], confirmed=False, by=teacher)
    assert phone.mark(session).status_code == 409
    assert status(session, grace) == "expected"


def test_a_borrowed_private_window_is_not_the_usual_phone(cs101, session, ada, teacher):
    Phone(ada).mark(session)
    later = campus.session(cs101, timezone.now() + campus.minutes(90), opened=False)
    campus.closed(session, 3)
    later = codes.switch(campus.sessions.open_session(later), on=True, by=teacher)
    text = Phone(ada).mark(later).content.decode()
    assert "You usually use another phone." in text
    assert status(later, ada) == "expected"
    corrections.resolve(waiting(later)[ada.pk], confirmed=True, by=teacher)
    assert status(later, ada) == "present"


def test_a_forged_phone_or_ticket_is_none(session, ada):
    phone = Phone(ada)
    phone.scan(session)
    phone.client.cookies["ostiary_phone"] = "mine:forged"
    assert phone.press().status_code == 410
    phone.scan(session)
    phone.client.cookies["ostiary_phone_ticket"] = "forged"
    assert phone.press().status_code == 410
    assert status(session, ada) == "expected"


def test_a_wrong_network_is_not_marked_and_asked_about(session, cs101, ada, grace):
    PhoneRules.objects.create(course=cs101, networks="10.20.0.0/16")
    Phone(ada, "10.20.1.1").mark(session)
    Phone(grace, "192.0.2.7").mark(session)
    assert status(session, ada) == "present"
    assert status(session, grace) == "expected"
    assert waiting(session)[grace.pk].detail["why"] == ["network"]
    assert PhoneMark.objects.get(person=grace).network == "outside"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"latitude": "52.5201", "longitude": "13.4050"}, "present"),
        ({"latitude": "52.6", "longitude": "13.4"}, "expected"),
        ({}, "expected"),
        ({"latitude": "nan", "longitude": "north"}, "expected"),
    ],
)
def test_a_place_that_is_asked_for_is_stored_as_an_answer_only(session, cs101, ada, where, expected):
    PhoneRules.objects.create(course=cs101, latitude=52.52, longitude=13.405, within=100)
    phone = Phone(ada)
    phone.mark(session, **where)
    assert status(session, ada) == expected
    assert PhoneMark.objects.get().place == ("within" if expected == "present" else "outside")
    stored = repr(PhoneMark.objects.values().get()) + repr(list(Doubt.objects.values()))
    assert "52." not in stored


def test_who_is_not_enrolled_and_who_comes_after_the_end(session, librarian, ada):
    assert Phone(librarian).mark(session).status_code == 403
    phone = Phone(ada)
    phone.scan(session)
    campus.closed(session, 3)
    assert phone.press().status_code == 409


def test_guessing_is_limited(session, ada):
    cache.set("phone-claim:127.0.0.1", 600, 60)
    answer = Phone(ada).scan(session)
    assert answer.status_code == 429
    assert session.records.get(person=ada).status == "expected"


def test_a_person_presses_a_dozen_times_a_minute_at_most(session, ada):
    phone = Phone(ada)
    phone.scan(session)
    cache.set(f"phone-mark:{ada.pk}", 12, 60)
    assert phone.press().status_code == 429
    assert status(session, ada) == "expected"


# --- what is not told ----------------------------------------------------------------------------


def test_the_code_is_in_no_address_that_a_server_hears(session):
    told = board_code.now(session)
    path, _hash, code = told["address"].partition("#")
    assert code == code_now(session)
    assert path.endswith(f"/attendance/phone/{session.pk}/")
    assert "?" not in path


def test_cookies_are_for_the_phone_pages_and_no_script(session, ada):
    answer = Phone(ada).scan(session)
    for name in ("ostiary_phone", "ostiary_phone_ticket"):
        cookie = answer.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/attendance/phone/"
    assert answer.cookies["ostiary_phone"].value.partition(":")[0] not in repr(PhoneMark.objects.values())


def test_location_is_allowed_on_the_button_s_page_alone(session, ada):
    phone = Phone(ada)
    phone.scan(session)
    assert "geolocation=(self)" in phone.client.get("/attendance/phone/").headers["Permissions-Policy"]
    assert "geolocation=()" in phone.client.get("/attendance/mine/").headers["Permissions-Policy"]


# --- the teacher's side --------------------------------------------------------------------------


def test_the_teacher_switches_it_on_and_the_board_shows_the_code(cs101, teacher, client):
    session = campus.session(cs101, timezone.now())
    client.force_login(teacher)
    assert client.get(f"/attendance/sessions/{session.pk}/phone/code/").status_code == 409
    answer = client.post(f"/attendance/sessions/{session.pk}/phone/", {"on": "yes"})
    assert answer.headers["Location"] == f"/attendance/sessions/{session.pk}/board/"
    told = client.get(f"/attendance/sessions/{session.pk}/phone/code/").json()
    assert 0 <= told["seconds_left"] <= 5
    assert 'id="phone-code"' in client.get(f"/attendance/sessions/{session.pk}/board/").content.decode()


def test_rules_are_checked(cs101, teacher, client):
    client.force_login(teacher)
    address = "/attendance/courses/cs101/phone/"
    assert client.post(address, {"every": 5, "networks": "all of them"}).status_code == 400
    assert client.post(address, {"every": 60, "networks": ""}).status_code == 400
    assert client.post(address, {"every": 5, "latitude": "52.5"}).status_code == 400
    assert client.post(address, {"every": 4, "networks": "10.0.0.0/8"}).status_code == 302
    assert PhoneRules.objects.get().every == 4


def test_another_teacher_switches_nothing(session, client):
    client.force_login(person("t-other", "Edsger", "teacher"))
    assert client.post(f"/attendance/sessions/{session.pk}/phone/", {"on": "no"}).status_code == 404
    assert client.get(f"/attendance/sessions/{session.pk}/phone/code/").status_code == 404


def test_moments_of_a_code_are_those_of_the_server():
    assert phone_windows.window_of(datetime(2026, 3, 2, tzinfo=UTC).timestamp(), 5) * 5 == 1772409600
