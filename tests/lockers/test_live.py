"""The officers' socket: the doors as they stand, each change, and nobody else's business."""

from __future__ import annotations

import asyncio

import pytest
from django.test import Client

from accounts.credentials.pins import set_pin
from accounts.roles import Role
from lockers.access import card_and_pin
from lockers.desk import consumers
from lockers.doors import doors, openings
from lockers.rules.doors import DoorState
from tests.conftest import person
from tests.support.live import hear, in_database, knock
from tests.support.lockers import KIOSK, given

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def cookie_of(person):
    client = Client()
    client.force_login(person, backend="accounts.backends.RoleBackend")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


async def listening(who):
    socket = knock("/ws/lockers/", cookie=await in_database(cookie_of)(who))
    assert (await socket.connect(timeout=15))[0]
    return socket


def tiles(hello):
    return {door["number"]: door["state"] for bank in hello["banks"] for door in bank["doors"]}


async def until(socket, fits):
    """The first full state that fits: news come one after the other."""
    async with asyncio.timeout(15):
        while not fits(state := await hear(socket, "hello")):
            pass
    return state


async def test_a_door_that_opens_is_heard_with_the_full_state_after_it(ada, officer):
    seven = await in_database(given)(ada, "7")
    socket = await listening(officer)
    assert tiles(await hear(socket, "hello")) == {"7": "unknown"}
    await in_database(openings.override)(seven, by=officer, reason="Water")
    assert (await hear(socket, "lockers.door"))["state"] == "unlocking"
    await until(socket, lambda state: tiles(state) == {"7": "open"})
    await socket.disconnect()


async def test_whoever_waits_for_an_officer_is_there_at_once_and_gone_after_the_answer(ada, officer):
    seven = await in_database(given)(ada, "7")
    await in_database(set_pin)(ada, "2718", by=ada)
    socket = await listening(officer)
    assert (await hear(socket, "hello"))["asking"] == []
    row = await in_database(card_and_pin.begin)("s-ada", "2718", seven, station=KIOSK)
    [asking] = (await until(socket, lambda state: state["asking"]))["asking"]
    assert (asking["name"], asking["initials"], asking["number"]) == ("Ada Lovelace", "AL", "s-ada")
    await in_database(card_and_pin.confirm)(row, by=officer)
    await until(socket, lambda state: not state["asking"])
    await socket.disconnect()


async def test_an_alarm_and_a_vault_that_waits_are_on_the_board_at_once(ada, officer):
    vault = await in_database(given)(ada, "9", kind="vault")
    socket = await listening(officer)
    await hear(socket, "hello")
    opening = await in_database(openings.override)(vault, by=officer, reason="Smoke")
    [override] = (await until(socket, lambda state: state["overrides"]))["overrides"]
    assert (override["id"], override["reason"], override["said"]) == (opening.pk, "Smoke", [officer.pk])
    await in_database(openings.withdraw)(opening, by=officer)
    await in_database(doors.reported)(vault, DoorState.OPEN)
    [alarm] = (await until(socket, lambda state: state["alarms"]))["alarms"]
    assert (alarm["words"], alarm["shut"]) == ("Forced", "still open")
    await socket.disconnect()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.LIBRARIAN, Role.TEACHER])
async def test_only_officers_listen(role):
    socket = await listening(await in_database(person)("s-x", "Xenia", role))
    assert (await hear(socket, "bye"))["code"] == "not_permitted"


async def test_who_is_no_officer_any_more_hears_goodbye(officer, monkeypatch):
    monkeypatch.setattr(consumers.LockersConsumer, "refresh", 0.2)
    socket = await listening(officer)
    await hear(socket, "hello")
    officer.role = "member"
    await in_database(officer.save)()
    assert (await hear(socket, "bye"))["code"] == "not_permitted"
