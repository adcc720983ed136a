"""Who looked at my face: each look at mine, no look at anyone else's, and nothing about other people."""

import datetime

import pytest
from django.utils import timezone

from recognition.faces import access_log
from recognition.models import BiometricAccess
from tests.support.api import V1, client_of


@pytest.fixture
def looked(ada, grace, librarian):
    access_log.record("photo_viewed", actor=librarian, person=ada, purpose="library")
    access_log.record("lookalike_named", actor=librarian, person=ada, while_enrolling=grace.id_number)
    access_log.record("enrolled", actor=ada, person=ada, photos=3)
    access_log.record("photo_removed", actor=librarian, person=grace)


def page(client, person):
    client.force_login(person)
    return client.get("/me/looks/").content.decode()


def test_it_names_who_when_and_what(client, ada, looked):
    text = page(client, ada)
    assert "Barbara Liskov" in text and "Photo viewed" in text and "Library" in text and "You" in text


def test_looks_at_others_and_what_names_others_stay_out(client, ada, grace, librarian, looked):
    text = page(client, ada)
    assert "Photo removed" not in text
    assert grace.id_number not in text and librarian.id_number not in text


def test_without_any_look_it_says_so(client, grace):
    assert "No one has looked at your face data." in page(client, grace)


def test_someone_who_had_the_id_number_before_stays_unknown(client, ada, looked):
    BiometricAccess.objects.update(at=timezone.now() - datetime.timedelta(days=9))
    assert "No one has looked" in page(client, ada)


def test_over_the_api_a_person_reads_their_own(ada, grace, looked):
    rows = client_of(ada).get(f"{V1}/own-looks/").json()["results"]
    assert [row["action"] for row in rows] == ["enrolled", "lookalike_named", "photo_viewed"]
    assert rows[1]["detail"] == {} and rows[2]["by"] == "Barbara Liskov"
    [theirs] = client_of(grace).get(f"{V1}/own-looks/").json()["results"]
    assert theirs["action"] == "photo_removed"


def test_fifty_looks_take_as_many_queries_as_one(client, ada, librarian, django_assert_max_num_queries):
    for _n in range(50):
        access_log.record("photo_viewed", actor=librarian, person=ada)
    client.force_login(ada)
    with django_assert_max_num_queries(8):
        client.get("/me/looks/")
