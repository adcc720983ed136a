"""Those who watch: staff at their stations, everybody at the demo station."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.test import Client

from accounts.roles import Purpose
from recognition.models import Station
from tests.support.live import at_station, camera, closing_code, enrol, hear, knock, rest, show

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


@pytest.fixture
def token(front_door, ada):
    enrol(ada, "ada")
    return camera(front_door)


def session_of(person):
    client = Client()
    client.force_login(person)
    return f"{django_settings.SESSION_COOKIE_NAME}={client.cookies[django_settings.SESSION_COOKIE_NAME].value}"


async def watch(person, path="/ws/stations/"):
    socket = knock(path, cookie=await sync_to_async(session_of)(person) if person else "")
    await socket.connect()
    return socket


async def test_staff_are_given_the_full_state_and_then_the_news(token, administrator):
    socket = await watch(administrator)
    card = (await hear(socket))["stations"][0]
    assert (card["slug"], card["now"]["online"], card["latest"], card["picture"]) == ("front-door", False, [], True)
    async with at_station(token) as station:
        await show(station, "ada", times=4)
        assert (await hear(socket, "station"))["online"] is True
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
    while (await hear(socket, "station"))["online"]:
        pass
    again = await watch(administrator)
    card = (await hear(again))["stations"][0]
    assert [greeting["name"] for greeting in card["latest"]] == ["Ada Lovelace"]
    await again.disconnect()
    await socket.disconnect()


async def test_staff_are_told_of_a_stranger_without_a_name(token, administrator):
    socket = await watch(administrator)
    await hear(socket)
    async with at_station(token) as station:
        await show(station, "stranger", times=7)
        assert set(await hear(socket, "stranger")) == {"kind", "station", "at"}
        assert set(await hear(station, "stranger")) == {"kind", "station", "at"}
    again = await watch(administrator)
    assert [seen["kind"] for seen in (await hear(again))["stations"][0]["latest"]] == ["stranger"]
    await again.disconnect()
    await socket.disconnect()


async def test_a_librarian_hears_nothing_of_the_front_door(token, librarian):
    await Station.objects.acreate(slug="books", name="Library", purpose=Purpose.LIBRARY)
    socket = await watch(librarian)
    assert [card["slug"] for card in (await hear(socket))["stations"]] == ["books"]
    async with at_station(token) as station:
        await show(station, "ada", times=4)
        await hear(station, "greeting")
        assert await rest(socket) == []
    await socket.disconnect()


async def test_a_teacher_sees_who_came_but_not_the_picture(teacher):
    await Station.objects.acreate(slug="room-1", name="Room 1", purpose=Purpose.ATTENDANCE)
    socket = await watch(teacher)
    assert [(card["slug"], card["picture"]) for card in (await hear(socket))["stations"]] == [("room-1", False)]
    await socket.disconnect()


@pytest.mark.parametrize("who", ["ada", None])
async def test_members_and_strangers_do_not_watch(ada, front_door, who):
    socket = await watch(ada if who else None)
    assert (await hear(socket))["code"] == "not_permitted"
    assert await closing_code(socket) == 4403


@pytest.mark.parametrize("change", ["signed out", "deactivated", "another role"])
async def test_who_loses_the_right_to_look_loses_the_open_socket(front_door, administrator, monkeypatch, change):
    monkeypatch.setattr("recognition.live.staff_consumers.ASK_AGAIN", 0.1)
    socket = await watch(administrator)
    await hear(socket)
    await sync_to_async(lose)(administrator, change)
    assert (await hear(socket, "bye", within=2))["code"] == "not_permitted"


def lose(person, change):
    from django.contrib.sessions.models import Session

    if change == "signed out":
        Session.objects.all().delete()
    elif change == "deactivated":
        type(person).objects.update(is_active=False)
    else:
        type(person).objects.update(role="teacher")


async def test_a_page_from_another_site_may_not_watch(administrator):
    cookie = await sync_to_async(session_of)(administrator)
    socket = knock("/ws/stations/", cookie=cookie, origin=(b"origin", b"https://evil.example"))
    assert (await socket.connect())[0] is False


# --- the demo station -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/nowhere/", "/ws/station", "/ws/attendance/none/"])
async def test_an_address_where_nothing_is_says_so(path, caplog):
    socket = knock(path)
    assert (await socket.connect(timeout=5))[0]
    assert (await hear(socket))["code"] == "no_such_address"
    assert await closing_code(socket) == 4404
    assert not [record for record in caplog.records if record.exc_info]


async def test_there_is_no_demo_unless_it_is_switched_on(db):
    socket = await watch(None, "/ws/demo/")
    assert (await hear(socket))["code"] == "no_demo"
    assert await closing_code(socket) == 4404


async def test_everybody_sees_the_demo_station_with_boxes_and_names(settings, ada):
    settings.DEMO = True
    station = await Station.objects.acreate(slug="demo", name="Demo")
    await sync_to_async(enrol)(ada, "ada")
    token = await sync_to_async(camera)(station)
    socket = await watch(None, "/ws/demo/")
    assert (await hear(socket))["stations"][0]["slug"] == "demo"
    async with at_station(token) as demo:
        await show(demo, "ada", times=4)
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
        await asyncio.sleep(0.3)  # pictures are kept four times a second
        await show(demo, "ada")
        seen = await hear(socket, "picture")
        while seen["seq"] == 1:
            seen = await hear(socket, "picture")
        assert (seen["seq"], seen["faces"][0]["label"], seen["size"]) == (5, "Ada Lovelace", [640, 480])
    await socket.disconnect()


async def test_the_demo_socket_hears_nothing_of_other_stations(settings, token):
    settings.DEMO = True
    await Station.objects.acreate(slug="demo", name="Demo")
    socket = await watch(None, "/ws/demo/")
    await hear(socket)
    async with at_station(token) as station:
        await show(station, "ada", times=4)
        await hear(station, "greeting")
        assert await rest(socket) == []
    await socket.disconnect()
