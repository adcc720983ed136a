"""At the stations of every purpose: a living person is named, a photograph is not, anywhere. Sockets, fake engine."""

from __future__ import annotations

import asyncio
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.credentials.pins import set_pin
from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.roles import Purpose
from accounts.webhooks import sending
from accounts.webhooks.payload import payload_of
from attendance.models import AttendanceRecord, Doubt, RollEntry
from attendance.sessions import station_app
from config.errors import Refused
from library.kiosk import at_exit
from library.kiosk import station_app as identity
from library.models import Basket, Loan
from library.visits import visits
from library.visits.gates import SimulatedGate
from recognition.live import liveness_service, pipeline
from recognition.live.consumers import COOKIE
from recognition.liveness import Capture, LivenessResult, Progress
from recognition.models import Sighting, Station
from recognition.sightings.decisions import SuspicionEvent
from recognition.stations import stations, suspicions
from recognition.stations.app.station_app import StationApp
from recognition.stations.events import SUSPICIONS
from recognition.stations.visibility import staff_group
from tests.attendance.test_live import cookie_of, now_in
from tests.support import attendance as campus
from tests.support.api import V1, client_of, results
from tests.support.attendance import enrolled
from tests.support.fake_engine import FakeEngine
from tests.support.fake_life import PRINTED, STILL
from tests.support.library import book, inside
from tests.support.library import station as library_station
from tests.support.live import at_station, camera, enrol, hear, in_database, knock, rest, show

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]
NAMES = ("Lovelace", "Ada", "Hopper", "Grace")


@pytest.fixture(autouse=True)
def nothing_read_yet():
    identity.forget_looks()
    yield
    identity.forget_looks()


@pytest.fixture
def token(front_door, ada):
    enrol(ada, "ada")
    return camera(front_door)


def paired(place):
    _device, token = stations.pair(stations.new_pairing_code(place, by=None), device_name="Kiosk")
    client = Client()
    client.cookies[COOKIE] = token
    return token, client


def says_a_name(messages):
    return [message for message in messages if any(name in json.dumps(message) for name in NAMES)]


async def db(work):
    return await in_database(work)()


# --- reception ------------------------------------------------------------------------------------


async def test_a_living_face_is_greeted_and_its_sighting_says_how_sure_life_was(token):
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=4)
        assert answers[-1]["state"] == "recognised"
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
    record = (await Sighting.objects.aget()).record
    assert (record["liveness"], record["life"]["state"], record["life"]["score"]) == ("passive", "living", 0.97)


@pytest.mark.parametrize("light", [STILL, PRINTED])
async def test_no_message_of_a_photograph_carries_a_name(token, ada, administrator, light):
    cookie = await db(lambda: cookie_of(administrator))
    staff = knock("/ws/stations/", cookie=cookie)
    assert (await staff.connect())[0]
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=25, light=light)
        assert {face["label"] for answer in answers for face in answer["faces"]} == {None}
        assert {answer["state"] for answer in answers} <= {"looking", "picture"}
        heard = [*answers, *await rest(socket), *await rest(staff)]
    await staff.disconnect()
    assert says_a_name(heard) == [] and str(ada.pk) not in {str(m.get("person")) for m in heard}
    rows = [row async for row in Sighting.objects.all()]
    assert [row.outcome for row in rows] == (["suspicion"] if light == PRINTED else [])


async def test_a_suspicion_is_kept_as_numbers_without_picture_or_name_and_told_to_staff(token, administrator):
    cookie = await db(lambda: cookie_of(administrator))
    staff = knock("/ws/stations/", cookie=cookie)
    assert (await staff.connect())[0]
    async with at_station(token) as socket:
        await show(socket, "ada", times=10, light=PRINTED)
        news = await hear(staff, "suspicion")
        assert (news["station"], news["note"]) == ("front-door", str(SUSPICIONS["picture"]))
        assert not [message for message in await rest(socket) if message["kind"] == "suspicion"]  # not to who holds it
    await staff.disconnect()
    row = await Sighting.objects.aget()
    assert (row.outcome, row.person_id, row.distance, row.margin) == ("suspicion", None, None, None)
    assert set(row.record) == {"kind", "times", "life", "quality", "track"}
    assert row.record["life"]["cues"] == {"edges": 0.9, "network": 0.05}


async def test_a_face_that_shows_nothing_is_asked_kindly_and_named_when_it_blinks(token):
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=6, light=STILL)
        assert {answer["hint"] for answer in answers} == {None}
        for _ in range(5):  # no longer apart than a track lives without its face
            await asyncio.sleep(0.3)
            [answer] = await show(socket, "ada", light=STILL)
        assert (answer["state"], answer["hint"], answer["faces"][0]["hint"]) == ("looking", "show_life", "show_life")
        [answer] = await show(socket, "ada")
        assert answer["faces"][0]["label"] == "Ada Lovelace"
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"


async def test_where_the_policy_is_off_a_photograph_is_named_and_no_life_is_kept(token, front_door):
    await db(lambda: Station.objects.filter(pk=front_door.pk).update(liveness="off"))
    async with at_station(token) as socket:
        await show(socket, "ada", times=4, light=PRINTED)
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
    record = (await Sighting.objects.aget()).record
    assert record["liveness"] == "off" and "life" not in record


async def test_a_changed_policy_holds_for_who_stands_there(token, front_door, monkeypatch):
    monkeypatch.setattr(pipeline, "REFRESH_EVERY", 0.0)
    await db(lambda: Station.objects.filter(pk=front_door.pk).update(liveness="off"))
    async with at_station(token) as socket:
        assert (await show(socket, "ada", times=4, light=STILL))[-1]["state"] == "recognised"
        await db(lambda: Station.objects.filter(pk=front_door.pk).update(liveness="passive"))
        answers = await show(socket, "ada", times=6, light=STILL)
        assert {answer["state"] for answer in answers} == {"looking"}


async def test_a_picture_beside_a_living_stranger(token):
    async with at_station(token) as socket:
        answer = (await show(socket, "stranger", ("ada", PRINTED), times=8))[-1]
        assert {face["state"] for face in answer["faces"]} == {"unknown", "picture"}
        assert says_a_name([answer, *await rest(socket)]) == []


async def test_a_living_person_with_another_one_s_picture(token, grace):
    await db(lambda: enrol(grace, "grace"))
    async with at_station(token) as socket:
        answer = (await show(socket, "ada", ("grace", STILL), times=6))[-1]
        assert {face["label"] for face in answer["faces"]} == {"Ada Lovelace", None}
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
        assert [m for m in await rest(socket) if m["kind"] == "greeting"] == []


# --- what staff hear, and how often -----------------------------------------------------------------


def event(**changes):
    given = {"station": "front-door", "purpose": "reception", "at": timezone.now(), "kind": "picture", "mark": 7}
    return SuspicionEvent(**{**given, "life": {"state": "picture", "score": 0.1, "cues": {}, "since": 1.0}, **changes})


def test_the_same_picture_is_told_of_once_by_all_processes_and_another_one_at_once(front_door):
    assert suspicions.tell(event()) is not None
    assert suspicions.tell(event()) is None
    assert suspicions.tell(event(mark=8)) is not None
    assert Sighting.objects.count() == 2


def test_a_poster_is_told_of_once_whatever_is_restarted(front_door):
    assert suspicions.tell(event(kind="scene")) is not None
    pipeline.forget_pipelines()
    assert suspicions.tell(event(kind="scene", at=timezone.now())) is None


def test_whose_picture_it_may_have_been_is_kept_nowhere(front_door, ada):
    row = suspicions.tell(event(mark=ada.pk))
    assert str(ada.pk) not in json.dumps(row.record["life"]) and "mark" not in row.record and row.person is None


def test_an_app_that_breaks_keeps_no_other_from_hearing_it(front_door, settings, caplog):
    settings.STATION_APPS = {
        "reception": "tests.recognition.liveness.test_station.Broken",
        "library": "tests.recognition.liveness.test_station.Listener",
    }
    HEARD.clear()
    suspicions.tell(event())
    assert HEARD == ["front-door"] and "failed at station front-door" in caplog.text


HEARD: list[str] = []


class Listener(StationApp):
    def on_suspicion(self, event, row):
        HEARD.append(event.station)


class Broken(StationApp):
    def on_suspicion(self, event, row):
        raise RuntimeError("the disk is full")


def test_the_station_s_tile_says_the_policy_and_the_suspicion(front_door, administrator):
    suspicions.tell(event())
    from recognition.live.station_cards import cards

    [card] = cards(Station.objects.all(), administrator)
    assert card["liveness"] == "Passive liveness"
    assert [row["kind"] for row in card["latest"]] == ["suspicion"]
    assert staff_group("reception")


def test_staff_read_the_suspicion_in_the_administration_and_in_the_api(front_door, administrator):
    row = suspicions.tell(event(life={"state": "picture", "score": 0.05, "cues": {"edges": 0.9}, "since": 1.4}))
    client = Client()
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    page = client.get(reverse("admin:recognition_sighting_change", args=[row.pk])).content.decode()
    assert "Possible picture of a person" in page and "edges of a screen or print 0.90" in page and "5 %" in page
    listed = client.get(reverse("admin:recognition_sighting_changelist"), {"outcome": "suspicion"})
    assert "Possible picture" in listed.content.decode()
    [found] = results(client_of(administrator).get(f"{V1}/sightings/?outcome=suspicion"))
    assert (found["person"], found["decision"]["kind"], found["decision"]["life"]["score"]) == (None, "picture", 0.05)


def test_systems_that_asked_for_it_are_told_by_webhook(front_door, settings):
    wants = WebhookEndpoint.objects.create(name="SIEM", url="https://siem.example/", kinds=["liveness.suspicion"])
    everything = WebhookEndpoint.objects.create(name="All", url="https://all.example/")
    WebhookEndpoint.objects.create(name="Loans", url="https://loans.example/", kinds=["library.loaned"])
    row = suspicions.tell(event())
    assert {delivery.endpoint for delivery in WebhookDelivery.objects.all()} == {wants, everything}
    delivery = WebhookDelivery.objects.get(endpoint=wants)
    body = json.loads(json.dumps(payload_of(delivery)))
    assert (body["type"], body["data"]["station"]) == ("liveness.suspicion", "front-door")
    assert (body["id"], body["kind"], body["station"], body["account"]) == (
        row.pk,
        "liveness.suspicion",
        "front-door",
        None,
    )
    assert body["detail"]["life"]["state"] == "picture"
    assert delivery in sending.due(timezone.now())


# --- the class ------------------------------------------------------------------------------------


@pytest.fixture
def kiosk_class(ada, grace, teacher):
    """A class with a kiosk at its door, open now."""
    place = campus.room("room-1", view=Station.View.WALK_UP)
    course = campus.course(enrolled(ada), enrolled(grace), teacher=teacher, station=place, sightings_needed=1)
    return now_in(course), place


async def test_a_class_kiosk_notes_how_somebody_was_seen_and_how_sure_life_was(kiosk_class, ada):
    session, place = kiosk_class
    token = await db(lambda: camera(place))
    async with at_station(token) as socket:
        await show(socket, "ada", times=4)
        assert (await hear(socket, "greeting"))["note"].startswith("present at")
    record = await db(lambda: AttendanceRecord.objects.get(session=session, person=ada))
    assert (record.source, record.seen_by, record.liveness, record.life) == ("kiosk", "face", "passive", 0.97)


async def test_a_photograph_at_the_class_kiosk_marks_nobody_and_asks_the_teacher(kiosk_class, ada, teacher):
    session, place = kiosk_class
    token = await db(lambda: camera(place))
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=20, light=PRINTED)
        assert says_a_name([*answers, *await rest(socket)]) == []
    assert await db(lambda: campus.status(session, ada)) == "expected"
    assert not await db(lambda: RollEntry.objects.filter(person=ada).exists())
    doubt = await db(Doubt.objects.get)
    assert (doubt.kind, doubt.person_id, doubt.detail["station"]) == ("picture", None, "room-1")


def test_the_teacher_looks_at_a_possible_picture_once_for_each_session(kiosk_class, teacher, ada):
    _session, place = kiosk_class
    found = event(station=place.slug, purpose="attendance")
    for mark in (1, 2, 3):
        suspicions.tell(event(station=place.slug, purpose="attendance", mark=mark))
    doubt = Doubt.objects.get()
    assert doubt.looks == 3
    client = Client()
    client.force_login(teacher, backend="accounts.backends.RoleBackend")
    page = client.get(reverse("attendance:review")).content.decode()
    assert "Was a photo held up to the camera?" in page and "It happened 3 times" in page
    assert client.post(reverse("attendance:decide", args=[doubt.pk]), {"answer": "no"}).status_code == 302
    doubt.refresh_from_db()
    assert doubt.resolved_by == teacher
    assert "Was a picture" not in client.get(reverse("attendance:review")).content.decode()
    station_app.AttendanceStations().on_suspicion(found, Sighting.objects.first())
    assert Doubt.objects.filter(resolved_at=None).count() == 1  # another day, another question
    assert client_of(teacher).get(f"{V1}/attendance/doubts/?kind=picture").json()["results"][0]["person"] is None


def test_a_poster_is_no_question_for_a_teacher(kiosk_class):
    _session, place = kiosk_class
    suspicions.tell(event(station=place.slug, purpose="attendance", kind="scene"))
    assert not Doubt.objects.exists() and Sighting.objects.get().outcome == "suspicion"


async def test_a_room_camera_asks_for_no_life_and_the_roll_says_so(ada, teacher):
    def prepare():
        course = campus.course(enrolled(ada), teacher=teacher, sightings_needed=1)
        return now_in(course), camera(campus.room())

    session, token = await db(prepare)
    async with at_station(token) as socket:
        await show(socket, "ada", times=4, light=STILL)
        await hear(socket, "greeting")
    record = await db(lambda: session.records.get(person=ada))
    assert (record.source, record.liveness, record.life) == ("camera", "off", None)


# --- the library ----------------------------------------------------------------------------------


async def test_a_photograph_opens_no_gate_at_the_library_entry(ada):
    def prepare():
        enrol(ada, "ada", Purpose.LIBRARY)
        return paired(library_station("entry"))[0]

    token = await db(prepare)
    SimulatedGate.opened.clear()
    async with at_station("", cookie=f"{COOKIE}={token}") as socket:
        for light in (STILL, PRINTED):
            answers = await show(socket, "ada", times=12, light=light)
            assert says_a_name([*answers, *await rest(socket)]) == []
        assert not SimulatedGate.opened and not await db(lambda: list(visits.inside_ids()))
        await show(socket, "ada", times=4)
        assert (await hear(socket, "library.visit"))["allowed"]
    assert len(SimulatedGate.opened) == 1


async def test_a_photograph_at_the_exit_opens_no_basket_borrows_nothing_and_may_not_leave(ada):
    def prepare():
        enrol(inside(ada), "ada", Purpose.LIBRARY)
        book("LIB-000001")
        return paired(library_station("exit"))

    token, client = await db(prepare)
    SimulatedGate.opened.clear()
    async with at_station("", cookie=f"{COOKIE}={token}") as socket:
        await show(socket, "ada", times=12, light=PRINTED)
        assert says_a_name(await rest(socket)) == []
        scan = await db(lambda: client.post("/kiosk/library/scan/", {"barcode": "LIB-000001"}))
        finish = await db(lambda: client.post("/kiosk/library/finish/"))
    assert scan.status_code >= 400 and finish.status_code >= 400
    assert (await db(Loan.objects.count), await db(Basket.objects.count), len(SimulatedGate.opened)) == (0, 0, 0)
    assert await db(lambda: list(visits.inside_ids())) == [ada.pk]


async def test_a_photograph_keeps_no_place_at_the_exit_for_who_has_walked_on(ada):
    """While the person is served, their own photograph in view does not count as them."""

    def prepare():
        enrol(inside(ada), "ada", Purpose.LIBRARY)
        place = library_station("exit")
        return place.slug, paired(place)[0]

    slug, token = await db(prepare)
    async with at_station("", cookie=f"{COOKIE}={token}") as socket:
        await show(socket, "ada", times=4)
        await hear(socket, "library.basket")
        before = await db(lambda: at_exit.present(slug).seen_at)
        await asyncio.sleep(1.1)
        await show(socket)
        await show(socket, "ada", times=8, light=STILL)
        assert pipeline.people_in_view(slug) == frozenset()
        assert await db(lambda: at_exit.present(slug).seen_at) == before


async def test_a_return_asks_nobody_for_life_or_name(ada):
    def prepare():
        enrol(ada, "ada", Purpose.LIBRARY)
        return paired(library_station("return"))[0]

    token = await db(prepare)
    async with at_station("", cookie=f"{COOKIE}={token}") as socket:
        answers = await show(socket, "ada", times=8, light=PRINTED)
        assert says_a_name([*answers, *await rest(socket)]) == []
    assert not await Sighting.objects.filter(outcome="suspicion").aexists()


# --- card and PIN -----------------------------------------------------------------------------------


async def test_card_and_pin_work_at_once_while_life_is_awaited(front_door, ada):
    def prepare():
        enrol(ada, "ada")
        set_pin(ada, "73915", by=ada)
        return paired(front_door)

    token, client = await db(prepare)
    async with at_station("", cookie=f"{COOKIE}={token}") as socket:
        await show(socket, "ada", times=5, light=STILL)
        fields = {"id_number": "s-ada", "pin": "73915"}
        answer = await db(lambda: client.post(reverse("recognition:without_face"), fields))
        assert answer.json() == {"name": "Ada Lovelace"}
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
    assert (await Sighting.objects.aget()).record == {"lane": "pin"}


# --- challenge --------------------------------------------------------------------------------------


class Answered:
    """Stands for a liveness session: straight ahead, a blink, and then the verdict it was made with."""

    verdict, who, frames = None, "ada", 5

    def __init__(self, challenge):
        self.seen = 0

    def feed(self, image, at):
        self.seen += 1
        over = self.seen >= self.frames
        state = ("failed" if self.verdict else "passed") if over else "opening" if self.seen == 1 else "step"
        return Progress(state, "blink" if state == "step" else None, 0, 3, None, self.verdict if over else None, 8.0)

    def result(self):
        from tests.support.fake_engine import hue_of

        vector = FakeEngine()._vector(hue_of(self.who))
        taken = () if self.verdict else tuple(Capture(vector, 0.9, float(number)) for number in range(3))
        return LivenessResult(self.verdict is None, self.verdict, (), (), -25.0, 24.0, None, taken, {})


@pytest.fixture
def challenged(front_door, monkeypatch):
    monkeypatch.setattr(Answered, "verdict", None)
    monkeypatch.setattr(Answered, "who", "ada")
    monkeypatch.setattr(liveness_service, "begin", Answered)
    monkeypatch.setattr(liveness_service, "require_liveness", lambda: None)
    front_door.liveness = "challenge"
    front_door.save()
    return front_door


async def test_a_kiosk_leads_who_was_recognised_through_a_challenge_and_then_says_the_name(challenged, token):
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=3)
        assert answers[-1]["hint"] == "look_straight"
        answers = await show(socket, "ada", times=3)
        assert {answer["hint"] for answer in answers} == {"blink"} and says_a_name(answers) == []
        [answer] = await show(socket, "ada")
        assert answer["faces"][0]["label"] == "Ada Lovelace"
        assert (await hear(socket, "greeting"))["name"] == "Ada Lovelace"
    record = (await Sighting.objects.aget()).record
    assert (record["liveness"], record["life"]["cues"]) == ("challenge", {"challenge": 1.0})


async def test_a_challenge_answered_by_another_face_names_nobody(challenged, token, monkeypatch):
    monkeypatch.setattr(Answered, "who", "stranger")
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=9)
        assert answers[-1]["state"] == "picture" and says_a_name([*answers, *await rest(socket)]) == []
    assert (await Sighting.objects.aget()).outcome == "suspicion"


async def test_a_failed_challenge_says_why_and_names_nobody(challenged, token, monkeypatch):
    monkeypatch.setattr(Answered, "verdict", "timed_out")
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=8)
        assert answers[-1]["hint"] == "timed_out" and says_a_name([*answers, *await rest(socket)]) == []


async def test_where_no_challenge_can_be_asked_for_the_card_is_the_way(front_door, token, monkeypatch):
    monkeypatch.setattr(liveness_service, "issue", no_models)
    await db(lambda: Station.objects.filter(pk=front_door.pk).update(liveness="challenge"))
    async with at_station(token) as socket:
        answers = await show(socket, "ada", times=6)
        assert answers[-1]["hint"] == "use_card" and says_a_name([*answers, *await rest(socket)]) == []


def no_models(now):
    raise Refused("liveness_unavailable", "The models are missing.", status=503)


async def test_a_stranger_is_led_through_no_challenge(challenged, token):
    async with at_station(token) as socket:
        answers = await show(socket, "stranger", times=8)
        assert answers[-1]["state"] == "unknown" and {answer["hint"] for answer in answers} == {None}
