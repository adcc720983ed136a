"""Stations and what they saw, through the API."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import Department
from accounts.roles import Purpose
from config.errors import Refused
from recognition.models import Sighting, Station
from recognition.stations import stations
from tests.support.api import V1, client_of, code_of, results

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
NOON = timezone.make_aware(datetime.datetime(2026, 3, 2, 12))


@pytest.fixture
def library_exit(db):
    return Station.objects.create(slug="exit", name="Exit", purpose=Purpose.LIBRARY)


@pytest.fixture
def vault(db):
    return Station.objects.create(slug="vault", name="Vault", purpose=Purpose.LOCKERS)


@pytest.fixture
def room(db):
    return Station.objects.create(slug="room-1", name="Room 1", purpose=Purpose.ATTENDANCE)


def sighting(station, person=None, minutes=0, **fields):
    outcome = "recognised" if person else "unknown"
    record = {"reason": "match", "roster_size": 3, "best": 99, "second": 98}
    at = NOON + datetime.timedelta(minutes=minutes)
    return Sighting.objects.create(
        station=station, person=person, outcome=outcome, at=at, distance=0.2, threshold=0.3, record=record, **fields
    )


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("administrator", {"exit", "vault", "room-1"}),
        ("librarian", {"exit"}),
        ("officer", {"vault"}),
        ("teacher", {"room-1"}),
    ],
)
def test_staff_read_the_stations_of_their_purposes(who, seen, request, library_exit, vault, room):
    client = client_of(request.getfixturevalue(who))
    assert {row["slug"] for row in results(client.get(f"{V1}/stations/"))} == seen
    for station in (library_exit, vault, room):
        expected = 200 if station.slug in seen else 404
        assert client.get(f"{V1}/stations/{station.slug}/").status_code == expected


def test_members_read_no_stations(ada, library_exit):
    assert code_of(client_of(ada).get(f"{V1}/stations/")) == "permission_denied"


def test_an_administrator_adds_and_retires_a_station(administrator):
    Department.objects.create(code="maths", name="Mathematics")
    client = client_of(administrator)
    added = client.post(
        f"{V1}/stations/",
        {"slug": "lab", "name": "Lab", "roster_rule": "department", "roster_value": "maths", "target_fmr": 0.0001},
    )
    assert added.status_code == 201, added.content
    assert client.patch(f"{V1}/stations/lab/", {"active": False}).json()["active"] is False
    assert client.patch(f"{V1}/stations/lab/", {"active": True}).json()["active"] is True
    assert code_of(client.delete(f"{V1}/stations/lab/")) == "method_not_allowed"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"roster_rule": "guesswork"}, "wrong_roster"),
        ({"roster_rule": "department", "roster_value": "nowhere"}, "wrong_roster"),
        ({"slug": "front-door"}, "invalid"),
        ({"target_fmr": 0.9}, "invalid"),
        ({"min_face_px": 10}, "invalid"),
        ({"purpose": "spying"}, "invalid"),
    ],
)
def test_a_station_that_could_not_work_is_refused(administrator, front_door, fields, code):
    answer = client_of(administrator).post(f"{V1}/stations/", {"slug": "new", "name": "New"} | fields)
    assert code_of(answer) == code
    assert Station.objects.count() == 1


def test_changing_one_setting_still_checks_the_roster_as_a_whole(administrator, front_door):
    answer = client_of(administrator).patch(f"{V1}/stations/front-door/", {"roster_rule": "department"})
    assert code_of(answer) == "wrong_roster"


@pytest.mark.parametrize("who", ["librarian", "officer", "teacher", "ada"])
def test_nobody_but_an_administrator_writes_stations(who, request, front_door):
    client = client_of(request.getfixturevalue(who))
    assert code_of(client.post(f"{V1}/stations/", {"slug": "x", "name": "X"})) == "permission_denied"
    assert code_of(client.patch(f"{V1}/stations/front-door/", {"name": "X"})) == "permission_denied"


def test_each_sees_the_sightings_they_may(librarian, officer, teacher, ada, grace, administrator, library_exit, vault):
    sighting(library_exit, ada)
    sighting(library_exit)
    sighting(vault, ada)
    sighting(vault, grace)

    def seen_by(person):
        rows = results(client_of(person).get(f"{V1}/sightings/"))
        return sorted((row["station"], (row["person"] and row["person"]["id_number"]) or "-") for row in rows)

    assert seen_by(librarian) == [("exit", "-"), ("exit", "s-ada")]
    assert seen_by(officer) == [("vault", "s-ada"), ("vault", "s-grace")]
    assert seen_by(ada) == [("exit", "s-ada"), ("vault", "s-ada")]
    assert seen_by(teacher) == []
    assert len(seen_by(administrator)) == 4


def test_a_sighting_explains_itself_and_names_no_neighbour(librarian, ada, library_exit):
    row = sighting(library_exit, ada)
    answer = client_of(librarian).get(f"{V1}/sightings/{row.pk}/").json()
    assert answer == {
        "id": row.pk,
        "station": "exit",
        "person": {"id_number": "s-ada", "name": "Ada Lovelace"},
        "outcome": "recognised",
        "at": "2026-03-02T12:00:00Z",
        "distance": 0.2,
        "threshold": 0.3,
        "margin": None,
        "decision": {"reason": "match", "roster_size": 3},
    }


@pytest.mark.on_every_database
def test_the_numbers_of_a_sighting_have_the_digits_that_mean_something(librarian, ada, library_exit):
    row = sighting(library_exit, ada, margin=0.123456789)
    row.distance, row.threshold, row.record = 0.2345678, 0.3456789, {"target_fmr": 0.00041866784159}
    row.save()
    answer = client_of(librarian).get(f"{V1}/sightings/{row.pk}/").json()
    assert (answer["distance"], answer["threshold"], answer["margin"]) == (0.2346, 0.3457, 0.1235)
    assert answer["decision"]["target_fmr"] == 0.000419


def test_sightings_are_filtered_by_station_person_outcome_and_time(administrator, ada, grace, library_exit, vault):
    rows = [sighting(library_exit, ada), sighting(vault, grace, minutes=10), sighting(vault, minutes=20)]
    client = client_of(administrator)

    def found(query):
        return [rows.index(Sighting(pk=row["id"])) for row in results(client.get(f"{V1}/sightings/?{query}"))]

    assert found("station=vault") == [2, 1]
    assert found("person=s-ada") == [0]
    assert found("outcome=unknown") == [2]
    assert found("since=2026-03-02T12:10:00Z") == [2, 1]
    assert found("before=2026-03-02T13:10:00%2B01:00") == [0]


def test_sightings_are_never_written_through_the_api(administrator, library_exit):
    assert code_of(client_of(administrator).post(f"{V1}/sightings/", {})) == "method_not_allowed"


def test_lists_take_the_same_few_queries_for_any_number(administrator, ada, vault, django_assert_max_num_queries):
    for minute in range(20):
        sighting(vault, ada, minutes=minute)
    client = client_of(administrator)
    with django_assert_max_num_queries(3):
        assert len(results(client.get(f"{V1}/sightings/"))) == 20
    with django_assert_max_num_queries(3):
        assert len(results(client.get(f"{V1}/stations/"))) == 1


def test_an_administrator_gets_a_link_that_pairs_one_screen_and_can_end_it(administrator, library_exit):
    client, address = client_of(administrator), f"{V1}/stations/exit/pairing-code/"
    made = client.post(address).json()
    assert made["link"].endswith(f"/kiosk/pair/#{made['code']}")
    assert client.delete(address).status_code == 204
    with pytest.raises(Refused, match=r"^wrong_code:"):
        stations.pair(made["code"], device_name="Tablet")
    stations.pair(client.post(address).json()["code"], device_name="Tablet")


def test_a_station_that_is_off_gets_no_link_through_the_api(administrator, library_exit):
    Station.objects.update(active=False)
    assert code_of(client_of(administrator).post(f"{V1}/stations/exit/pairing-code/")) == "station_off"
