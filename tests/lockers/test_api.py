"""The lockers over HTTP: what a customer, an officer and a keypad may see and do, and that nothing is done twice."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from lockers.models import Assignment, Keypad, Opening
from tests.conftest import person
from tests.support.api import V1, client_of, code_of, results
from tests.support.lockers import KIOSK, given, key_of, locker

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
LOCKERS = f"{V1}/lockers"


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def post(who, address, body=None, **headers):
    return client_of(who).post(f"{LOCKERS}/{address}", body or {}, format="json", headers=headers)


def test_a_customer_sees_their_own_and_nothing_of_others(ada, grace, officer):
    mine, others = given(ada), given(grace, "2")
    key_of(grace, others)
    client = client_of(ada)
    assert [row["id"] for row in results(client.get(f"{LOCKERS}/doors/"))] == [mine.pk]
    assert [row["locker"] for row in results(client.get(f"{LOCKERS}/assignments/"))] == ["main/1"]
    assert results(client.get(f"{LOCKERS}/attempts/")) == []
    assert [row["id_number"] for row in results(client.get(f"{LOCKERS}/customers/"))] == ["s-ada"]
    assert code_of(client.get(f"{LOCKERS}/doors/{others.pk}/")) == "not_found"
    everything = results(client_of(officer).get(f"{LOCKERS}/customers/"))
    assert {row["id_number"]: row["lockers"] for row in everything} == {"s-ada": ["main/1"], "s-grace": ["main/2"]}


def test_a_joint_holder_is_named_and_sees_the_locker(ada, grace):
    given(ada, joint=[grace])
    [row] = results(client_of(grace).get(f"{LOCKERS}/assignments/"))
    days = {"starts_on": None, "ends_on": None}
    assert row["joint_holders"] == [{"id_number": "s-grace", "name": "Grace Hopper"} | days]
    assert row["customer"]["id_number"] == "s-ada"


def test_a_new_customer_does_not_see_who_opened_the_locker_before_them(ada, grace, officer):
    mine = given(ada)
    Opening.objects.create(transaction="t", locker=mine, route="key", person=ada, state="closed")
    assert len(results(client_of(ada).get(f"{LOCKERS}/openings/"))) == 1
    Assignment.objects.update(open_slot=None)
    from lockers.assignments import registration

    registration.assign(mine, grace, by=officer)
    assert results(client_of(grace).get(f"{LOCKERS}/openings/")) == []
    assert results(client_of(ada).get(f"{LOCKERS}/openings/")) == []


def test_a_keypad_redeems_for_everybody_and_a_customer_only_for_themselves(ada, grace, officer):
    mine = given(ada, joint=[grace])
    body = {"key": key_of(ada, mine).code, "locker_id": mine.pk, "station": KIOSK}
    assert code_of(post(grace, "keys/redeem/", body)) == "bad_key"
    answer = post(officer, "keys/redeem/", body)
    assert answer.status_code == 200 and answer.json()["state"] == "authorised"
    assert answer.json()["person"]["id_number"] == "s-ada"


def test_a_repeated_request_gets_the_same_opening(ada, officer):
    mine = given(ada)
    body = {"key": key_of(ada, mine).code, "locker_id": mine.pk, "station": KIOSK}
    first = post(officer, "keys/redeem/", body, **{"Idempotency-Key": "k-1"})
    again = post(officer, "keys/redeem/", body, **{"Idempotency-Key": "k-1"})
    assert first.json()["id"] == again.json()["id"] and Opening.objects.count() == 1
    assert code_of(post(officer, "keys/redeem/", body)) == "bad_key"


def test_a_wrong_key_is_counted_whatever_headers_it_comes_with(ada, officer):
    mine = given(ada)
    body = {"key": "WRONGKEY", "locker_id": mine.pk, "station": KIOSK}
    for number in range(5):
        assert code_of(post(officer, "keys/redeem/", body, **{"Idempotency-Key": f"k-{number}"})) == "bad_key"
    assert Keypad.objects.get().wrong == 5
    refused = post(officer, "keys/redeem/", body)
    assert code_of(refused) == "keypad_waits" and refused.status_code == 429


def test_an_override_takes_a_reason_and_for_a_vault_another_officer(ada, officer):
    vault, second = given(ada, kind="vault"), person("o-tony", "Tony", Role.LOCKER_OFFICER)
    assert code_of(post(officer, f"doors/{vault.pk}/override/")) == "invalid"
    made = post(officer, f"doors/{vault.pk}/override/", {"reason": "Court order"}, **{"Idempotency-Key": "o-1"})
    again = post(officer, f"doors/{vault.pk}/override/", {"reason": "Court order"}, **{"Idempotency-Key": "o-1"})
    assert made.status_code == 201 and again.json() == made.json() and Opening.objects.count() == 1
    number = made.json()["id"]
    assert code_of(post(officer, f"openings/{number}/approve/")) == "own_request"
    assert code_of(post(ada, f"openings/{number}/approve/")) == "permission_denied"
    assert post(second, f"openings/{number}/approve/").json()["state"] == "authorised"


def test_an_officer_assigns_and_releases(ada, grace, officer):
    box = locker()
    body = {"customer": "s-ada", "locker_id": box.pk, "joint_holders": ["s-grace"]}
    made = post(officer, "assignments/", body)
    assert made.status_code == 201 and made.json()["joint_holders"][0]["id_number"] == "s-grace"
    assert code_of(post(officer, "assignments/", body)) == "locker_taken"
    address = f"assignments/{made.json()['id']}/release/"
    assert code_of(post(officer, address, {"checklist": {"emptied": True}})) == "checklist_incomplete"
    done = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True)
    assert post(officer, address, {"checklist": done}).json()["released_at"]
