"""Another system is told what happened: over a real HTTP server that is down, slow or wrong."""

from __future__ import annotations

import json
import socket
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.webhooks import addresses, outbox, post, retention, sending, tasks
from accounts.webhooks.signing import old_signature
from config.errors import Refused
from library.circulation import loans
from library.visits import visits
from tests.support.dripping import dripping
from tests.support.library import book
from tests.support.webhooks import Receiver, subscribed


@pytest.fixture
def college(settings, db):
    settings.DEBUG = True
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def endpoint(college):
    return subscribed(f"http://127.0.0.1:{college.port}/hook?a=1", name="College", secret="s" * 20)


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
    assert headers["X-Ostiary-Signature"] == old_signature("s" * 20, int(headers["X-Ostiary-Timestamp"]), body)
    assert headers["X-Ostiary-Signature"] != old_signature("t" * 20, int(headers["X-Ostiary-Timestamp"]), body)
    assert headers["X-Ostiary-Event"] == "library.loaned" and states() == ["delivered"]


def test_what_did_not_happen_is_not_told(ada, college, endpoint):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        loans.check_out(book(), to=ada)
        assert WebhookDelivery.objects.exists()
        raise ZeroDivisionError
    assert not WebhookDelivery.objects.exists()


def test_only_what_an_endpoint_wants_and_only_while_it_is_on(ada, college, endpoint):
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(kinds=["library.returned"])
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


def test_a_name_that_no_name_server_takes_keeps_no_other_receiver_waiting(ada, college, endpoint):
    subscribed("https://college..example.org/")
    visits.enter(ada)
    assert go() == 2
    assert sorted(states()) == ["delivered", "waiting"] and college.kinds() == ["entered"]


def test_a_receiver_that_is_down_is_tried_for_three_days_and_then_given_up(ada, settings, db):
    settings.DEBUG = True
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    subscribed(f"http://127.0.0.1:{port}/")
    visits.enter(ada)
    minutes, tries = 0, 0
    while states() == ["waiting"] and minutes < 60 * 24 * 5:
        tries += go(minutes)
        minutes += 10
    assert states() == ["given_up"]
    assert 60 * 24 * 2.5 < minutes < 60 * 24 * 3.1 and 15 < tries < 30
    delivery = WebhookDelivery.objects.get()
    assert "ConnectionRefused" in delivery.answered
    assert outbox.send_again(WebhookDelivery.objects.all()) == 1
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
    with dripping() as address:
        subscribed(f"{address}/")
        visits.enter(ada)
        go()
    assert states() == ["waiting"]


def test_a_huge_answer_is_not_read_to_its_end(ada, college, endpoint):
    college.long = b"x" * 5_000_000
    visits.enter(ada)
    go()
    assert states() == ["delivered"]


def test_a_worker_that_died_leaves_its_delivery_to_another(ada, college, endpoint):
    visits.enter(ada)
    WebhookDelivery.objects.update(state="sending", tries=1, lease_until=timezone.now() + timedelta(minutes=2))
    assert go() == 0
    assert go(3) == 1 and states() == ["delivered"]


def test_what_was_heard_is_not_sent_again_and_is_forgotten_after_a_month(ada, college, endpoint):
    visits.enter(ada)
    tasks.send_due(timezone.now() + timedelta(minutes=3))
    assert outbox.send_again(WebhookDelivery.objects.all()) == 0
    assert retention.purge(timezone.now()) == {"webhook_deliveries": 0}
    assert retention.purge(timezone.now() + timedelta(days=31)) == {"webhook_deliveries": 1}


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
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **how: found)
    target = addresses.split("https://college.example.org/")
    with pytest.raises(Refused, match="inside_network"):
        addresses.resolved(target)
    settings.LIBRARY_WEBHOOK_PRIVATE = True
    assert addresses.resolved(target) == number


def test_one_bad_number_among_good_ones_is_enough(monkeypatch):
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **how: found)
    with pytest.raises(Refused, match="inside_network"):
        addresses.resolved(addresses.split("https://college.example.org/"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **how: found[:1])
    assert addresses.resolved(addresses.split("https://college.example.org/")) == "93.184.216.34"


# --- in the administration ------------------------------------------------------------------------


def test_an_administrator_sets_one_up_and_sends_again(client, administrator, ada, college, endpoint):
    client.force_login(administrator)
    form = {"name": "New", "kinds": ["library.loaned"], "active": "on"}
    bad = client.post("/admin/library/webhookendpoint/add/", form | {"url": "http://10.0.0.1/"})
    assert "begins with https://" in bad.content.decode()
    good = client.post("/admin/library/webhookendpoint/add/", form | {"url": "https://college.example.org/hook"})
    assert good.status_code == 302 and WebhookEndpoint.objects.get(name="New").kinds == ["library.loaned"]
    visits.enter(ada)
    WebhookDelivery.objects.update(state="given_up")
    pk = WebhookDelivery.objects.get().pk
    client.post("/admin/library/webhookdelivery/", {"action": "send_again", "_selected_action": [pk]})
    assert states() == ["waiting"]
