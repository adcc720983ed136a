"""The library's stations, through their real websocket and their real endpoints: entry, exit, return."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import cv2
import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from library.catalogue import labels
from library.circulation import loans
from library.kiosk import actions, at_exit, station_app
from library.kiosk import basket as baskets
from library.kiosk.basket import Finished
from library.kiosk.events import finished_now
from library.models import Basket, CirculationEvent, ExitPass, Loan, Visit
from library.visits import visits
from library.visits.gates import SimulatedGate
from recognition.live.consumers import COOKIE
from recognition.stations import stations
from tests.support import pdf_stripes
from tests.support.api import V1, client_of
from tests.support.fake_engine import encode, picture
from tests.support.library import book, inside, station
from tests.support.live import at_station, enrol, hear, in_database, rest, send, show

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def nothing_read_yet():
    station_app.forget_looks()
    yield
    station_app.forget_looks()


async def db(work):
    return await in_database(work)()


def pair(place):
    """A paired browser: its token, for the socket's cookie, and a client that carries it."""
    _device, token = stations.pair(stations.new_pairing_code(place, by=None), device_name="Kiosk")
    client = Client()
    client.cookies[COOKIE] = token
    return token, client


def scan(client, barcode):
    return client.post("/kiosk/library/scan/", {"barcode": barcode})


def arrive(place, person, lane="face"):
    actions.greet_at_exit(person, place.slug, lane=lane, at=timezone.now())


@asynccontextmanager
async def at_kiosk(token):
    async with at_station("", cookie=f"{COOKIE}={token}") as socket:
        yield socket


def showing(barcode, *names):
    """A camera picture of a face and a book's label."""
    [page] = pdf_stripes.pages(labels.pdf([labels.Label(barcode)]))
    label = page[: page.shape[0] // 8, : page.shape[1] // 3]
    frame = cv2.imdecode(np.frombuffer(picture(*names, width=1280, height=720), np.uint8), cv2.IMREAD_COLOR)
    frame[320 : 320 + label.shape[0], 400 : 400 + label.shape[1]] = label[..., None]
    return encode(frame)


# --- entry --------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_known_face_comes_in_and_the_gate_opens(ada):
    def prepare():
        enrol(ada, "ada", "library")
        return pair(station("entry"))[0]

    token = await db(prepare)
    SimulatedGate.opened.clear()
    async with at_kiosk(token) as socket:
        await show(socket, "ada", times=5)
        visit = await hear(socket, "library.visit")
        assert visit | {"gate": "opened"} == visit and visit["allowed"] and visit["name"] == "Ada Lovelace"
        assert (await hear(socket, "greeting"))["note"] == "welcome"
    assert len(SimulatedGate.opened) == 1
    assert await db(lambda: list(visits.inside_ids())) == [ada.pk]


@pytest.mark.asyncio
async def test_a_full_library_says_a_clear_no(ada, grace, settings):
    settings.LIBRARY_CAPACITY = 1

    def prepare():
        inside(grace)
        enrol(ada, "ada", "library")
        return pair(station("entry"))[0]

    token = await db(prepare)
    async with at_kiosk(token) as socket:
        await show(socket, "ada", times=5)
        visit = await hear(socket, "library.visit")
        assert visit["allowed"] is False and "full" in visit["message"]
        assert (await hear(socket, "trouble"))["code"] == "full"


# --- exit: the main path ------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_face_books_by_camera_and_scanner_finish_and_the_gate_opens(ada):
    def prepare():
        enrol(inside(ada), "ada", "library")
        book("LIB-000001", "Middlemarch")
        book("LIB-000002", "Emma")
        return pair(station("exit"))

    token, client = await db(prepare)
    SimulatedGate.opened.clear()
    async with at_kiosk(token) as socket:
        assert socket.hello["station"]["frame_width"] == 1280 and socket.hello["app"] is None
        await show(socket, "ada", times=5)
        assert (await hear(socket, "library.basket")) == {
            "kind": "library.basket",
            "name": "Ada Lovelace",
            "lines": [],
            "new": None,
            "receipt": "mail",
        }
        basket = await _hold_up(socket, showing("LIB-000001", "ada"))
        assert [line["title"] for line in basket["lines"]] == ["Middlemarch"] and basket["lines"][0]["due"]
        assert (await db(lambda: scan(client, "LIB-000002"))).status_code == 200
        basket = await hear(socket, "library.basket")
        assert [line["barcode"] for line in basket["lines"]] == ["LIB-000001", "LIB-000002"]
        assert (await db(lambda: client.post("/kiosk/library/finish/"))).status_code == 200
        done = await hear(socket, "library.finished")
    assert done["allowed"] and done["books"] == 2 and done["gate"] == "opened"
    assert done["next"] == "Please go through"
    assert list(SimulatedGate.opened) == [done["number"]]
    assert await db(lambda: Loan.objects.filter(person=ada, open_slot=1, station="library-exit").count()) == 2
    assert await db(lambda: visits.inside().exists()) is False


async def _hold_up(socket, frame):
    """Show the same picture until something is in the basket."""
    for _ in range(40):
        await send(socket, frame)
        for message in await rest(socket, 0.1):
            if message["kind"] == "library.basket" and message["lines"]:
                return message
    raise AssertionError("the camera has read no barcode")


@pytest.mark.asyncio
async def test_only_people_who_are_inside_are_known_at_the_exit(ada):
    def prepare():
        enrol(ada, "ada", "library")
        return pair(station("exit"))[0]

    token = await db(prepare)
    async with at_kiosk(token) as socket:
        answers = await show(socket, "ada", times=12)
        assert "nobody_enrolled" in {answer["state"] for answer in answers}
        assert "library.basket" not in {message["kind"] for message in await rest(socket)}


@pytest.mark.asyncio
async def test_hello_carries_the_present_basket(ada):
    def prepare():
        place = station("exit")
        arrive(place, inside(ada))
        book("B-1")
        actions.scan(place.slug, loans.by_barcode("B-1"))
        return pair(place)[0]

    token = await db(prepare)
    async with at_kiosk(token) as socket:
        assert [line["barcode"] for line in socket.hello["app"]["lines"]] == ["B-1"]


@pytest.mark.asyncio
async def test_who_stands_behind_waits_and_the_first_keeps_the_place(ada, grace):
    def prepare():
        for person, colour in ((ada, "ada"), (grace, "grace")):
            enrol(inside(person), colour, "library")
        book("B-1")
        return pair(station("exit"))

    token, client = await db(prepare)
    async with at_kiosk(token) as socket:
        await show(socket, "ada", times=5)
        await hear(socket, "library.basket")
        await db(lambda: scan(client, "B-1"))
        await hear(socket, "library.basket")
        await show(socket, "ada", "grace", times=6)  # Grace stands behind: Ada keeps the place
        await db(lambda: client.post("/kiosk/library/undo/0/"))
        assert (await hear(socket, "library.basket"))["name"] == "Ada Lovelace"
    assert await db(lambda: at_exit.present("library-exit").person) == ada.pk


async def shown_until_basket(socket, name):
    """A camera does not stop: the face stays in the picture until its basket opens."""
    async with asyncio.timeout(30):
        while True:
            await show(socket, name)
            for message in socket.skipped:
                if message["kind"] == "library.basket":
                    socket.skipped.remove(message)
                    return message
            await asyncio.sleep(0.05)


@pytest.mark.asyncio
async def test_the_next_face_parks_the_first_basket_and_opens_its_own(ada, grace):
    def prepare():
        for person, colour in ((ada, "ada"), (grace, "grace")):
            enrol(inside(person), colour, "library")
        book("B-1"), book("B-2", "Emma")
        return pair(station("exit"))

    def scanned(person):
        return [line.copy.barcode for line in baskets.lines(Basket.objects.get(person=person, open_slot=1))]

    token, client = await db(prepare)
    async with at_kiosk(token) as socket:
        await show(socket, "ada", times=5)
        await hear(socket, "library.basket")
        await db(lambda: scan(client, "B-1"))
        await hear(socket, "library.basket")
        await rest(socket)
        taken_over = await shown_until_basket(socket, "grace")  # Ada has gone, and Grace steps before the camera
        assert (taken_over["name"], taken_over["lines"]) == ("Grace Hopper", [])
        await db(lambda: scan(client, "B-2"))
        assert [line["barcode"] for line in (await hear(socket, "library.basket"))["lines"]] == ["B-2"]
    assert (await db(lambda: scanned(ada)), await db(lambda: scanned(grace))) == (["B-1"], ["B-2"])
    assert await db(Loan.objects.exists) is False


# --- exit: one step at a time -------------------------------------------------------------------


def test_a_newcomer_takes_over_when_the_first_is_out_of_view(ada, grace):
    place = station("exit")
    arrive(place, inside(ada))
    book("B-1")
    actions.scan(place.slug, loans.by_barcode("B-1"))
    arrive(place, inside(grace))
    assert actions.basket_at(place.slug).person == grace
    assert not baskets.lines(actions.basket_at(place.slug))
    arrive(place, ada)
    assert [line.copy.barcode for line in baskets.lines(actions.basket_at(place.slug))] == ["B-1"]


def test_somebody_absent_is_parked_and_nothing_goes_into_their_basket(ada, settings):
    place = station("exit")
    _token, client = pair(place)
    actions.greet_at_exit(inside(ada), place.slug, lane="face", at=timezone.now() - timedelta(seconds=9))
    book("B-1")
    answer = scan(client, "B-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_here")
    actions.see_all_off(timezone.now())
    assert at_exit.present(place.slug) is None
    assert Basket.objects.filter(person=ada, open_slot=1).exists(), "parked, not lost"


def test_where_leaving_is_finishing_the_books_of_somebody_who_walks_off_are_on_loan_and_the_gate_opens(ada):
    place = station("exit", when_left="finish")
    arrive(place, inside(ada))
    book("B-1")
    actions.scan(place.slug, loans.by_barcode("B-1"))
    actions.see_all_off(timezone.now() + timedelta(seconds=7))
    assert not Loan.objects.exists(), "still in view"
    actions.see_all_off(timezone.now() + timedelta(seconds=9))
    assert [loan.copy.barcode for loan in loans.open_loans(ada)] == ["B-1"]
    assert ExitPass.objects.get().gate_answer == "opened"
    actions.see_all_off(timezone.now() + timedelta(seconds=10))
    assert ExitPass.objects.count() == 1


def test_whoever_only_looked_at_the_exit_and_went_back_is_still_inside(ada):
    place = station("exit", when_left="finish")
    arrive(place, inside(ada))
    actions.see_all_off(timezone.now() + timedelta(seconds=9))
    assert visits.inside_ids() == {ada.pk}
    assert not ExitPass.objects.exists()


def test_where_leaving_is_finishing_books_that_may_not_go_are_kept(ada, grace):
    place = station("exit", when_left="finish")
    arrive(place, inside(ada))
    copy = book("B-1")
    actions.scan(place.slug, loans.by_barcode("B-1"))
    loans.check_out(copy, to=grace)  # the desk was faster
    actions.see_all_off(timezone.now() + timedelta(seconds=9))
    assert not ExitPass.objects.filter(allowed=True).exists()
    assert Basket.objects.filter(person=ada, open_slot=1).exists()


def test_a_book_that_is_on_ones_account_already_is_renewed_or_given_back_at_the_exit(ada, grace):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    loan = loans.check_out(book("B-1"), to=ada, at=timezone.now() - timedelta(days=8))
    assert scan(client, "B-1").json()["code"] == "yours_already"
    assert client.post("/kiosk/library/renew/", {"barcode": "B-1"}).status_code == 200
    assert Loan.objects.get(pk=loan.pk).due_at > loan.due_at
    assert client.post("/kiosk/library/give-back/", {"barcode": "B-1"}).status_code == 200
    assert Loan.objects.get(pk=loan.pk).open_slot is None
    assert client.post("/kiosk/library/give-back/", {"barcode": "B-1"}).json()["code"] == "not_on_loan"


def test_nobody_renews_or_returns_somebody_elses_book_at_the_exit(ada, grace):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    loans.check_out(book("B-1"), to=grace)
    for deed in ("renew", "give-back"):
        assert client.post(f"/kiosk/library/{deed}/", {"barcode": "B-1"}).json()["code"] == "not_on_loan"
    assert loans.open_loans(grace)


def test_the_receipt_on_the_screen_names_the_books_and_their_dates(ada):
    place = station("exit")
    arrive(place, inside(ada))
    book("B-1", "Emma")
    actions.scan(place.slug, loans.by_barcode("B-1"))
    done = baskets.finish(ada, station=place.slug)
    [line] = finished_now(ada, done)["receipt"]
    assert line["title"] == "Emma" and str(done.loans[0].due_at.year) in line["due"]


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        (ExitPass(allowed=True, gate_answer="opened"), "Please go through"),
        (ExitPass(allowed=True, gate_answer="waits"), "Please go to the gate"),
        (ExitPass(allowed=True, gate_answer="failed: TimeoutError"), "Please ask at the desk"),
        (ExitPass(allowed=True, gate_answer="failed: alarm"), "Please wait here"),
        (ExitPass(allowed=False, reason="alarm"), "Please wait here"),
        (ExitPass(allowed=False, reason="not_inside"), "Please ask at the desk"),
    ],
    ids=["open", "asks", "failed", "rang just then", "rings", "refused"],
)
def test_whoever_has_finished_is_told_what_to_do_now(permission, words):
    assert finished_now(User(first_name="Ada"), Finished([], permission))["next"] == words


def test_of_two_that_see_somebody_off_one_does(ada, monkeypatch):
    place = station("exit", when_left="finish")
    arrive(place, inside(ada))
    book("B-1")
    actions.scan(place.slug, loans.by_barcode("B-1"))
    was = at_exit.present(place.slug)
    at_exit.leave(place.slug)  # another process has noticed
    monkeypatch.setattr(at_exit, "present", lambda slug: was)
    actions.stepped_away(place.slug)
    assert not Loan.objects.exists() and not ExitPass.objects.exists()


def test_a_finish_that_is_refused_is_written_down_and_told_to_the_desk(ada, grace):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    copy = book("B-1")
    scan(client, "B-1")
    loans.check_out(copy, to=grace)  # the desk was faster
    assert client.post("/kiosk/library/finish/").status_code == 409
    refusal = ExitPass.objects.get()
    assert (refusal.allowed, refusal.reason, refusal.visit.person) == (False, "on_loan", ada)
    assert CirculationEvent.objects.get(kind="refused").person == ada


def test_a_gate_that_asks_by_itself_hears_yes_once_for_a_pass_of_the_exit(ada, settings, librarian):
    settings.LIBRARY_GATES = {"*": {"kind": "asks"}}
    place = station("exit")
    arrive(place, inside(ada))
    actions.finish(place.slug)
    permission = ExitPass.objects.get()
    assert (permission.gate_answer, permission.used_at) == ("waits", None)
    gate = client_of(librarian)
    answers = [gate.post(f"{V1}/library/passes/{permission.number}/use/").status_code for _ in range(2)]
    assert answers == [200, 403]
    assert ExitPass.objects.get().gate_answer == "opened"


def test_the_same_book_twice_is_one_line_and_undo_takes_it_back(ada):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    book("B-1")
    assert [scan(client, "B-1").status_code for _ in range(2)] == [200, 200]
    [line] = baskets.lines(actions.basket_at(place.slug))
    assert client.post(f"/kiosk/library/undo/{line.pk}/").status_code == 200
    assert baskets.lines(actions.basket_at(place.slug)) == []


def test_nobody_can_take_a_line_out_of_somebody_elses_basket(ada, grace):
    first, second = station("exit"), station("exit", "other-exit")
    arrive(first, inside(ada))
    arrive(second, inside(grace))
    book("B-1")
    actions.scan(first.slug, loans.by_barcode("B-1"))
    [line] = baskets.lines(actions.basket_at(first.slug))
    _token, client = pair(second)
    client.post(f"/kiosk/library/undo/{line.pk}/")
    assert [one.pk for one in baskets.lines(actions.basket_at(first.slug))] == [line.pk]


def test_the_same_copy_at_two_exits_goes_to_one(ada, grace):
    first, second = station("exit"), station("exit", "other-exit")
    arrive(first, inside(ada))
    arrive(second, inside(grace))
    book("B-1")
    (_, one), (_, other) = pair(first), pair(second)
    assert scan(one, "B-1").status_code == 200
    answer = scan(other, "B-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_another_basket")


def test_leaving_without_books_lends_nothing_and_opens_the_gate(ada):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    book("B-1")
    scan(client, "B-1")
    assert client.post("/kiosk/library/leave-without/").status_code == 200
    assert not Loan.objects.exists() and ExitPass.objects.get().allowed
    assert client.post("/kiosk/library/finish/").json()["code"] == "nobody_here", "a second press is harmless"
    assert ExitPass.objects.count() == 1


def test_a_refusal_while_finishing_lends_nothing_and_keeps_the_basket(ada, grace):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    for number in range(3):
        book(f"B-{number}", f"Title {number}")
        scan(client, f"B-{number}")
    loans.check_out(loans.by_barcode("B-2"), to=grace)
    answer = client.post("/kiosk/library/finish/")
    assert (answer.status_code, answer.json()["code"]) == (409, "on_loan")
    assert Loan.objects.filter(person=ada).count() == 0
    assert len(baskets.lines(actions.basket_at(place.slug))) == 3


def test_a_typed_barcode_that_nobody_knows_is_told(ada):
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    assert scan(client, "NOTHING").json()["code"] == "unknown_barcode"
    assert scan(client, "  ").json()["code"] == "no_barcode"


def test_the_scanner_may_be_set_to_type_something_around_each_code(ada, settings):
    settings.LIBRARY_SCANNER_PREFIX, settings.LIBRARY_SCANNER_SUFFIX = "]C1", "#"
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(ada))
    book("B-1")
    assert scan(client, "]C1B-1#").status_code == 200


def test_a_card_shown_to_the_same_scanner_opens_its_basket(ada):
    ada.card_barcode = "CARD-7"
    ada.save()
    place = station("exit")
    _token, client = pair(place)
    inside(ada)
    assert scan(client, "CARD-7").status_code == 200
    assert actions.basket_at(place.slug).person == ada


# --- return -------------------------------------------------------------------------------------


def test_a_return_needs_no_face(ada):
    place = station("return")
    _token, client = pair(place)
    copy = book("B-1")
    loans.check_out(copy, to=ada)
    assert scan(client, "B-1").status_code == 200
    assert Loan.objects.get().returned_at is not None
    assert scan(client, "B-1").status_code == 200, "twice is harmless"


# --- who may ask --------------------------------------------------------------------------------


def test_only_a_paired_browser_of_a_library_station_may_ask(front_door, ada):
    _token, desk = pair(front_door)
    for address in ("scan/", "undo/1/", "finish/", "leave-without/"):
        assert Client().post(f"/kiosk/library/{address}").status_code == 401
        assert desk.post(f"/kiosk/library/{address}").json()["code"] == "not_a_library"
    assert not Visit.objects.exists()


@pytest.mark.parametrize("kind", ["entry", "exit", "return"])
def test_the_page_of_each_kind_opens(kind):
    _token, client = pair(station(kind))
    page = client.get("/kiosk/")
    assert page.status_code == 200
    assert f'data-kind="{kind}"' in page.content.decode()
