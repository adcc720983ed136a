"""The pages of those who keep rolls: the day, the roll of a session, its corrections, and what waits for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from attendance.models import ClassSession, Course, Enrollment
from attendance.records import corrections
from attendance.roll import csv_file, roll
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, minutes, seen, status, watched

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(campus.enrolled(ada), campus.enrolled(grace), teacher=teacher)


@pytest.fixture
def page(client, teacher):
    """The teacher's browser: `page(address)` is the text that it shows."""
    client.force_login(teacher)

    def get(address, **headers):
        answer = client.get(address, **headers)
        assert answer.status_code == 200, answer.content.decode()
        return " ".join(answer.content.decode().split())

    get.client = client
    return get


@pytest.fixture
def over(cs101, ada):
    """A session that is over: Ada was there, Grace was not, the camera was blind for ten minutes."""
    session = campus.session(cs101)
    watched(session, 0, 20)
    watched(session, 30, 60)
    seen(session, ada, 1, 5, 40, 58, confidence=0.8)
    return closed(session)


def running(course: Course, began=10) -> ClassSession:
    return campus.session(course, timezone.now().replace(microsecond=0) - minutes(began))


def stranger(code="cs999"):
    """Somebody else's teacher, with a course of their own."""
    other = person("t-other", "Edsger", Role.TEACHER)
    campus.course(code=code, teacher=other, station=campus.room("room-9"))
    return other


# --- today --------------------------------------------------------------------------------------


def test_today_shows_my_sessions_and_what_needs_me(page, cs101, over, ada, grace):
    session = running(cs101)
    seen(session, ada, 1, source="card")
    roll.record_doubt(session.pk, [grace.pk], at=timezone.now(), detail={})
    corrections.appeal(over.records.get(person=grace), "I was there", by=grace)
    text = page("/attendance/")
    assert "1 of 2 present" in text
    assert "</b> uncertain face</a>" in text
    assert "</b> appeal to answer</a>" in text
    assert f"/attendance/sessions/{session.pk}/board/" in text


def test_people_of_whom_nobody_knows_stand_on_the_first_page_for_two_weeks(page, cs101, grace):
    recent = campus.session(cs101, timezone.now().replace(microsecond=0) - timedelta(days=2))
    closed(recent)
    text = page("/attendance/")
    assert f"/attendance/sessions/{recent.pk}/?show=unverified" in text
    ClassSession.objects.update(
        starts_at=timezone.now() - timedelta(days=20), ends_at=timezone.now() - timedelta(days=19)
    )
    assert "?show=unverified" not in page("/attendance/")


def test_somebody_else_s_day_is_empty(client, cs101):
    session = running(cs101)
    client.force_login(stranger())
    text = client.get("/attendance/").content.decode()
    assert "No sessions today" in text
    assert f"/sessions/{session.pk}/" not in text


def test_whoever_keeps_no_roll_is_sent_to_their_own_attendance(client, ada):
    client.force_login(ada)
    assert client.get("/attendance/").headers["Location"] == "/attendance/mine/"


def test_start_now_leads_to_the_roll(page, cs101):
    answer = page.client.post("/attendance/start/", {"course": "cs101", "minutes": 45})
    session = ClassSession.objects.get()
    assert answer.headers["Location"] == f"/attendance/sessions/{session.pk}/"
    assert session.is_open
    assert session.ends_at - session.starts_at == minutes(45)


def test_start_now_says_in_its_form_why_not(page, cs101):
    running(cs101)
    answer = page.client.post("/attendance/start/", {"course": "cs101", "minutes": 60})
    assert answer.status_code == 400
    assert "A session of this course is already open." in answer.content.decode()


@pytest.mark.on_every_database
def test_nobody_starts_a_course_of_somebody_else_s(client, cs101):
    client.force_login(stranger())
    assert client.post("/attendance/start/", {"course": "cs101", "minutes": 60}).status_code == 400
    assert not ClassSession.objects.exists()


def test_stopping_asks_first_and_then_judges(page, cs101, ada):
    session = running(cs101)
    assert "Stop the session" in page(f"/attendance/sessions/{session.pk}/stop/")
    page.client.post(f"/attendance/sessions/{session.pk}/stop/")
    assert ClassSession.objects.get().is_closed
    answer = page.client.post(f"/attendance/sessions/{session.pk}/stop/", follow=True)
    assert "This session is not open." in answer.content.decode()


def test_a_cancelled_session_says_why(page, cs101):
    session = campus.session(cs101, timezone.now() + minutes(90), opened=False)
    page.client.post(f"/attendance/sessions/{session.pk}/cancel/", {"reason": "The lecturer is ill"})
    assert ClassSession.objects.get().state == "cancelled"
    assert "The lecturer is ill" in page(f"/attendance/sessions/{session.pk}/")


# --- the roll -----------------------------------------------------------------------------------


def test_the_roll_says_who_was_there_and_when_the_camera_was_blind(page, over):
    text = page(f"/attendance/sessions/{over.pk}/")
    assert "Ada Lovelace" in text
    assert "09:01–09:58" in text
    assert "Room camera, high confidence" in text
    assert "The camera did not see anything 09:20–09:30." in text
    assert "The camera did not see anything for too long" in text  # Grace's note
    assert "83" in text  # % watched


def test_the_roll_can_be_narrowed_by_status_and_by_name(page, over):
    unverified = page(f"/attendance/sessions/{over.pk}/?show=unverified")
    assert "Grace Hopper" in unverified
    assert "Ada Lovelace" not in unverified
    found = page(f"/attendance/sessions/{over.pk}/?q=love+ADA", **HTMX, HTTP_HX_TARGET="roll")
    assert "Ada Lovelace" in found
    assert "Grace Hopper" not in found
    assert "<html" not in found
    assert "No match" in page(f"/attendance/sessions/{over.pk}/?q=nobody")


def test_a_planned_session_shows_who_is_expected(page, cs101):
    session = campus.session(cs101, timezone.now() + timedelta(days=1), opened=False)
    text = page(f"/attendance/sessions/{session.pk}/")
    assert "It opens automatically 10 minutes before it starts." in text
    assert "Ada Lovelace" in text


def test_whoever_joined_later_is_offered_too(page, cs101, over, librarian):
    Enrollment.objects.create(course=cs101, person=librarian)
    text = page(f"/attendance/sessions/{over.pk}/")
    assert "1 person joined the course after the session began" in text
    assert f"/attendance/sessions/{over.pk}/people/{librarian.pk}/" in text


def test_the_csv_is_the_file(page, over):
    answer = page.client.get(f"/attendance/sessions/{over.pk}/csv/")
    text = b"".join(answer.streaming_content).decode()
    assert text == "".join(csv_file.whole(over))
    assert text.count("\n") == 7  # the header, opened, four sightings, closed
    assert csv_file.path_of(over).name in answer.headers["Content-Disposition"]


def test_a_note_stays_on_the_session(page, over):
    answer = page.client.post(f"/attendance/sessions/{over.pk}/note/", {"note": "Fire drill at half past"}, **HTMX)
    assert "Saved" in answer.content.decode()
    assert "Fire drill at half past" in page(f"/attendance/sessions/{over.pk}/")
    long = page.client.post(f"/attendance/sessions/{over.pk}/note/", {"note": "x" * 2001}, **HTMX)
    assert long.status_code == 422
    assert ClassSession.objects.get(pk=over.pk).note == "Fire drill at half past"


def test_judging_again_follows_new_rules_and_leaves_corrections(page, cs101, over, ada, grace, teacher):
    corrections.correct(over, grace, "excused", by=teacher, reason="Doctor")
    Course.objects.update(sightings_needed=9)
    page.client.post(f"/attendance/sessions/{over.pk}/judge-again/")
    assert (status(over, ada), status(over, grace)) == ("unverified", "excused")


def test_a_session_whose_sightings_are_deleted_is_not_judged_again(page, over, ada):
    ClassSession.objects.update(forgotten_at=timezone.now())
    assert "Recalculate all records" not in page(f"/attendance/sessions/{over.pk}/")
    answer = page.client.post(f"/attendance/sessions/{over.pk}/judge-again/", follow=True)
    assert "were deleted" in answer.content.decode()
    assert status(over, ada) == "present"


def test_the_page_of_300_people_costs_thirteen_queries(page, cs101, over, teacher, django_assert_max_num_queries):
    people = [person(f"m-{number}", f"P{number}", last_name="Many") for number in range(298)]
    Enrollment.objects.bulk_create(Enrollment(course=cs101, person=one, group="A") for one in people)
    session = running(cs101)
    seen(session, people[0], 1, source="card")
    corrections.correct(session, people[1], "excused", by=teacher, reason="Trip")
    roll.record_doubt(session.pk, [people[2].pk], at=timezone.now(), detail={})
    with django_assert_max_num_queries(13):
        text = page(f"/attendance/sessions/{session.pk}/")
    assert text.count('class="roll-row"') == 300
    with django_assert_max_num_queries(6):
        page(f"/attendance/sessions/{session.pk}/board/")


# --- corrections --------------------------------------------------------------------------------


def test_a_click_on_a_status_opens_a_small_form_with_common_reasons(page, over, grace):
    part = page(f"/attendance/sessions/{over.pk}/people/{grace.pk}/?status=excused", **HTMX)
    assert "<html" not in part
    assert 'value="excused" checked' in part
    assert "Doctor&#x27;s note" in part
    assert "History: 0 entries" in part


def test_one_more_tap_corrects_and_only_the_row_and_the_sums_come_back(page, over, grace):
    address = f"/attendance/sessions/{over.pk}/people/{grace.pk}/"
    answer = page.client.post(address, {"status": "excused", "common": "Doctor's note"}, **HTMX)
    text = answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"done": {}}'
    assert text.lstrip().startswith(f'<li class="roll-row" id="row-{grace.pk}" data-status="excused"')
    assert "Doctor&#x27;s note" in text
    assert 'id="summary" hx-swap-oob' in text
    assert "Grace Hopper: Excused." in text
    assert status(over, grace) == "excused"
    assert "Donald Knuth" in page(address)


@pytest.mark.parametrize(
    ("sent", "code", "sentence"),
    [
        ({"status": "late"}, "no_reason", "Give a reason in a few words"),
        ({"status": "expected", "reason": "x"}, "bad_status", "is not a status that can be set"),
    ],
)
def test_a_correction_that_is_refused_is_said_in_place_or_on_the_next_page(page, over, grace, sent, code, sentence):
    address = f"/attendance/sessions/{over.pk}/people/{grace.pk}/"
    part = page.client.post(address, sent, **HTMX)
    assert part.headers["X-Refused"] == code
    assert sentence in part.content.decode()
    assert "<html" not in part.content.decode()
    whole = page.client.post(address, sent, follow=True)
    assert sentence in whole.content.decode()
    assert status(over, grace) == "unverified"


def test_without_scripts_the_same_form_is_a_page(page, over, grace):
    assert "<h1" in page(f"/attendance/sessions/{over.pk}/people/{grace.pk}/?status=late")
    page.client.post(f"/attendance/sessions/{over.pk}/people/{grace.pk}/", {"status": "late", "reason": "Bus"})
    assert status(over, grace) == "late"


def test_whoever_has_nothing_to_do_with_a_session_has_no_page_in_it(page, over, librarian):
    assert page.client.get(f"/attendance/sessions/{over.pk}/people/{librarian.pk}/").status_code == 404


def test_several_are_set_at_once_or_nobody(page, over, ada, grace, librarian):
    address = f"/attendance/sessions/{over.pk}/set/"
    sent = {"status": "excused", "reason": "Class trip"}
    answer = page.client.post(address, sent | {"person": [ada.pk, grace.pk]}, **HTMX)
    assert "2 people were set." in answer.content.decode()
    assert (status(over, ada), status(over, grace)) == ("excused", "excused")
    refused = page.client.post(address, {"status": "absent", "reason": "x", "person": [ada.pk, librarian.pk]}, **HTMX)
    assert refused.headers["X-Refused"] == "not_on_roster"
    assert status(over, ada) == "excused"
    assert page.client.post(address, sent, **HTMX).headers["X-Refused"] == "nobody"
    assert page.client.post(address, sent | {"person": ["x", "'"]}, **HTMX).headers["X-Refused"] == "nobody"


# --- somebody else's ----------------------------------------------------------------------------


ADDRESSES = (
    "courses/cs101/",
    "courses/cs101/rules/",
    "courses/cs101/sessions/",
    "courses/cs101/timetable/",
    "sessions/{session}/",
    "sessions/{session}/board/",
    "sessions/{session}/csv/",
    "sessions/{session}/stop/",
    "sessions/{session}/cancel/",
    "sessions/{session}/people/{grace}/",
    "people/{grace}/",
)
ACTS = (
    "courses/cs101/sessions/more/",
    "courses/cs101/timetable/",
    "courses/cs101/rules/",
    "sessions/{session}/cancel/",
    "sessions/{session}/judge-again/",
    "sessions/{session}/note/",
    "sessions/{session}/open/",
    "sessions/{session}/people/{grace}/",
    "sessions/{session}/set/",
    "sessions/{session}/stop/",
    "review/doubts/{doubt}/",
    "review/appeals/{appeal}/",
)


@pytest.fixture
def theirs(over, grace):
    """What stands for the arguments of the addresses."""
    roll.record_doubt(over.pk, [grace.pk], at=NINE + minutes(3), detail={})
    asked = corrections.appeal(over.records.get(person=grace), "I was there", by=grace)
    return {"session": over.pk, "grace": grace.pk, "doubt": over.doubts.get().pk, "appeal": asked.pk}


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_somebody_else_s_is_not_there_to_look_at(client, page, theirs, address):
    address = "/attendance/" + address.format(**theirs)
    page(address) if "csv" not in address else None
    client.force_login(stranger())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ACTS)
def test_what_is_somebody_else_s_is_not_there_to_change(client, theirs, over, grace, address):
    client.force_login(stranger())
    sent = {"status": "present", "reason": "x", "note": "x", "answer": "yes", "words": "x", "person": grace.pk}
    before = list(over.entries.values_list("pk", flat=True))
    assert client.post("/attendance/" + address.format(**theirs), sent).status_code == 404
    assert list(over.entries.values_list("pk", flat=True)) == before
    assert status(over, grace) == "unverified"


def test_a_part_of_a_page_that_is_asked_for_after_signing_out_loads_the_page_again(over):
    answer = Client().get(f"/attendance/sessions/{over.pk}/", **HTMX)
    assert answer.headers["HX-Refresh"] == "true"
    assert b"Ada" not in answer.content


# --- review -------------------------------------------------------------------------------------


def test_a_doubt_is_confirmed_with_one_click_and_only_once(page, theirs, over, grace):
    text = page("/attendance/review/")
    assert "Was this Grace Hopper?" in text
    address = f"/attendance/review/doubts/{theirs['doubt']}/"
    answer = page.client.post(address, {"answer": "yes"}, **HTMX)
    assert "Yes: Grace Hopper was there." in answer.content.decode()
    assert over.records.get(person=grace).first_seen == NINE + minutes(3)
    again = page.client.post(address, {"answer": "no"}, **HTMX)
    assert again.headers["X-Refused"] == "resolved"
    assert "This has already been decided." in again.content.decode()


def test_the_badge_counts_what_is_open_also_after_an_answer_in_place(page, theirs, over):
    assert 'id="review-badge"><span class="badge warning">2<' in page("/attendance/review/")
    answer = page.client.post(f"/attendance/review/doubts/{theirs['doubt']}/", {"answer": "no"}, **HTMX)
    assert 'id="review-badge" hx-swap-oob="true"><span class="badge warning">1<' in answer.content.decode()


def test_a_doubt_that_is_rejected_changes_nothing_on_the_roll(page, theirs, over, grace):
    answer = page.client.post(f"/attendance/review/doubts/{theirs['doubt']}/", {"answer": "no"}, follow=True)
    assert "No: this was not Grace Hopper." in answer.content.decode()
    assert status(over, grace) == "unverified"
    assert "Was this Grace Hopper?" not in page("/attendance/review/")


def test_the_same_person_in_two_places_is_looked_at(page, cs101, ada, teacher):
    other = campus.course(ada, code="cs102", station=campus.room("room-2"), teacher=teacher)
    first, second = running(cs101), running(other)
    seen(first, ada, 5)
    roll.record_arrival(second.pk, ada, at=first.starts_at + minutes(5.5), source="camera", station="room-2")
    text = page("/attendance/review/")
    assert text.count("Ada Lovelace in two places at once") == 2
    doubt = first.doubts.get()
    page.client.post(f"/attendance/review/doubts/{doubt.pk}/", {"answer": "no"})
    assert page("/attendance/review/").count("in two places at once") == 1


def test_places_are_called_as_people_call_them_and_a_line_outlives_its_station(page, cs101, ada):
    session = running(cs101)
    seen(session, ada, 5)
    hall = session.stations.get()
    type(hall).objects.update(name="Lecture hall")
    history = f"/attendance/sessions/{session.pk}/people/{ada.pk}/"
    assert f"{hall.slug}<" not in page(history)
    assert ", Lecture hall" in page(history)
    type(hall).objects.update(slug="gone")
    assert f", {hall.slug}" in page(history)


def test_an_appeal_is_answered_in_words_that_its_person_reads(page, theirs, over, grace, client):
    assert "I was there" in page("/attendance/review/")
    address = f"/attendance/review/appeals/{theirs['appeal']}/"
    assert page.client.post(address, {"answer": "yes"}, **HTMX).headers["X-Refused"] == "no_reason"
    sent = {"answer": "yes", "status": "late", "words": "You came at ten past"}
    assert "can read your answer" in page.client.post(address, sent, **HTMX).content.decode()
    assert status(over, grace) == "late"
    client.force_login(grace)
    assert "You came at ten past" in client.get("/attendance/mine/").content.decode()


def test_the_queue_of_hundreds_costs_few_queries(page, cs101, django_assert_max_num_queries):
    people = [person(f"m-{number}", f"P{number}") for number in range(60)]
    Enrollment.objects.bulk_create(Enrollment(course=cs101, person=one) for one in people)
    session = running(cs101)
    roll.record_doubt(session.pk, [one.pk for one in people], at=timezone.now(), detail={})
    with django_assert_max_num_queries(10):
        text = page("/attendance/review/")
    assert text.count("Was this ") == 50


def test_what_waits_is_counted_in_the_navigation(page, theirs):
    assert '<span class="badge warning">2<span class="visually-hidden"> waiting</span>' in page("/attendance/courses/")


# --- the board ----------------------------------------------------------------------------------


def test_the_board_brings_its_frame_and_the_websocket_the_rest(page, over):
    text = page(f"/attendance/sessions/{over.pk}/board/")
    assert f'data-session="{over.pk}"' in text
    assert "room-1" in text
    assert "Ada" not in text


# --- the header ---------------------------------------------------------------------------------


def test_the_header_marks_the_nearest_part_of_the_site_alone(client, cs101, teacher):
    Enrollment.objects.create(course=cs101, person=teacher)
    client.force_login(teacher)
    text = client.get("/attendance/mine/").content.decode()
    assert '<a href="/attendance/mine/" aria-current="page">' in text
    assert '<a href="/attendance/">' in text
