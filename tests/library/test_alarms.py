"""The gate's tag alarm: no one can leave there until a librarian has checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from config.errors import Refused
from library.circulation import loans
from library.kiosk import actions, basket, exit_alarms, gate_listener
from library.models import CirculationEvent, ExitPass
from library.visits import alarms, exit_passes, visits
from library.visits.gates import SimulatedGate
from tests.library.test_live import cookie_of
from tests.library.test_stations import arrive, at_kiosk, db, pair
from tests.support.api import V1, client_of, code_of
from tests.support.library import book, inside, station
from tests.support.live import hear, in_database, knock
from tests.support.mosquitto import until

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = f"{V1}/library/gates/alarm/"


@pytest.fixture(autouse=True)
def silence():
    SimulatedGate.opened.clear()
    yield
    for slug in ("library-exit", "other-exit"):
        alarms.stop(slug)


@pytest.fixture
def way_out(ada):
    """An exit where Ada stands with one scanned book."""
    place = station("exit")
    arrive(place, inside(ada))
    book("B-1")
    actions.scan(place.slug, loans.by_barcode("B-1"))
    return place


def kinds():
    return list(CirculationEvent.objects.filter(kind__startswith="alarm").values_list("kind", "station"))


def test_while_it_rings_the_books_are_lent_and_the_gate_stays_shut_until_a_librarian_has_looked(
    client, way_out, ada, librarian
):
    exit_alarms.ring("library-exit")
    actions.finish("library-exit")
    [refused] = ExitPass.objects.all()
    assert (refused.allowed, refused.reason) == (False, "alarm")
    assert exit_passes.why(refused).startswith("The gate alarm is ringing. Please wait here with your books.")
    assert [loan.copy.barcode for loan in loans.open_loans(ada)] == ["B-1"]
    assert visits.inside_ids() == {ada.pk}
    assert not SimulatedGate.opened
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    page = client.get("/library/today/").content.decode()
    assert "Gate alarm" in page
    assert "/library/alarms/library-exit/end/" in page
    client.post("/library/alarms/library-exit/end/")
    assert "Gate alarm: <span>library-exit</span>" not in client.get("/library/desk/").content.decode()
    actions.finish("library-exit")  # they stand there still, and press once more
    assert len(SimulatedGate.opened) == 1
    assert visits.inside_ids() == set()
    assert kinds() == [("alarm", "library-exit"), ("alarm_ended", "library-exit")]
    assert CirculationEvent.objects.get(kind="alarm_ended").detail == {"by": librarian.id_number}


def test_another_exit_is_not_concerned(way_out, ada):
    station("exit", "other-exit")
    exit_alarms.ring("other-exit")
    actions.finish("library-exit")
    assert ExitPass.objects.get().allowed


def test_it_rings_for_some_seconds_and_again_when_it_is_heard_again(way_out, settings):
    settings.LIBRARY_ALARM_SECONDS = 30
    now = timezone.now()
    exit_alarms.ring("library-exit", now)
    exit_alarms.ring("library-exit", now + timedelta(seconds=20))
    assert alarms.ringing("library-exit", now + timedelta(seconds=49)).since == now
    assert not alarms.rings("library-exit", now + timedelta(seconds=50))
    assert kinds() == [("alarm", "library-exit")], "one line for one alarm"


def test_only_an_exit_can_ring():
    station("entry")
    for slug in ("library-entry", "nowhere"):
        with pytest.raises(Refused, match="unknown_station"):
            exit_alarms.ring(slug)
    assert not CirculationEvent.objects.exists()


def test_an_alarm_between_the_decision_and_the_door_keeps_the_door_shut(way_out, ada):
    basket.abandon(actions.basket_at("library-exit"))
    with transaction.atomic():
        permission = exit_passes.decide(ada, station="library-exit")
    assert permission.allowed
    exit_alarms.ring("library-exit")
    assert exit_passes.open_gate(permission).gate_answer == "failed: alarm"
    assert not SimulatedGate.opened


# --- over the API -------------------------------------------------------------------------------


def test_a_gate_that_asks_by_itself_is_refused_and_the_pass_is_not_used_up(way_out, ada, librarian):
    gate = client_of(librarian)
    ExitPass.objects.create(
        number="GOOD",
        person=ada,
        allowed=True,
        station="library-exit",
        expires_at=timezone.now() + timedelta(minutes=1),
    )
    assert gate.post(ADDRESS, {"station": "library-exit", "ringing": True}).json() == {
        "station": "library-exit",
        "ringing": True,
    }
    refused = gate.post(f"{V1}/library/passes/GOOD/use/")
    assert (refused.status_code, code_of(refused)) == (403, "alarm")
    assert ExitPass.objects.get(number="GOOD").used_at is None
    assert gate.post(ADDRESS, {"station": "library-exit", "ringing": False}).json()["ringing"] is False
    assert gate.post(f"{V1}/library/passes/GOOD/use/").status_code == 200


def test_the_same_key_rings_once(way_out, librarian):
    gate = client_of(librarian)
    for _time in range(2):
        assert (
            gate.post(ADDRESS, {"station": "library-exit", "ringing": True}, HTTP_IDEMPOTENCY_KEY="k").status_code
            == 200
        )
        alarms.stop("library-exit")
    assert kinds() == [("alarm", "library-exit")]


def test_a_gate_that_nobody_knows_is_refused(librarian):
    answer = client_of(librarian).post(ADDRESS, {"station": "nowhere", "ringing": True})
    assert (answer.status_code, code_of(answer)) == (404, "unknown_station")


# --- on the pages -------------------------------------------------------------------------------


async def test_the_exit_and_the_desk_are_told_at_once_and_who_comes_later_too(way_out, librarian):
    token, _client = await db(lambda: pair(way_out))
    desk = knock("/ws/library/desk/", cookie=await in_database(cookie_of)(librarian))
    await desk.connect()
    assert (await hear(desk, "hello"))["alarms"] == []
    async with at_kiosk(token) as socket:
        await db(lambda: exit_alarms.ring("library-exit"))
        told = await hear(socket, "library.alarm")
        assert told["ringing"] and told["seconds"] == 30 and "A member of staff is coming" in told["message"]
        assert (await hear(desk, "library.alarm"))["station"] == "library-exit"
        assert [one["station"] for one in (await hear(desk, "hello"))["alarms"]] == ["library-exit"]
        async with at_kiosk(token) as later:
            assert later.hello["app"]["alarm"]["ringing"] and len(later.hello["app"]["lines"]) == 1
        await db(lambda: exit_alarms.end("library-exit"))
        assert (await hear(socket, "library.alarm"))["ringing"] is False
        assert len((await hear(socket, "library.basket"))["lines"]) == 1, "the buttons are back"
    await desk.disconnect()


# --- from a message broker ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "station", "meant"),
    [
        (b"1", "exit", ("exit", True)),
        (b"0", "exit", ("exit", False)),
        (b'{"ringing": true}', "exit", ("exit", True)),
        (b'{"ringing": false, "station": "west"}', "", ("west", False)),
        (b'{"ringing": true, "station": "west"}', "exit", ("exit", True)),
    ],
)
def test_what_a_door_says(payload, station, meant):
    assert gate_listener.understood(payload, station) == meant


@pytest.mark.parametrize("payload", [b"", b"\xff", b"loud", b"2", b"[]", b'{"ringing": "yes"}', b'{"ringing": true}'])
def test_what_nobody_understands_rings_nowhere(payload, caplog):
    gate_listener.hear(payload, "")
    assert "cannot be read" in caplog.text
    assert not CirculationEvent.objects.exists()


def test_an_alarm_while_the_database_is_away_rings_when_it_is_back(way_out, power, monkeypatch):
    monkeypatch.setattr(gate_listener, "AGAIN", 0.2)
    connections.close_all()
    power.off()
    gate_listener.hear(b"1", "library-exit")
    assert not alarms.rings("library-exit")
    power.on()
    until(lambda: alarms.rings("library-exit"))
