"""Door devices over the API: a secret goes in and never comes out; a trial is what it is in the administration."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.contrib.admin.models import LogEntry

from config.door_relays.models import DoorDevice
from lockers.models import AccessLog
from tests.config.test_door_templates import at_door
from tests.support.api import V1, client_of, code_of, results
from tests.support.devices import Shelly, standing
from tests.support.lockers import given, locker

# What may be sent to a device is Python.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
DEVICES = f"{V1}/door-devices/"


@pytest.fixture(autouse=True)
def this_machine(settings):
    settings.DOOR_RELAY_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def api(administrator):
    return client_of(administrator)


def test_devices_are_listed_with_their_kind_and_without_their_secret(api):
    at_door("shelly", "10.0.0.1", user="admin")
    answer = api.get(f"{DEVICES}?place=lockers&active=true")
    [row] = results(answer)
    assert (row["kind"][:6], row["host"], row["has_secret"]) == ("Shelly", "10.0.0.1", True)
    assert "geheim" not in answer.content.decode() and "sealed" not in row
    assert results(api.get(f"{DEVICES}?place=library")) == []


def test_a_new_secret_is_sealed_and_a_device_can_do_without_one(api):
    row = at_door("shelly", "10.0.0.1")
    answer = api.patch(f"{DEVICES}{row.pk}/", {"secret": " s p a c e "})
    assert "s p a c e" not in answer.content.decode()
    assert DoorDevice.objects.get().unsealed() == " s p a c e "
    assert api.patch(f"{DEVICES}{row.pk}/", {"forget_secret": True}).json()["has_secret"] is False
    assert DoorDevice.objects.get().sealed == ""


def test_a_secret_is_not_carried_along_to_another_host(api):
    row = at_door("shelly", "10.0.0.1")
    assert code_of(api.patch(f"{DEVICES}{row.pk}/", {"host": "10.0.0.66"})) == "secret_again"
    assert DoorDevice.objects.get().host == "10.0.0.1"
    assert api.patch(f"{DEVICES}{row.pk}/", {"host": "10.0.0.66", "secret": "new"}).status_code == 200
    assert DoorDevice.objects.get().unsealed() == "new"


@pytest.mark.parametrize(
    "wanted", [{"host": "http://10.0.0.1/x"}, {"pulse": 0}, {"door": "*"}, {"secret_name": "HOME"}, {"kind": "none"}]
)
def test_what_the_form_refuses_the_api_refuses(api, wanted):
    row = at_door("shelly", "10.0.0.1", secret="")
    assert code_of(api.patch(f"{DEVICES}{row.pk}/", wanted)) == "invalid"


def test_a_trial_opens_the_door_and_is_written_down(api, administrator):
    with standing(Shelly, password="geheim") as shelly:
        locker()
        row = at_door("shelly_sensor", shelly.at, user="admin")
        answer = api.post(f"{DEVICES}{row.pk}/try/", {"opens": True})
        assert (answer.json()["done"], shelly.opened) == (True, 1)
        assert "geheim" not in answer.content.decode() and "•••" in answer.json()["said"][1]["sent"]
    assert list(AccessLog.objects.order_by("seq").values_list("kind", flat=True)) == ["door.trial", "door.tried"]
    assert LogEntry.objects.get().user == administrator


def test_nothing_is_opened_unless_it_was_asked_for_nor_a_locker_that_is_somebody_s(api, ada):
    with standing(Shelly, password="geheim") as shelly:
        given(ada)
        row = at_door("shelly_sensor", shelly.at, user="admin")
        assert "This locker is assigned" in api.post(f"{DEVICES}{row.pk}/try/", {"opens": True}).json()["words"]
        assert api.post(f"{DEVICES}{row.pk}/try/", {}).json()["done"]
        assert shelly.opened == 0


def test_only_administrators_see_them(officer, librarian):
    row = at_door("shelly", "10.0.0.1")
    for someone in (officer, librarian):
        assert client_of(someone).get(DEVICES).status_code == 403
        assert client_of(someone).post(f"{DEVICES}{row.pk}/try/", {"opens": True}).status_code == 403
