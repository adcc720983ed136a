"""What one purpose, or one role, must not learn of another."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.throttling import ScopedRateThrottle

from accounts.roles import Purpose
from recognition.models import BiometricAccess, Sighting, Station
from tests.support.api import V1, client_of, code_of, photo
from tests.support.faces import agrees, enrolled, photos_of

# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]


def same_photo(name):
    return SimpleUploadedFile("again.jpg", photos_of(name)[0].data, "image/jpeg")


def enrol(client, person, *photos, **more):
    form = {"person": person, "purposes": ["library"], "photos": list(photos), **more}
    return client.post(f"{V1}/face-samples/", form, format="multipart")


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_library_does_not_learn_which_photos_the_lockers_keep(librarian, ada, dry_run):
    enrolled(ada, "ada", Purpose.LOCKERS)
    agrees(ada, Purpose.LIBRARY)
    answer = enrol(client_of(librarian), "s-ada", same_photo("ada"), dry_run=dry_run).json()
    verdict = answer["verdicts"][0]
    assert verdict["accepted"]
    assert verdict["code"] is None
    assert answer["photos"] == 1
    assert (verdict["sample"] is None) == dry_run


def test_a_photo_that_the_library_has_is_known_again(librarian, ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    answer = enrol(client_of(librarian), "s-ada", same_photo("ada")).json()
    assert answer["verdicts"][0]["code"] == "already_enrolled"
    assert answer["photos"] == 3


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_lookalike_that_is_named_leaves_a_row_with_the_name(librarian, ada, grace, dry_run):
    """Enrolling compares a face with everybody: anyone who is named by it has been searched for."""
    enrolled(ada, "ada")
    agrees(grace, Purpose.LIBRARY)
    answer = enrol(client_of(librarian), "s-grace", photo("ada"), dry_run=dry_run)
    assert "Ada Lovelace" in answer.json()["warnings"][0]["message"]
    row = BiometricAccess.objects.get(action="lookalike_named")
    assert (row.actor, row.person_id_number, row.detail["while_enrolling"]) == (librarian, "s-ada", "s-grace")


def test_photos_are_judged_no_more_often_than_pictures_are_searched(librarian, ada, monkeypatch):
    """Or a dry run would be a search of everybody without the limit of a search."""
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"identify": "2/min"})
    agrees(ada, Purpose.LIBRARY)
    client = client_of(librarian)
    assert [enrol(client, "s-ada", photo("ada"), dry_run=True).status_code for _ in range(2)] == [200, 200]
    refused = enrol(client, "s-ada", photo("ada"), dry_run=True)
    assert (refused.status_code, code_of(refused)) == (429, "throttled")
    assert client.get(f"{V1}/face-samples/").status_code == 200


def test_a_member_cannot_find_out_who_exists(ada, grace):
    client = client_of(ada)
    answers = [client.post(f"{V1}/consents/", {"person": who, "purpose": "library"}) for who in ("s-grace", "s-nobody")]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].json()["errors"]["person"][0]["code"] == answers[1].json()["errors"]["person"][0]["code"]


def test_a_member_agrees_for_themselves(ada):
    assert client_of(ada).post(f"{V1}/consents/", {"person": "s-ada", "purpose": "library"}).status_code == 201


def test_a_station_of_another_purpose_is_as_if_it_were_not_there(librarian):
    Station.objects.create(slug="bank", name="Bank", purpose=Purpose.LOCKERS)
    client = client_of(librarian)
    told = [
        client.post(f"{V1}/identify/", {"image": photo("ada"), "station": slug}, format="multipart")
        for slug in ("bank", "nowhere")
    ]
    assert [answer.status_code for answer in told] == [409, 409]
    assert [answer.json()["errors"]["station"][0]["code"] for answer in told] == ["does_not_exist"] * 2


@pytest.fixture
def used_desk(ada):
    desk = Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LOCKERS)
    Sighting.objects.create(station=desk, person=ada, outcome="recognised", at="2026-03-02T08:00Z")
    return desk


def test_what_was_seen_for_lockers_does_not_become_the_library_s(administrator, librarian, used_desk):
    """Sightings belong to the purpose for which they were made, so a station that has some keeps its purpose."""
    refused = client_of(administrator).patch(f"{V1}/stations/desk/", {"purpose": "library"})
    assert (refused.status_code, code_of(refused)) == (409, "purpose_in_use")
    assert client_of(librarian).get(f"{V1}/sightings/").json()["results"] == []


def test_the_admin_does_not_change_the_purpose_of_a_used_station_either(client, administrator, used_desk):
    client.force_login(administrator)
    page = f"/admin/recognition/station/{used_desk.pk}/change/"
    form = client.get(page).context["adminform"].form
    values = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    inline = {"devices-TOTAL_FORMS": "0", "devices-INITIAL_FORMS": "0"}
    refused = client.post(page, {**values, **inline, "purpose": "library"})
    assert "purpose" in refused.context["adminform"].form.errors
    used_desk.refresh_from_db()
    assert used_desk.purpose == Purpose.LOCKERS


def test_a_station_that_saw_nobody_yet_may_change_its_purpose(administrator):
    Station.objects.create(slug="new", name="New", purpose=Purpose.LOCKERS)
    assert client_of(administrator).patch(f"{V1}/stations/new/", {"purpose": "library"}).status_code == 200
