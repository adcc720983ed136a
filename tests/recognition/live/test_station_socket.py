"""Stories at a station's socket: real ASGI application, real database, fake engine."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from channels.layers import get_channel_layer
from PIL import Image

from accounts.roles import Purpose
from config.errors import Refused
from config.live.close_codes import CLOSE_CODES, OTHER_CLOSE_CODE
from config.live.news import station_group
from recognition.faces import gallery
from recognition.faces.profiles import runtime
from recognition.live import slot as frames
from recognition.live.reporter import tell
from recognition.models import FaceTemplate, Sighting, Station, StationDevice
from recognition.stations import stations
from recognition.stations.app.reception import ReceptionStations
from tests.support.fake_engine import picture
from tests.support.live import at_station, camera, closing_code, enrol, hear, in_database, knock, rest, send, show
from tests.support.live_engines import FailingEngine

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


@pytest.fixture
def token(front_door, ada):
    """A camera at the front door, where Ada is known."""
    enrol(ada, "ada")
    return camera(front_door)


# --- who is seen ----------------------------------------------------------------------------------


async def test_a_person_is_recognised_greeted_by_name_and_recorded(token, front_door, ada):
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=4)
        assert answers[-1]["state"] == "recognised"
        assert answers[-1]["faces"] == [
            {"id": 1, "box": [20, 60, 120, 120], "state": "recognised", "label": "Ada Lovelace", "hint": None}
        ]
        greeting = await hear(socket, "greeting")
        assert (greeting["name"], greeting["person"], greeting["station"]) == ("Ada Lovelace", ada.pk, "front-door")
    sighting = await Sighting.objects.aget()
    assert (sighting.person_id, sighting.outcome, sighting.station_id) == (ada.pk, "recognised", front_door.pk)
    assert sighting.record["model"] == "hue" and sighting.record["probe_frames"] == 3
    assert sighting.distance <= sighting.threshold


async def test_a_person_is_announced_once_however_long_they_stay(token):
    async with at_station(token) as socket:
        await show(socket, "ada", times=12)
        await hear(socket, "greeting")
        assert [m for m in await rest(socket) if m["kind"] == "greeting"] == []
    assert await Sighting.objects.acount() == 1


async def test_a_person_who_comes_back_after_leaving_is_greeted_again(token, front_door):
    front_door.forget_after = 0
    await front_door.asave()
    async with at_station(token) as socket:
        await show(socket, "ada", times=4)
        await hear(socket, "greeting")
        await asyncio.sleep(1.1)  # longer than a track lives without its face
        await show(socket, times=2)
        await show(socket, "ada", times=4)
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"


async def test_a_stranger_is_counted_and_neither_named_nor_stored(token, ada):
    async with at_station(token) as socket:
        answer = (await show(socket, "stranger", times=7))[-1]
        assert (answer["state"], answer["faces"][0]["label"]) == ("unknown", None)
        assert [m for m in await rest(socket) if m["kind"] == "greeting"] == []
    sighting = await Sighting.objects.aget()
    assert (sighting.outcome, sighting.person_id) == ("unknown", None)
    assert (sighting.distance, sighting.margin) == (None, None)
    assert set(sighting.record) == {
        "reason",
        "threshold",
        "target_fmr",
        "roster_size",
        "probe_frames",
        "profile",
        "model",
    }  # how the search was done, and no measure of the face
    assert await FaceTemplate.objects.exclude(person=ada).acount() == 0


async def test_two_people_in_one_picture_are_both_named(token, grace):
    await in_database(enrol)(grace, "grace")
    async with at_station(token) as socket:
        answer = (await show(socket, "ada", "grace", times=4))[-1]
        assert [face["label"] for face in answer["faces"]] == ["Ada Lovelace", "Grace Hopper"]


@pytest.mark.parametrize(
    ("drawing", "hint"), [({"size": 60}, "come_closer"), ({"dark": True}, "too_dark")], ids=["far", "dark"]
)
async def test_a_face_that_is_no_good_gets_a_hint_instead_of_a_name(token, drawing, hint):
    async with at_station(token) as socket:
        answer = (await show(socket, "ada", times=4, **drawing))[-1]
        assert (answer["state"], answer["hint"]) == ("looking", hint)


async def test_a_room_without_light_says_so_though_nobody_can_be_found(token):
    dark = io.BytesIO()
    Image.new("RGB", (640, 480), (8, 8, 8)).save(dark, "JPEG")
    async with at_station(token) as socket:
        assert (await send(socket, dark.getvalue()))["hint"] == "too_dark"


async def test_a_station_where_nobody_is_enrolled_says_so(front_door):
    token = await in_database(camera)(front_door)
    async with at_station(token) as socket:
        assert (await show(socket, "ada", times=7))[-1]["state"] == "nobody_enrolled"


async def test_somebody_whose_membership_has_ended_is_not_known_any_more(token, ada):
    ada.valid_until = "2020-01-01"
    await ada.asave()
    async with at_station(token) as socket:
        assert (await show(socket, "ada", times=7))[-1]["faces"][0]["label"] is None


async def test_a_name_vanishes_while_the_person_stands_there_when_consent_is_withdrawn(token, ada, monkeypatch):
    monkeypatch.setattr("recognition.live.pipeline.REFRESH_EVERY", 0)
    monkeypatch.setattr("recognition.faces.gallery.LOOK_EVERY", 0)
    async with at_station(token) as socket:
        assert (await show(socket, "ada", times=4))[-1]["faces"][0]["label"] == "Ada Lovelace"
        await in_database(forget)(ada)
        assert (await show(socket, "ada"))[-1]["faces"][0] == {
            "id": 1,
            "box": [20, 60, 120, 120],
            "state": "unknown",
            "label": None,
            "hint": None,
        }


def forget(person):
    FaceTemplate.objects.filter(person=person).delete()
    gallery.bump("reception")


# --- at the door ----------------------------------------------------------------------------------


async def test_a_page_from_another_site_is_not_let_in(token, caplog):
    socket = knock("/ws/station/", token=token, origin=(b"origin", b"https://evil.example"))
    assert await socket.connect() == (False, 1000)
    assert "wrong_origin 'https://evil.example'" in caplog.text


async def test_a_connection_without_an_origin_is_not_let_in(token):
    assert (await knock("/ws/station/", token=token, origin=None).connect())[0] is False


@pytest.mark.parametrize("headers", [{}, {"token": "made-up"}, {"cookie": "ostiary_station=made-up"}])
async def test_a_browser_that_is_not_paired_is_told_so_and_let_go(front_door, headers, caplog):
    caplog.set_level("INFO")
    socket = knock("/ws/station/", **headers)
    await socket.connect()
    assert (await hear(socket))["code"] == "not_paired"
    assert await closing_code(socket) == 4401
    assert "Socket /ws/station/ refused: not_paired" in caplog.text


async def test_a_paired_browser_shows_its_cookie(front_door):
    code = await in_database(stations.new_pairing_code)(front_door, by=None)
    _device, secret = await in_database(stations.pair)(code, device_name="Tablet")
    async with at_station("", cookie=f"ostiary_station={secret}") as socket:
        assert socket.hello["station"]["slug"] == "front-door"


def revoke_all():
    for device in StationDevice.objects.all():
        stations.revoke(device, by=None)


async def test_a_revoked_device_does_not_come_back_in(token):
    await in_database(revoke_all)()
    socket = knock("/ws/station/", token=token)
    await socket.connect()
    assert (await hear(socket))["code"] == "revoked"


async def test_revoking_a_device_closes_its_open_socket_at_once(token):
    async with at_station(token) as socket:
        await show(socket, "ada")  # whether it is paired is asked every few seconds, and has just been
        await in_database(revoke_all)()
        assert (await hear(socket, "bye", within=1))["code"] == "revoked"
        assert await closing_code(socket) == 4401


async def test_a_revocation_made_in_a_process_we_cannot_hear_is_noticed_too(token, monkeypatch):
    monkeypatch.setattr("recognition.live.session.CHECK_EVERY", 0.1)
    async with at_station(token) as socket:
        await StationDevice.objects.aupdate(revoked_at="2026-01-01T00:00Z")
        assert (await hear(socket, "bye", within=2))["code"] == "revoked"


async def test_a_station_that_is_switched_off_lets_nobody_in(token, front_door):
    front_door.active = False
    await front_door.asave()
    socket = knock("/ws/station/", token=token)
    await socket.connect()
    assert (await hear(socket))["code"] == "station_off"
    assert await closing_code(socket) == 4403


async def test_the_newest_camera_takes_over_and_the_older_one_is_told(token, front_door):
    second = await in_database(camera)(front_door)
    async with at_station(token) as old:
        await show(old, "ada")
        async with at_station(second) as new:
            assert await rest(old) == []  # to connect is not to take over
            await show(new, "ada")
            assert (await hear(old, "bye"))["code"] == "replaced"
            assert await closing_code(old) == 4409
            assert (await show(new, "ada"))[0]["kind"] == "frame"


async def test_a_camera_hears_whether_its_place_is_taken(token, front_door):
    second = await in_database(camera)(front_door)
    async with at_station(token) as first:
        assert not first.hello["taken"]
        async with at_station(second) as waiting:
            assert not waiting.hello["taken"]  # to connect is not to speak
        await show(first, "ada")
        await rest(first)
        async with at_station(second) as waiting:
            assert waiting.hello["taken"]
    async with at_station(second) as waiting:
        assert not waiting.hello["taken"]


async def test_the_device_is_noted_as_seen_now_and_then(token):
    async with at_station(token) as socket:
        await show(socket, "ada")
        await asyncio.sleep(0.1)
        first = (await StationDevice.objects.aget()).last_seen_at
        assert first is not None
        device = await in_database(stations.check_in)((await StationDevice.objects.aget()).pk)
        assert (await StationDevice.objects.aget(pk=device.pk)).last_seen_at == first


async def test_hello_is_the_full_present_state_also_after_a_reconnect_and_nobody_is_greeted_twice(token):
    async with at_station(token) as socket:
        assert socket.hello["station"] == {
            "slug": "front-door",
            "name": "Front door",
            "place": "",
            "purpose": "reception",
            "view": "walk_up",
            "frame_width": 640,
            "max_frame_bytes": 700_000,
        }
        assert (socket.hello["state"], socket.hello["faces"]) == ("looking", [])
        await show(socket, "ada", times=4)
        await hear(socket, "greeting")
    async with at_station(token) as again:
        assert (again.hello["state"], again.hello["faces"][0]["label"]) == ("recognised", "Ada Lovelace")
        await show(again, "ada", times=3)
        assert [m for m in await rest(again) if m["kind"] == "greeting"] == []


# --- bad frames -----------------------------------------------------------------------------------


def bomb():
    """A small file whose header promises 60,000 × 60,000 pixels."""
    data = bytearray(picture())
    at = data.find(b"\xff\xc0")  # start of frame: length, precision, height, width
    data[at + 5 : at + 9] = (60_000).to_bytes(2, "big") * 2
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello", "not_an_image"),
        (b"GIF89a" + bytes(200), "not_an_image"),
        (b"\xff\xd8\xff" + bytes(500), "not_an_image"),
        (picture("ada")[:3000], "damaged_image"),
        (picture("ada") + bytes(700_001), "too_large"),
        (bomb(), "too_many_pixels"),
    ],
    ids=["text", "gif", "garbage", "cut off", "oversized", "bomb"],
)
async def test_a_bad_frame_is_refused_with_a_code_and_the_connection_stays(token, data, code):
    async with at_station(token) as socket:
        answer = await send(socket, data)
        assert (answer["kind"], answer["seq"], answer["code"]) == ("refused", 1, code)
        assert answer["message"].endswith(".")
        assert (await show(socket, "ada"))[0]["kind"] == "frame"
    assert await Sighting.objects.acount() == 0


async def test_text_instead_of_a_picture_is_refused(token):
    async with at_station(token) as socket:
        await socket.send_to(text_data=json.dumps({"kind": "greeting", "name": "Mallory"}))
        assert (await hear(socket))["code"] == "not_an_image"


async def test_nothing_but_rubbish_ends_the_connection(token, caplog):
    caplog.set_level("INFO")
    async with at_station(token) as socket:
        for _ in range(frames.REFUSED_IN_A_ROW):
            await socket.send_to(bytes_data=b"rubbish")
        assert (await hear(socket, "bye"))["code"] == "too_many_refused"
        assert await closing_code(socket) == 4400
    assert "A picture for station front-door was refused: not_an_image" in caplog.text
    assert "refused: too_many_refused" in caplog.text


async def test_of_a_flood_of_frames_few_are_answered_and_the_newest_is_kept(token, settings):
    settings.RECOGNITION_ENGINE = "tests.support.live_engines.slow"
    async with at_station(token) as socket:
        for _ in range(20):  # two thirds of a second at 30 frames a second
            await socket.send_to(bytes_data=picture("ada"))
            await asyncio.sleep(1 / 30)
        answers = [m for m in await rest(socket, 1.5) if m["kind"] == "frame"]
    assert len(answers) <= 8
    assert answers[-1]["seq"] == 20


async def test_in_the_slot_the_newest_frame_wins():
    slot = frames.Slot()
    for seq in (1, 2, 3):
        slot.put(frames.Frame(seq, picture(), 0.0))
    assert await slot.wait(1)
    assert slot.take().seq == 3
    assert slot.take() is None and not await slot.wait(0.01)


async def test_a_client_that_never_waits_is_shown_the_door(token, monkeypatch, caplog):
    caplog.set_level("INFO")
    monkeypatch.setattr(frames, "BURST", 10.0)
    monkeypatch.setattr(frames, "RATE", 1.0)
    async with at_station(token) as socket:
        for _ in range(30):
            await socket.send_to(bytes_data=picture())
        assert (await hear(socket, "bye"))["code"] == "flood"
        assert await closing_code(socket) == 4429
    assert "refused: flood" in caplog.text


async def test_a_frame_that_waited_too_long_is_not_decided(token, monkeypatch):
    monkeypatch.setattr("recognition.live.session.STALE", 0.0)
    async with at_station(token) as socket:
        assert (await show(socket, "ada"))[0]["code"] == "stale"


# --- when something breaks ------------------------------------------------------------------------


async def test_an_engine_that_fails_is_said_in_words_and_tried_again(token, settings, monkeypatch, caplog):
    settings.RECOGNITION_ENGINE = "tests.support.live_engines.failing"
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=3)
        assert {answer["state"] for answer in answers} == {"engine_down"}
        assert "secret" not in json.dumps(answers)
        assert sum("cannot recognise" in record.message for record in caplog.records) == 1  # once an outage
        monkeypatch.setattr(FailingEngine, "well", True)
        assert (await show(socket, "ada", times=4))[-1]["state"] == "recognised"


async def test_a_missing_model_is_the_same_to_the_page(token, settings, tmp_path):
    settings.RECOGNITION_ENGINE = "tests.recognition.live.test_station_socket.no_models"
    runtime.forget_engine()
    async with at_station(token) as socket:
        assert (await show(socket, "ada"))[0]["state"] == "engine_down"


def no_models(*args, **kwargs):
    raise Refused("models_missing", "Run manage.py setup_models first.")


async def test_an_app_that_breaks_is_logged_and_the_page_says_so(token, settings, caplog):
    settings.STATION_APPS = BROKEN
    async with at_station(token) as socket:
        await show(socket, "ada", times=4)
        trouble = await hear(socket, "trouble")
        assert (trouble["code"], trouble["station"]) == ("not_recorded", "front-door")
        assert "disk" not in trouble["message"]
        assert (await show(socket, "ada"))[0]["kind"] == "frame"
    assert any("What the app of reception does failed" in record.message for record in caplog.records)


class BrokenStations(ReceptionStations):
    def on_identity(self, event):
        raise RuntimeError("no space left on disk")


BROKEN = {"reception": "tests.recognition.live.test_station_socket.BrokenStations"}


async def test_a_purpose_without_an_app_greets_and_records_so_that_nothing_is_lost(ada, settings):
    settings.STATION_APPS = BROKEN
    desk = await in_database(library_desk)(ada)
    async with at_station(desk) as socket:
        await show(socket, "ada", "stranger", times=7)
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
        assert (await hear(socket, "stranger"))["station"] == "desk"
    seen = [row async for row in Sighting.objects.order_by("outcome").values_list("person", "outcome")]
    assert seen == [(ada.pk, "recognised"), (None, "unknown")]  # which of the two was written first, nobody promises


def library_desk(somebody):
    enrol(somebody, "ada", Purpose.LIBRARY)
    return camera(Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LIBRARY))


async def test_what_an_app_refuses_is_told_in_its_own_words(token, settings):
    settings.STATION_APPS = {"reception": "tests.recognition.live.test_station_socket.StrictStations"}
    async with at_station(token) as socket:
        await show(socket, "ada", times=4)
        assert (await hear(socket, "trouble"))["message"] == "The library is closed."


class StrictStations(ReceptionStations):
    def on_identity(self, event):
        raise Refused("closed", "The library is closed.")


async def test_the_event_that_an_app_receives_is_plain(token, settings, ada):
    RECEIVED.clear()
    settings.STATION_APPS = {"reception": "tests.recognition.live.test_station_socket.ListeningStations"}
    async with at_station(token) as socket:
        await show(socket, "ada", times=4)
        await asyncio.sleep(0.1)
    event = RECEIVED[0]
    assert (event.station, event.purpose, event.person_id, event.track) == ("front-door", "reception", ada.pk, 1)
    json.dumps([event.match, event.quality])  # no vectors, no rows


RECEIVED = []


class ListeningStations(ReceptionStations):
    def on_identity(self, event):
        RECEIVED.append(event)


async def test_an_event_is_delivered_though_its_socket_has_gone(token):
    socket = knock("/ws/station/", token=token)
    await socket.connect()
    await hear(socket)
    await show(socket, "ada", times=3)
    await socket.disconnect()
    await asyncio.sleep(0.2)
    assert await Sighting.objects.acount() == 1


async def test_news_for_the_station_reaches_its_page_unchanged(token):
    async with at_station(token) as socket:
        await tell(station_group("front-door"), {"kind": "greeting", "station": "front-door", "name": "Ada"})
        assert await hear(socket) == {"kind": "greeting", "station": "front-door", "name": "Ada"}


def test_every_goodbye_has_a_code_that_a_server_may_send():
    assert all(code == 1000 or 3000 <= code <= 4999 for code in (*CLOSE_CODES.values(), OTHER_CLOSE_CODE))


async def test_a_channel_layer_that_has_forgotten_who_listens_is_told_again(token, monkeypatch):
    monkeypatch.setattr("config.live.consumer.JOIN_AGAIN", 0.1)
    async with at_station(token) as station:
        get_channel_layer().groups.clear()
        await asyncio.sleep(0.5)
        await tell(station_group("front-door"), {"kind": "a.test"})
        await hear(station, "a.test", within=5)


async def test_nothing_beside_a_socket_outlives_it_also_when_it_breaks(token):
    async with at_station(token) as station:
        with pytest.raises(ValueError, match="No handler"):
            await get_channel_layer().group_send(station_group("front-door"), {"type": "no.such.handler"})
            await station.wait(timeout=10)
    assert {task.get_coro().__qualname__ for task in asyncio.all_tasks()} & {
        "StationSession._run",
        "SiteConsumer._keep_doing",
    } == set()
    assert not get_channel_layer().groups.get(station_group("front-door"))
