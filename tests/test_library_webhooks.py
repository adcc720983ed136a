"""Another system is told what happened: over a real HTTP server that is down, slow or wrong."""

from __future__ import annotations

import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from django.utils import timezone

from config.errors import Refused
from library import loans, visits
from library.models import WebhookDelivery, WebhookEndpoint
from library.webhooks import addresses, outbox, post, sending, tasks
from library.webhooks.signing import signature
from tests.library import book


class Receiver:
    """What it heard, and how it answers: `statuses` in order, then 200."""

    def __init__(self):
        self.heard, self.statuses, self.slow, self.long = [], [], threading.Event(), b"ok"
        self.slow.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((self.path, dict(self.headers), body))
                receiver.slow.wait(10)
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
                self.end_headers()
                self.wfile.write(receiver.long)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kinds(self):
        return [json.loads(body)["kind"].removeprefix("library.") for _path, _headers, body in self.heard]

    def close(self):
        self.slow.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def college(settings, db):
    settings.DEBUG = True
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def endpoint(college):
    return WebhookEndpoint.objects.create(
        name="College", url=f"http://127.0.0.1:{college.port}/hook?a=1", secret="s" * 20
    )


def go(minutes=0.0):
    return sending.deliver_due(timezone.now() + timedelta(minutes=minutes, seconds=1))


def states():
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_loan_is_told_signed_and_once(ada, college, endpoint):
    loan = loans.check_out(book("B-1", "Emma"), to=ada)
    assert go() == 1 and go() == 0
    [(path, headers, body)] = college.heard
    told = json.loads(body)
    assert path == "/hook?a=1"
    assert (told["kind"], told["account"], told["barcode"]) == ("library.loaned", "s-ada", "B-1")
    assert told["due_at"] == loan.due_at.astimezone(timezone.get_default_timezone()).isoformat()
    assert headers["X-Ostiary-Signature"] == signature("s" * 20, int(headers["X-Ostiary-Timestamp"]), body)
    assert headers["X-Ostiary-Signature"] != signature("t" * 20, int(headers["X-Ostiary-Timestamp"]), body)
    assert headers["X-Ostiary-Event"] == "library.loaned" and states() == ["delivered"]


def test_what_did_not_happen_is_not_told(ada, college, endpoint):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        loans.check_out(book(), to=ada)
        assert WebhookDelivery.objects.exists()
        raise ZeroDivisionError
    assert not WebhookDelivery.objects.exists()


def test_only_what_an_endpoint_wants_and_only_while_it_is_on(ada, college, endpoint):
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(kinds=["returned"])
    copy = book()
    loans.check_out(copy, to=ada)
    loans.give_back(copy)
    go()
    assert college.kinds() == ["returned"]
    WebhookEndpoint.objects.update(active=False)
    visits.enter(ada)
    assert go() == 0


def test_a_failure_holds_back_that_account_and_no_other(ada, grace, college, endpoint):
    college.statuses = [500]
    copy = book("B-1")
    loans.check_out(copy, to=ada)
    loans.give_back(copy)
    visits.enter(grace)
    assert go() == 1  # it failed, so the endpoint is left alone for this run
    go(0)
    assert college.kinds() == ["loaned", "entered"]  # Ada's return waits behind her loan
    go(1)
    assert college.kinds() == ["loaned", "entered", "loaned", "returned"]
    ids = [headers["X-Ostiary-Delivery"] for _path, headers, _body in college.heard]
    assert ids[0] == ids[2]  # the same delivery, tried again


def test_a_receiver_that_is_down_is_tried_for_three_days_and_then_given_up(ada, settings, db):
    settings.DEBUG = True
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    WebhookEndpoint.objects.create(name="Down", url=f"http://127.0.0.1:{port}/", secret="s" * 20)
    visits.enter(ada)
    minutes, tries = 0, 0
    while states() == ["waiting"] and minutes < 60 * 24 * 5:
        tries += go(minutes)
        minutes += 10
    assert states() == ["given_up"]
    assert 60 * 24 * 2.5 < minutes < 60 * 24 * 3.1 and 15 < tries < 30
    delivery = WebhookDelivery.objects.get()
    assert "ConnectionRefused" in delivery.answered
    outbox.send_again(delivery)
    assert states() == ["waiting"]


def test_a_redirect_is_not_followed(ada, college, endpoint):
    college.statuses = [302]
    visits.enter(ada)
    go()
    assert [path for path, _headers, _body in college.heard] == ["/hook?a=1"]
    assert WebhookDelivery.objects.get().answered == "HTTP 302"


def test_a_slow_receiver_is_cut_off(ada, college, endpoint, monkeypatch):
    monkeypatch.setattr(post, "CONNECT", 0.3)
    college.slow.clear()
    visits.enter(ada)
    go()
    assert states() == ["waiting"] and "imeout" in WebhookDelivery.objects.get().answered


def test_whoever_drips_bytes_is_cut_off_too(ada, settings, db, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(post, "WHOLE", 0.5)
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip():
        there, _address = server.accept()
        with there:
            there.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(0.05):
                try:
                    there.sendall(b"x")
                except OSError:
                    return

    threading.Thread(target=drip, daemon=True).start()
    WebhookEndpoint.objects.create(name="Drip", url=f"http://127.0.0.1:{server.getsockname()[1]}/", secret="s" * 20)
    visits.enter(ada)
    go()
    stop.set()
    server.close()
    assert states() == ["waiting"]


def test_a_huge_answer_is_not_read_to_its_end(ada, college, endpoint):
    college.long = b"x" * 5_000_000
    visits.enter(ada)
    go()
    assert states() == ["delivered"]


def test_a_worker_that_died_leaves_its_delivery_to_another(ada, college, endpoint):
    visits.enter(ada)
    WebhookDelivery.objects.update(lease_until=timezone.now() + timedelta(minutes=2))
    assert go() == 0
    assert go(3) == 1 and states() == ["delivered"]


def test_what_was_heard_is_not_sent_again_and_is_forgotten_after_a_month(ada, college, endpoint):
    visits.enter(ada)
    tasks.send_due(timezone.now() + timedelta(minutes=3))
    with pytest.raises(Refused, match="delivered"):
        outbox.send_again(WebhookDelivery.objects.get())
    assert sending.purge(timezone.now()) == {"webhook_deliveries": 0}
    assert sending.purge(timezone.now() + timedelta(days=31)) == {"webhook_deliveries": 1}


# --- where it may go ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://college.example.org/",
        "http://127.0.0.1/",  # DEBUG is off
        "ftp://college.example.org/",
        "https://user:word@college.example.org/",
        "https:///nowhere",
        "https://college.example.org/a b",
        "https://college.example.org:99999/",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(Refused, match="bad_webhook_address"):
        addresses.split(url)


@pytest.mark.parametrize(
    "number",
    ["10.0.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0"],
)
def test_a_name_that_leads_into_a_private_network_is_refused(number, monkeypatch, settings):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (number, 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **how: found)
    target = addresses.split("https://college.example.org/")
    with pytest.raises(Refused, match="inside_network"):
        addresses.resolved(target)
    settings.LIBRARY_WEBHOOK_PRIVATE = True
    assert addresses.resolved(target) == number


def test_one_bad_number_among_good_ones_is_enough(monkeypatch):
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **how: found)
    with pytest.raises(Refused, match="inside_network"):
        addresses.resolved(addresses.split("https://college.example.org/"))
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **how: found[:1])
    assert addresses.resolved(addresses.split("https://college.example.org/")) == "93.184.216.34"


# --- in the administration ------------------------------------------------------------------------


def test_an_administrator_sets_one_up_and_sends_again(client, administrator, ada, college, endpoint):
    client.force_login(administrator)
    form = {"name": "New", "secret": "x" * 20, "kinds": ["loaned"], "active": "on"}
    bad = client.post("/admin/library/webhookendpoint/add/", form | {"url": "http://10.0.0.1/"})
    assert "begins with https://" in bad.content.decode()
    good = client.post("/admin/library/webhookendpoint/add/", form | {"url": "https://college.example.org/hook"})
    assert good.status_code == 302 and WebhookEndpoint.objects.get(name="New").kinds == ["loaned"]
    visits.enter(ada)
    WebhookDelivery.objects.update(state="given_up")
    pk = WebhookDelivery.objects.get().pk
    client.post("/admin/library/webhookdelivery/", {"action": "send_again", "_selected_action": [pk]})
    assert states() == ["waiting"]
