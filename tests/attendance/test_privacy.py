"""What attendance keeps of a person, for how long, and what goes with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.consent.consent import withdraw_consent
from accounts.consent.notices import current_notice
from accounts.people.lifecycle import delete_person
from accounts.roles import Purpose
from attendance.models import Appeal, AttendanceRecord, ClassSession, Doubt, RollEntry, StaleFile
from attendance.records import corrections
from attendance.roll import csv_file, erasure, retention, roll, state
from attendance.roll.retention import purge
from attendance.sessions import sessions
from attendance.wiring import job_steps
from config.errors import Refused
from recognition.faces.erasure import erase_person
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, enrolled, minutes, seen, status, watched


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def old_class(ada, grace, teacher, committed):
    """A class of long ago: Ada was seen, Grace was excused, and there was a doubt."""
    cs101 = campus.course(enrolled(ada), enrolled(grace), teacher=teacher)
    with committed():
        session = campus.session(cs101)
        watched(session)
        seen(session, ada, 1, 5, 58)
        roll.record_stranger(session.pk, at=NINE + minutes(3), station="room-1")
        roll.record_doubt(session.pk, [grace.pk], at=NINE + minutes(4), detail={})
        closed(session)
        corrections.correct(session, grace, "excused", by=teacher, reason="Doctor's note")
    return ClassSession.objects.get()


def kinds(session):
    return list(session.entries.values_list("kind", flat=True))


def test_sightings_go_when_their_days_are_over_and_the_record_stays(old_class, ada, grace, committed):
    assert kinds(old_class) == ["opened", "seen", "seen", "seen", "stranger", "closed", "corrected"]
    with committed():
        assert purge(timezone.now() + timedelta(days=3650)) == {"roll_sightings": 4, "doubts": 1, "excuses": 0}
    assert kinds(old_class) == ["opened", "closed", "corrected"]
    assert not Doubt.objects.exists()
    assert (status(old_class, ada), status(old_class, grace)) == ("present", "excused")
    assert old_class.records.get(person=ada).first_seen == NINE + minutes(1)
    assert old_class.entries.get(kind="corrected").reason == "Doctor's note"


def test_the_file_beside_the_database_forgets_too(old_class, ada, committed):
    path = csv_file.path_of(old_class)
    assert "s-ada" in path.read_text()
    with committed():
        purge(timezone.now() + timedelta(days=3650))
    assert "s-ada" not in path.read_text()
    assert path.read_text() == "".join(csv_file.whole(old_class))


def test_what_is_younger_or_still_open_is_kept(old_class, settings):
    now = NINE + timedelta(days=settings.ATTENDANCE_DAYS) + timedelta(minutes=59)
    ClassSession.objects.update(closed_at=NINE + minutes(60))
    assert purge(now) == {"roll_sightings": 0, "doubts": 0, "excuses": 0}
    ClassSession.objects.update(state="open")
    assert purge(now + timedelta(days=1)) == {"roll_sightings": 0, "doubts": 0, "excuses": 0}
    ClassSession.objects.update(state="closed")
    assert purge(now + timedelta(days=1))["roll_sightings"] == 4
    assert purge(now + timedelta(days=1))["roll_sightings"] == 0


def test_nobody_becomes_absent_because_sightings_were_forgotten(old_class, ada, teacher):
    purge(timezone.now() + timedelta(days=3650))
    with pytest.raises(Refused, match="Its records are kept") as caught:
        sessions.recompute(old_class)
    assert caught.value.code == "forgotten"
    assert status(old_class, ada) == "present"
    corrections.correct(ClassSession.objects.get(), ada, "late", by=teacher, reason="Came at ten")
    assert status(old_class, ada) == "late"
    assert state.hello(ClassSession.objects.get())["session"]["doubts"] == 0


def test_the_notice_says_what_is_kept_for_how_long(notices, settings):
    text = current_notice(Purpose.ATTENDANCE).text
    assert f"{settings.ATTENDANCE_DAYS} days" in text
    assert "records of the institution" in text
    assert "records of the institution" not in current_notice(Purpose.LIBRARY).text


def test_an_erased_face_leaves_the_record_of_attendance(old_class, ada, notices):
    erase_person(ada, by=None)
    assert status(old_class, ada) == "present"
    assert old_class.entries.filter(person=ada).count() == 3


def test_a_withdrawn_consent_leaves_the_record_and_no_camera_knows_the_person(old_class, ada, notices, teacher):
    withdraw_consent(ada, Purpose.ATTENDANCE, by=ada)
    assert status(old_class, ada) == "present"
    later = campus.session(old_class.course, NINE + timedelta(days=7))
    watched(later)
    closed(later)
    assert later.records.get(person=ada).note == "not_enrolled"


def test_a_deleted_person_goes_from_every_row_and_every_file(old_class, ada, grace, administrator, teacher, committed):
    Appeal.objects.create(record=old_class.records.get(person=ada), message="I was early")
    with committed():
        delete_person(ada, by=administrator)
    text = csv_file.path_of(old_class).read_text()
    assert "Ada" not in text
    assert "s-grace" in text
    assert text == "".join(csv_file.whole(old_class))
    assert not (Appeal.objects.exists() or AttendanceRecord.objects.exclude(person=grace).exists())
    assert not RollEntry.objects.filter(kind="seen").exists()


def test_a_deleted_teacher_leaves_the_corrections_without_a_name(old_class, teacher, administrator, grace, committed):
    assert "t-knuth" in csv_file.path_of(old_class).read_text()
    with committed():
        delete_person(teacher, by=administrator)
    assert "t-knuth" not in csv_file.path_of(old_class).read_text()
    assert status(old_class, grace) == "excused"
    assert old_class.entries.get(kind="corrected").by is None


def test_a_course_goes_with_its_sessions_and_its_files(old_class, administrator, teacher, committed):
    path = csv_file.path_of(old_class)
    with pytest.raises(Refused, match="not_allowed"):
        erasure.delete_course(old_class.course, by=teacher)
    assert path.exists()
    with committed():
        erasure.delete_course(old_class.course, by=administrator)
    assert not ClassSession.objects.exists()
    assert not path.parent.exists()


def test_a_disk_in_trouble_stops_no_deletion(old_class, administrator, committed, monkeypatch, caplog):
    def broken(self, **how):
        raise OSError("read-only")

    path = csv_file.path_of(old_class)
    with monkeypatch.context() as trouble:
        trouble.setattr("pathlib.Path.unlink", broken)
        with committed():
            erasure.delete_course(old_class.course, by=administrator)
    assert not ClassSession.objects.exists()
    assert "could not be written again. It will be retried." in caplog.text and path.exists()
    job_steps.mend_files(timezone.now())
    assert not path.exists() and not StaleFile.objects.exists()


@pytest.mark.parametrize("deed", ["person", "course", "retention"])
def test_kill_right_after_a_deletion_leaves_no_name_in_a_file(old_class, ada, administrator, deed):
    """Nothing that follows the commit is done; another process comes by."""
    path = csv_file.path_of(old_class)
    assert "Ada" in path.read_text()
    if deed == "person":
        delete_person(ada, by=administrator)
    elif deed == "course":
        erasure.delete_course(old_class.course, by=administrator)
    else:
        retention.forget(old_class.pk, timezone.now())
    assert "Ada" in path.read_text()
    job_steps.mend_files(timezone.now())
    assert not path.exists() or ",seen,s-ada" not in path.read_text()
    assert not StaleFile.objects.exists()
