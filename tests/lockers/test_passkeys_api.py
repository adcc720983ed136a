"""Passkeys over the API: one's own, and for officers those of their customers. Never what they consist of."""

from __future__ import annotations

import pytest

from accounts.models import OutgoingMail
from accounts.roles import Role
from lockers.models import AccessLog, Bank, BankOfficer, Passkey
from tests.conftest import person
from tests.support.api import V1, client_of, code_of, results
from tests.support.lockers import given

# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
PASSKEYS = f"{V1}/lockers/passkeys/"


def passkey(of, name="Phone"):
    secret = {"digest": f"d-{of.pk}-{name}", "credential": "Q1JFRA", "public_key": b"k", "handle": "00ff"}
    return Passkey.objects.create(person=of, name=name, **secret)


def test_everyone_sees_and_removes_their_own_and_no_other(ada, grace):
    mine, other = passkey(ada), passkey(grace)
    api = client_of(ada)
    assert [row["id"] for row in results(api.get(PASSKEYS))] == [mine.pk]
    assert api.delete(f"{PASSKEYS}{other.pk}/").status_code == 404
    assert api.delete(f"{PASSKEYS}{mine.pk}/").status_code == 204
    assert list(Passkey.objects.all()) == [other]


def test_nothing_that_a_passkey_consists_of_comes_out(ada):
    passkey(ada)
    [row] = results(client_of(ada).get(PASSKEYS))
    assert set(row) == {"id", "person", "name", "made_at", "used_at", "invited", "synced", "stopped_at"}


def test_an_officer_removes_a_customer_s_lost_one_and_the_customer_is_told(ada, officer):
    row = passkey(ada)
    assert client_of(officer).delete(f"{PASSKEYS}{row.pk}/").status_code == 204
    entry = AccessLog.objects.get(kind="passkey.removed")
    assert (entry.facts["person"], entry.facts["by"]) == (ada.pk, officer.pk)
    assert OutgoingMail.objects.filter(person=ada).exists()


def test_staff_s_own_is_an_administrator_s_business(librarian, officer, administrator):
    row = passkey(librarian)
    refused = client_of(officer).delete(f"{PASSKEYS}{row.pk}/")
    assert (refused.status_code, code_of(refused)) == (403, "not_a_customer")
    assert client_of(administrator).delete(f"{PASSKEYS}{row.pk}/").status_code == 204


def test_another_bank_s_officer_sees_none_of_a_customer_there(ada, grace, officer):
    door = given(ada)
    Bank.objects.filter(pk=door.bank_id).update(own_officers=True)
    theirs = person("o-tony", "Tony", Role.LOCKER_OFFICER)
    BankOfficer.objects.create(bank=door.bank, person=theirs)
    row, free = passkey(ada), passkey(grace)
    assert [one["id"] for one in results(client_of(officer).get(PASSKEYS))] == [free.pk]
    assert client_of(officer).delete(f"{PASSKEYS}{row.pk}/").status_code == 404
    assert [one["id"] for one in results(client_of(theirs).get(PASSKEYS))] == [free.pk, row.pk]
