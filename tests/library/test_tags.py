"""Tags of books are switched when they are lent and returned: over a real HTTP server and a real message broker."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from config.ops.network.mqtt import BrokerLink
from library.catalogue import scanner
from library.catalogue.tags import pads, sending, switching
from library.circulation import loans
from library.desk import desk
from library.kiosk import actions
from library.models import Loan, TagCommand, TagPad
from tests.library.test_stations import arrive
from tests.support.api import V1, client_of
from tests.support.library import book, inside, station
from tests.support.mosquitto import Mosquitto, until

pytestmark = pytest.mark.django_db(transaction=True)


class Pad(BaseHTTPRequestHandler):
    heard, status = [], 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Pad.heard.append((self.headers.get("Authorization"), json.loads(body)))
        self.send_response(Pad.status)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def pad():
    Pad.heard, Pad.status = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pad)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    row = TagPad(station="library-exit", url=f"http://127.0.0.1:{server.server_port}/tags")
    row.keep("hush")
    row.save()
    yield row
    server.shutdown()
    server.server_close()


def said():
    return [(body["action"], body["tag"], body["barcode"]) for _who, body in Pad.heard]


def states():
    return list(TagCommand.objects.order_by("pk").values_list("action", "state"))


def borrow(person, *copies):
    place = station("exit")
    arrive(place, inside(person))
    for copy in copies:
        actions.scan(place.slug, copy)
    actions.finish(place.slug)


# --- over HTTP ------------------------------------------------------------------------------------


def test_the_exit_switches_off_the_tags_of_what_was_lent_and_of_nothing_else(pad, ada):
    borrow(ada, book("B-1", rfid_tag="E0040150"), book("B-2", has_eas=True), book("B-3"))
    sending.deliver_due(timezone.now())
    assert said() == [("desensitise", "E0040150", "B-1"), ("desensitise", "", "B-2")]
    assert {who for who, _body in Pad.heard} == {"Bearer hush"}
    said_of_her = ("lovelace", "s-ada")  # "ada" alone may stand in a random id
    assert not any(word in json.dumps(body).lower() for _who, body in Pad.heard for word in said_of_her)
    assert states() == [("off", "done"), ("off", "done")]
    sending.deliver_due(timezone.now())
    assert len(Pad.heard) == 2, "once"


def test_the_desk_switches_on_what_came_back(pad, ada, librarian):
    TagPad.objects.update(station="desk")
    copy = book("B-1", has_eas=True)
    desk.issue("B-1", to=ada, by=librarian)
    sending.deliver_due(timezone.now())
    desk.take_back("B-1")
    sending.deliver_due(timezone.now())
    assert [action for action, _tag, _barcode in said()] == ["desensitise", "sensitise"]
    assert copy.has_tag


def test_a_station_without_a_pad_and_a_pad_that_is_off_say_nothing(pad, ada):
    loans.check_out(book("B-1", has_eas=True), to=ada, station="elsewhere")
    TagPad.objects.update(active=False)
    loans.check_out(book("B-2", has_eas=True), to=ada, station="library-exit")
    assert states() == []


def test_a_pad_that_fails_is_asked_again_and_then_staff_see_it(pad, ada, client, librarian):
    Pad.status = 503
    borrow(ada, book("B-1", has_eas=True))
    now = timezone.now()
    sending.deliver_due(now)
    assert states() == [("off", "waiting")] and Loan.objects.filter(open_slot=1).exists()
    for seconds in (3, 6, 12, 18, 24, 29):
        sending.deliver_due(now + timedelta(seconds=seconds))
    assert states() == [("off", "failed")] and len(Pad.heard) > 2
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    page = client.get("/library/today/").content.decode()
    assert "Tags that were not switched" in page and "B-1" in page
    assert "tag of a book was not switched" in client.get("/home/").content.decode()
    Pad.status = 200
    row = TagCommand.objects.get()
    client.post(f"/library/tags/{row.pk}/again/")
    sending.deliver_due(timezone.now())
    assert states() == [("off", "done")]
    assert "already dealt with" in client.post(f"/library/tags/{row.pk}/seen/", follow=True).content.decode()


def test_what_is_over_is_never_sent(pad, ada):
    borrow(ada, book("B-1", has_eas=True))
    sending.deliver_due(timezone.now() + timedelta(seconds=31))
    assert said() == [] and states() == [("off", "failed")], "another book may lie on the pad by now"


def test_a_book_that_came_back_meanwhile_is_not_switched_off_any_more(pad, ada):
    copy = book("B-1", has_eas=True)
    borrow(ada, copy)
    loans.give_back(copy, station="library-exit")
    sending.deliver_due(timezone.now())
    assert [action for action, *_rest in said()] == ["sensitise"]
    assert states() == [("off", "replaced"), ("on", "done")]


def test_a_command_that_was_on_its_way_when_the_book_went_out_again_is_not_tried_any_more(pad, ada, librarian):
    copy = book("B-1", has_eas=True)
    borrow(ada, copy)
    old = sending.OUTBOX.claim(sending.OUTBOX.due(timezone.now()), timezone.now())
    loans.give_back(copy, station="library-exit")
    sending._later(old, "TimeoutError", timezone.now())
    assert states() == [("off", "replaced"), ("on", "waiting")]
    TagCommand.objects.filter(pk=old.pk).update(state="failed")
    assert switching.again(old, timezone.now()) is False
    assert states()[0] == ("off", "replaced")


def test_a_fault_in_the_tags_never_stops_a_loan(pad, ada, monkeypatch):
    def broken(*_given):
        raise RuntimeError("no")

    monkeypatch.setattr(switching, "_write", broken)
    borrow(ada, book("B-1", has_eas=True))
    assert Loan.objects.filter(open_slot=1).count() == 1 and states() == []


def test_a_secret_that_can_no_longer_be_read_is_said_at_the_desk(pad, ada):
    TagPad.objects.update(url="http://127.0.0.1:9/elsewhere")
    borrow(ada, book("B-1", has_eas=True))
    sending.deliver_due(timezone.now())
    assert TagCommand.objects.get().last_error == "damaged" and said() == [], "a secret is for one address"


# --- over a broker --------------------------------------------------------------------------------


def test_a_pad_on_a_broker_hears_it_once_and_nothing_is_kept_for_later(tmp_path, ada):
    broker, heard = Mosquitto(tmp_path / "broker"), []
    try:
        TagPad.objects.create(station="library-exit", kind="mqtt", url=broker.url, topic="pads/exit")
        ready = threading.Event()
        link = BrokerLink(broker.url, ["pads/exit"], heard.append, listens=ready.set, perishable=True)
        link.start(5)
        assert ready.wait(5)
        borrow(ada, book("B-1", rfid_tag="E0040150"))
        sending.deliver_due(timezone.now())
        [message] = until(lambda: list(heard))
        assert json.loads(message.payload)["tag"] == "E0040150" and not message.retained
        assert states() == [("off", "done")]
        link.stop()
        broker.stop()
        loans.give_back(loans.by_barcode("B-1"), station="library-exit")
        sending.deliver_due(timezone.now())
        assert states()[-1] == ("on", "waiting"), "the broker is away: it is tried again, and the book is back"
        broker.start()
        sending.deliver_due(timezone.now() + timedelta(seconds=5))
        assert states()[-1] == ("on", "done")
    finally:
        broker.stop()


# --- the scanner ----------------------------------------------------------------------------------


def test_a_scanner_reads_a_tag_in_place_of_the_barcode(ada):
    copy = book("B-1", rfid_tag="E0040150")
    other = book("E0040151")
    assert scanner.known("E0040150") == copy and scanner.known("E0040151") == other
    assert scanner.barcodes(["E0040150", "E0040151", "B-1", "x"]) == ["B-1", "E0040151", "B-1", "x"]


def test_a_tag_is_never_the_number_of_another_copy():
    book("B-1", rfid_tag="E0040150")
    copy = book("B-2")
    for field, number in (("rfid_tag", "B-1"), ("barcode", "E0040150")):
        setattr(copy, field, number)
        with pytest.raises(ValidationError, match="Another copy has this number"):
            copy.clean()
        copy.refresh_from_db()


# --- setting it up --------------------------------------------------------------------------------


def test_the_test_button_switches_nothing(client, pad, administrator):
    client.force_login(administrator)
    page = client.post(f"/admin/library/tagpad/{pad.pk}/try/", follow=True).content.decode()
    assert "The pad has taken the test message" in page
    assert [body["action"] for _who, body in Pad.heard] == ["test"] and states() == []
    Pad.status = 500
    assert "is not responding" in client.post(f"/admin/library/tagpad/{pad.pk}/try/", follow=True).content.decode()


def test_a_secret_is_sealed_never_shown_and_not_led_elsewhere(client, pad, administrator):
    client.force_login(administrator)
    address = f"/admin/library/tagpad/{pad.pk}/change/"
    assert "hush" not in client.get(address).content.decode() and "hush" not in pad.sealed
    form = {"station": "library-exit", "kind": "http", "url": "https://other.example.org/", "active": "on"}
    assert "Enter the secret again" in client.post(address, form).content.decode()
    assert client.post(address, form | {"new_secret": "new"}).status_code == 302
    assert TagPad.objects.get().secret() == "new"
    assert list(pads.reseal()) == ["current"] and pads.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "ftp://pad/"},
        {"url": "https://ada:pw@pad/"},
        {"url": "https://pad/?token=hush"},
        {"kind": "mqtt", "url": "mqtt://broker", "topic": ""},
        {"kind": "mqtt", "url": "mqtt://broker", "topic": "pads/#"},
    ],
)
def test_a_pad_that_cannot_be_is_refused(fields):
    with pytest.raises(ValidationError):
        TagPad(station="desk", **fields).full_clean()


def test_programs_of_the_desk_see_commands_and_try_them_again(pad, ada, librarian):
    Pad.status = 503
    borrow(ada, book("B-1", has_eas=True))
    sending.deliver_due(timezone.now() + timedelta(seconds=31))
    api, address = client_of(librarian), f"{V1}/library/tag-commands/"
    [row] = api.get(address).json()["results"]
    assert (row["state"], row["barcode"], row["action"]) == ("failed", "B-1", "off")
    assert api.post(f"{address}{row['id']}/again/").json()["state"] == "waiting"
    assert client_of(ada).get(address).status_code == 403
