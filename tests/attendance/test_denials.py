"""“Not this person” on the roll, in review, by the person themself and at the kiosk: what becomes of the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Purpose
from attendance.models import Doubt, RollEntry
from attendance.records import corrections
from attendance.roll import csv_file, roll
from attendance.sessions import station_app
from config.errors import Refused
from recognition.models import ImpostorExample, Station
from recognition.sightings import probes
from recognition.stations import denials, stations
from tests.conftest import person
from tests.support import attendance as campus
from tests.support.attendance import status
from tests.support.faces import enrolled
from tests.support.impostors import look_of, near, stricter, taken_for

# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = pytest.mark.same_on_every_database

DOUBLE = near(look_of("ada"), 0.4)


@pytest.fixture(autouse=True)
def two_points(monkeypatch):
    stricter(monkeypatch)
    probes.forget()


@pytest.fixture
def kiosk(db):
    return campus.room("kiosk-1", view=Station.View.WALK_UP)


@pytest.fixture
def session(ada, grace, teacher, kiosk, notices):
    enrolled(ada, "ada", Purpose.ATTENDANCE)
    start = (timezone.now() - timedelta(minutes=5)).replace(microsecond=0)
    return campus.session(campus.course(ada, grace, teacher=teacher, station=kiosk), start)


@pytest.fixture
def mistaken(session, ada, kiosk):
    """A stranger has been taken for Ada at the kiosk."""
    return taken_for(ada, kiosk, DOUBLE)


def seen(session, person):
    return session.entries.get(person=person, kind="seen")


def test_the_teacher_strikes_the_line_and_the_record_follows(session, mistaken, ada, teacher):
    assert status(session, ada) == "present"
    said = station_app.not_this_person(seen(session, ada), by=teacher)
    assert "not be recognised as that person again" in said
    record = session.records.get(person=ada)
    assert (record.status, record.first_seen, record.sightings) == ("expected", None, 0)
    kinds = list(session.entries.filter(person=ada).values_list("kind", "by"))
    assert kinds == [("seen", None), ("denied", teacher.pk)], "nothing is deleted: a line says so, with a name"
    assert "denied" in "".join(csv_file.whole(session))
    assert ImpostorExample.objects.get().source == "roll"


def test_the_real_ada_comes_later_and_counts(session, mistaken, ada, teacher, kiosk):
    station_app.not_this_person(seen(session, ada), by=teacher)
    taken_for(ada, kiosk, look_of("ada"), at=timezone.now() + timedelta(seconds=1), distance=0.1)
    assert status(session, ada) == "present"


def test_only_what_followed_from_that_greeting_is_struck(session, ada, teacher, kiosk):
    """Seen by the kiosk as herself, later a stranger is taken for her: her own sighting stands."""
    taken_for(ada, kiosk, look_of("ada"), at=timezone.now() - timedelta(minutes=4), distance=0.1)
    taken_for(ada, kiosk, DOUBLE, at=timezone.now())
    second = session.entries.filter(person=ada, kind="seen").last()
    station_app.not_this_person(second, by=teacher)
    record = session.records.get(person=ada)
    assert (record.status, record.sightings) == ("present", 1)


def test_a_correction_stands_whatever_is_struck(session, mistaken, ada, teacher):
    corrections.correct(session, ada, "excused", by=teacher, reason="ill")
    station_app.not_this_person(seen(session, ada), by=teacher)
    assert status(session, ada) == "excused"


def test_striking_twice_is_one_line(session, mistaken, ada, teacher):
    line = seen(session, ada)
    station_app.not_this_person(line, by=teacher)
    station_app.not_this_person(line, by=teacher)
    assert session.entries.filter(kind="denied").count() == 1


def test_a_teacher_of_another_course_may_not(session, mistaken, ada):
    other = person("t-other", "Edgar", "teacher")
    with pytest.raises(Refused, match=r"^not_allowed:"):
        station_app.not_this_person(seen(session, ada), by=other)
    assert status(session, ada) == "present" and not ImpostorExample.objects.exists()


def test_a_card_is_corrected_otherwise(session, grace, teacher):
    roll.record_arrival(session.pk, grace, at=timezone.now(), source="card", station="kiosk-1")
    with pytest.raises(Refused, match=r"^not_by_face:"):
        station_app.not_this_person(seen(session, grace), by=teacher)


def test_when_the_look_is_gone_the_roll_is_corrected_all_the_same(session, mistaken, ada, teacher):
    mistaken.delete()
    assert "The face could not be learned" in station_app.not_this_person(seen(session, ada), by=teacher)
    assert status(session, ada) == "expected"


# --- by who is not sure to be right -----------------------------------------------------------------


def test_not_me_at_the_kiosk_waits_for_the_teacher(session, mistaken, ada, teacher, kiosk):
    device, _token = stations.pair(stations.new_pairing_code(kiosk, by=None), device_name="Tablet")
    denials.at_kiosk(device, ada.pk)
    assert status(session, ada) == "present", "nobody has signed in: nothing changes before somebody has looked"
    doubt = Doubt.objects.get()
    assert (doubt.kind, doubt.person, doubt.detail["source"]) == ("denied", ada, "kiosk")
    corrections.resolve(doubt, confirmed=False, by=teacher)
    assert status(session, ada) == "expected"
    assert ImpostorExample.objects.exists()


def test_the_teacher_saw_that_it_was_her_and_the_example_is_forgotten(session, mistaken, ada, teacher, kiosk):
    device, _token = stations.pair(stations.new_pairing_code(kiosk, by=None), device_name="Tablet")
    denials.at_kiosk(device, ada.pk)
    corrections.resolve(Doubt.objects.get(), confirmed=True, by=teacher)
    assert status(session, ada) == "present" and not ImpostorExample.objects.exists()
    assert not session.entries.filter(kind="denied").exists()


def test_the_person_says_so_themself_on_their_page(session, mistaken, ada, teacher, client):
    client.force_login(ada)
    page = client.get("/attendance/mine/").content.decode()
    assert "That was not me" in page
    record = session.records.get(person=ada)
    client.post(f"/attendance/mine/{record.pk}/not-me/")
    assert Doubt.objects.get().detail["source"] == "self" and status(session, ada) == "present"
    client.force_login(teacher)
    review = client.get("/attendance/review/").content.decode()
    assert "Ada says that the camera saw another person" in review
    client.post(f"/attendance/review/doubts/{Doubt.objects.get().pk}/", {"answer": "no"})
    assert status(session, ada) == "expected"


def test_nobody_denies_for_somebody_else_or_without_a_camera(session, mistaken, ada, grace, client):
    client.force_login(grace)
    assert client.post(f"/attendance/mine/{session.records.get(person=ada).pk}/not-me/").status_code == 404
    with pytest.raises(Refused, match=r"^not_by_face:"):
        station_app.not_me(session.records.get(person=grace), by=grace)
    with pytest.raises(Refused, match=r"^not_yours:"):
        station_app.not_me(session.records.get(person=ada), by=grace)


def test_a_person_who_says_it_all_the_time_is_sent_to_the_teacher(session, mistaken, ada):
    record = session.records.get(person=ada)
    for _ in range(station_app.NOT_ME_A_DAY):
        station_app.not_me(record, by=ada)
    with pytest.raises(Refused, match=r"^too_many_attempts:"):
        station_app.not_me(record, by=ada)
    assert Doubt.objects.count() == 1 and ImpostorExample.objects.count() == 1


def test_seen_in_two_places_and_here_it_was_somebody_else(session, mistaken, ada, teacher, client):
    doubt = Doubt.objects.create(session=session, person=ada, kind="two_places", at=mistaken.at, detail={})
    client.force_login(teacher)
    client.post(f"/attendance/review/doubts/{doubt.pk}/", {"answer": "denied"})
    assert status(session, ada) == "expected"
    assert Doubt.objects.get().resolved_by == teacher


# --- on the page ------------------------------------------------------------------------------------


def test_the_page_of_one_person_offers_it_once(session, mistaken, ada, teacher, client):
    client.force_login(teacher)
    address = f"/attendance/sessions/{session.pk}/people/{ada.pk}/"
    line = seen(session, ada)
    assert f"not-them/{line.pk}/" in client.get(address).content.decode()
    answer = client.post(f"{address}not-them/{line.pk}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "The roll was corrected" in answer.content.decode()
    assert "not-them/" not in client.get(address).content.decode()


def test_what_is_old_goes_with_the_sightings(session, mistaken, ada, teacher, settings):
    station_app.not_this_person(seen(session, ada), by=teacher)
    campus.closed(session)
    from attendance.roll import retention

    retention.purge(timezone.now() + timedelta(days=settings.ATTENDANCE_DAYS + 1))
    assert not RollEntry.objects.filter(kind__in=("seen", "denied")).exists()
