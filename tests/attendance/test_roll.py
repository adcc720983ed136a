"""A class takes its own roll: opening, seeing, closing, correcting, and the file beside the database."""

from __future__ import annotations

import csv
import io
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from attendance.models import Appeal, Doubt
from attendance.records import corrections
from attendance.roll import coverage, csv_file, roll, state
from attendance.sessions import sessions
from config.errors import Refused
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, enrolled, minutes, seen, status, watched


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(enrolled(ada), enrolled(grace), teacher=teacher)


def refusal(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


def test_the_roll_takes_itself(cs101, ada, grace):
    session = campus.session(cs101)
    watched(session)
    assert {record.status for record in session.records.all()} == {"expected"}
    seen(session, ada, 1, 5, 30, 55)
    assert status(session, ada) == "present"
    closed(session)
    assert (status(session, ada), status(session, grace)) == ("present", "absent")


def test_nobody_is_absent_when_the_camera_went_blind(cs101, ada, grace):
    session = campus.session(cs101)
    watched(session, 0, 20)
    watched(session, 30, 60)
    seen(session, ada, 1, 5, 58)
    closed(session)
    record = session.records.get(person=grace)
    assert (record.status, record.note) == ("unverified", "camera_gap")


def test_somebody_without_face_photos_is_unverified_and_the_teacher_sees_why(cs101, ada, librarian):
    cs101.enrollments.create(person=librarian)
    session = campus.session(cs101)
    watched(session)
    closed(session)
    record = session.records.get(person=librarian)
    assert (record.status, record.note) == ("unverified", "not_enrolled")
    assert status(session, ada) == "absent"


def test_a_card_is_as_good_as_a_face(cs101, ada):
    session = campus.session(cs101)
    seen(session, ada, 2, source="card")
    assert status(session, ada) == "present"


def test_two_cameras_that_see_the_same_person_are_one_sighting(cs101, ada):
    session = campus.session(cs101)
    seen(session, ada, 1, 1.1, 1.3)
    assert session.records.get(person=ada).sightings == 1


def test_the_same_message_twice_is_one_line(cs101, ada):
    session = campus.session(cs101)
    seen(session, ada, 1, nonce="n-1")
    seen(session, ada, 20, nonce="n-1")
    assert session.entries.filter(kind="seen").count() == 1


def test_who_is_not_on_the_roster_is_refused(cs101, librarian):
    session = campus.session(cs101)
    assert refusal(seen, session, librarian, 1) == "not_on_roster"
    assert not session.records.filter(person=librarian).exists()


def test_a_clock_that_jumped_is_refused(cs101, ada):
    session = campus.session(cs101, timezone.now() - timedelta(minutes=10))
    assert refusal(seen, session, ada, 600) == "wrong_time"
    assert refusal(seen, session, ada, -600) == "wrong_time"


def test_a_closed_session_takes_no_more_sightings(cs101, ada):
    session = closed(campus.session(cs101))
    assert refusal(seen, session, ada, 1) == "not_open"


def test_opening_and_closing_happen_once(cs101):
    session = campus.session(cs101)
    assert refusal(sessions.open_session, session) == "not_planned"
    closed(session)
    assert refusal(sessions.close_session, session) == "not_open"
    assert list(session.entries.values_list("kind", flat=True)) == ["opened", "closed"]


def test_stopping_early_judges_by_the_time_that_was_held(cs101, ada):
    session = campus.session(cs101)
    watched(session, 0, 30)
    seen(session, ada, 1, 10, 29)
    closed(session, after=30)
    assert status(session, ada) == "present"


def test_the_clock_opens_before_the_start_and_closes_at_the_end(cs101):
    session = campus.session(cs101, opened=False)
    assert sessions.open_due(NINE - minutes(11)) == 0
    assert sessions.open_due(NINE - minutes(10)) == 1
    assert sessions.open_due(NINE - minutes(9)) == 0
    assert sessions.close_due(NINE + minutes(59)) == 0
    assert sessions.close_due(NINE + minutes(60)) == 1
    session.refresh_from_db()
    assert session.is_closed


def test_a_session_that_the_system_slept_through_leaves_nobody_absent(cs101):
    session = campus.session(cs101, opened=False)
    sessions.close_due(NINE + minutes(500))
    assert {record.status for record in session.records.all()} == {"unverified"}


def test_start_now_takes_the_planned_session_or_makes_one(cs101, teacher):
    now = timezone.now()
    planned = campus.session(cs101, now + minutes(20), opened=False)
    assert sessions.start_now(cs101, by=teacher).pk == planned.pk
    assert refusal(sessions.start_now, cs101, by=teacher) == "already_open"


def test_one_room_holds_one_class_at_a_time(cs101, ada, teacher):
    other = campus.course(ada, code="cs102", teacher=teacher)
    sessions.start_now(cs101, by=teacher)
    assert refusal(sessions.start_now, other, by=teacher) == "overlap"


def test_premises_welcome_everybody_and_keep_first_in_and_last_out(ada, teacher):
    door = campus.room("door", view="walk_up")
    office = campus.course(code="office", kind="premises", roster="everyone", station=door, early_before=None)
    day = campus.session(office, length=600)
    seen(day, enrolled(ada), 5, 240, 480, source="kiosk")
    closed(day, 600)
    record = day.records.get(person=ada)
    assert (record.status, record.last_seen - record.first_seen) == ("present", minutes(475))


# --- coverage -----------------------------------------------------------------------------------


def test_heartbeats_become_one_span_and_a_silence_becomes_a_gap(cs101):
    session = campus.session(cs101)
    for second in [*range(0, 120, 5), *range(400, 500, 5)]:
        coverage.note(session, "room-1", NINE + timedelta(seconds=second))
    assert [(span.ended - span.began).seconds for span in coverage.spans(session)] == [115, 95]
    assert [gap.ended - gap.began for gap in coverage.long_gaps(session, NINE + minutes(8))] == [timedelta(seconds=285)]


def test_heartbeats_that_come_late_or_twice_do_no_harm(cs101):
    session = campus.session(cs101)
    for second in (0, 5, 10, 5, 10, 0):
        coverage.note(session, "room-1", NINE + timedelta(seconds=second))
    assert coverage.spans(session) == [coverage.SeeingSpan(NINE, NINE + timedelta(seconds=10))]


# --- corrections --------------------------------------------------------------------------------


def test_a_correction_stands_and_says_why(cs101, grace, teacher):
    session = campus.session(cs101)
    watched(session)
    closed(session)
    corrections.correct(session, grace, "excused", by=teacher, reason="Doctor's note")
    sessions.recompute(session)
    assert status(session, grace) == "excused"
    [line] = [entry for entry in corrections.history(session.records.get(person=grace)) if entry.kind == "corrected"]
    assert (line.reason, line.by) == ("Doctor's note", teacher)


def test_somebody_else_s_teacher_corrects_nothing(cs101, ada, librarian):
    session = campus.session(cs101)
    assert refusal(corrections.correct, session, ada, "present", by=librarian, reason="x") == "not_allowed"


def test_a_closed_session_is_not_corrected_by_the_teacher_of_another_course(cs101, grace):
    stranger = campus_person("perlis")
    stranger.role = "teacher"
    stranger.save()
    campus.course(grace, code="cs999", station=campus.room("room-9"), teacher=stranger)
    session = campus.session(cs101)
    watched(session)
    session = closed(session)
    with pytest.raises(Refused, match="You do not have access to this course") as caught:
        corrections.correct(session, grace, "present", by=stranger, reason="She was in my class")
    assert (caught.value.code, caught.value.status) == ("not_allowed", 403)
    assert status(session, grace) == "absent"


@pytest.mark.parametrize(("to", "reason", "code"), [("expected", "x", "bad_status"), ("present", "  ", "no_reason")])
def test_a_correction_needs_a_status_and_a_reason(cs101, ada, teacher, to, reason, code):
    session = campus.session(cs101)
    assert refusal(corrections.correct, session, ada, to, by=teacher, reason=reason) == code


def test_many_are_set_together_or_not_at_all(cs101, ada, grace, librarian, teacher):
    session = campus.session(cs101)
    with pytest.raises(Refused):
        corrections.correct_many(session, [ada, grace, librarian], "excused", by=teacher, reason="Trip")
    assert status(session, ada) == "expected"
    assert corrections.correct_many(session, [ada, grace], "excused", by=teacher, reason="Trip") == 2


def test_an_appeal_is_answered_once_and_accepting_it_corrects(cs101, grace, ada, teacher):
    session = campus.session(cs101)
    watched(session)
    session = closed(session)
    record = session.records.get(person=grace)
    assert refusal(corrections.appeal, record, "I was there", by=ada) == "not_yours"
    asked = corrections.appeal(record, "I sat in the last row", by=grace)
    assert refusal(corrections.appeal, record, "Really", by=grace) == "appealed"
    corrections.answer(asked, accepted=True, words="I remember", by=teacher)
    assert status(session, grace) == "present"
    assert refusal(corrections.answer, asked, accepted=False, words="No", by=teacher) == "answered"
    corrections.appeal(record, "One more thing", by=grace)
    assert Appeal.objects.count() == 2


def test_a_doubt_that_the_teacher_confirms_is_a_sighting(cs101, grace, teacher):
    session = campus.session(cs101)
    watched(session)
    roll.record_doubt(session.pk, [grace.pk], at=NINE + minutes(3), detail={})
    roll.record_doubt(session.pk, [grace.pk], at=NINE + minutes(4), detail={})
    doubt = Doubt.objects.get()
    assert doubt.looks == 2
    closed(session)
    corrections.resolve(doubt, confirmed=True, by=teacher)
    record = session.records.get(person=grace)
    assert (record.first_seen, record.status) == (NINE + minutes(3), "left_early")
    assert refusal(corrections.resolve, doubt, confirmed=False, by=teacher) == "resolved"


def test_who_may_have_been_seen_is_absent_only_when_the_teacher_says_so(cs101, grace, teacher):
    session = campus.session(cs101)
    watched(session)
    roll.record_doubt(session.pk, [grace.pk], at=NINE + minutes(3), detail={})
    closed(session)
    assert status(session, grace) == "unverified"
    corrections.resolve(Doubt.objects.get(), confirmed=False, by=teacher)
    assert status(session, grace) == "absent"


def test_nobody_is_in_two_rooms_at_once_without_a_doubt(cs101, ada, teacher):
    other = campus.course(ada, code="cs102", station=campus.room("room-2"))
    first, second = campus.session(cs101), campus.session(other)
    seen(first, ada, 5)
    roll.record_arrival(second.pk, ada, at=NINE + minutes(5.5), source="camera", station="room-2")
    assert set(Doubt.objects.values_list("session__course__code", "kind")) == {
        ("cs101", "two_places"),
        ("cs102", "two_places"),
    }


# --- the file -----------------------------------------------------------------------------------


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_the_file_grows_with_the_session_and_equals_the_database(cs101, ada, teacher, committed):
    with committed():
        session = campus.session(cs101)
    watched(session)
    for minute in (1, 5, 58):
        with committed():
            seen(session, ada, minute, confidence=0.8)
    path = csv_file.path_of(session)
    assert path.read_text() == "".join(csv_file.whole(session))
    with committed():
        closed(session)
    with committed():
        corrections.correct(session, ada, "excused", by=teacher, reason="=HYPERLINK(1)\nsecond line")
    text = path.read_text()
    assert text == "".join(csv_file.whole(session))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["event"] for row in rows] == ["opened", "seen", "seen", "seen", "closed", "corrected"]
    assert rows[1]["id_number"] == "s-ada"
    assert rows[1]["confidence"] == "0.80"
    assert rows[-1]["reason"] == "'=HYPERLINK(1) second line"


@pytest.mark.parametrize("left", ["", "line,ti", None, "half"])
def test_what_a_crash_left_is_mended_by_the_next_line(cs101, ada, committed, left):
    with committed():
        session = campus.session(cs101)
        seen(session, ada, 1, 10)
    path = csv_file.path_of(session)
    whole = path.read_bytes()
    if left is None:
        path.unlink()
    else:
        path.write_bytes(whole[: -len(whole) // 3] if left == "half" else left.encode())
    with committed():
        seen(session, ada, 20)
    assert path.read_text() == "".join(csv_file.whole(session))


def test_a_disk_that_is_full_stops_no_class(cs101, ada, committed, settings, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    settings.ATTENDANCE_CSV_DIR = tmp_path / "file"
    with committed():
        session = campus.session(cs101)
        seen(session, ada, 1, source="card")
    assert status(session, ada) == "present"
    assert "could not be written" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_threads_that_write_at_once_leave_one_file_in_order(cs101, teacher):
    people = [enrolled(campus_person(number)) for number in range(8)]
    for person in people:
        cs101.enrollments.create(person=person)
    session = campus.session(cs101)

    def arrive(person):
        try:
            seen(session, person, 2, source="card")
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert session.entries.filter(kind="seen").count() == 8
    assert csv_file.path_of(session).read_text() == "".join(csv_file.whole(session))


def campus_person(number):
    from tests.conftest import person

    return person(f"s-{number}", f"P{number}", last_name="Test")


# --- the board ----------------------------------------------------------------------------------


def test_a_board_of_any_size_costs_few_queries(cs101, django_assert_max_num_queries):
    for number in range(30):
        cs101.enrollments.create(person=campus_person(number))
    session = campus.session(cs101)
    with django_assert_max_num_queries(8):
        hello = state.hello(session)
    assert len(hello["people"]) == 32
    assert hello["session"]["counts"]["expected"] == 32


def test_names_on_the_board_stand_without_id_numbers_or_pictures(cs101, ada):
    session = campus.session(cs101)
    seen(session, ada, 2, source="kiosk", confidence=0.812)
    [row] = [row for row in state.hello(session)["people"] if row["person"] == ada.pk]
    assert (row["initials"], row["status"], row["confidence"], row["label"]) == ("AL", "present", 81, "Present")
    assert "s-ada" not in str(row)
