"""Webhooks over the API, and what both doors keep hidden: the query of an address, and a secret that was said once."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.models import IdempotencyKey, WebhookDelivery, WebhookEndpoint
from accounts.webhooks import outbox, secrets
from config.ops.network.relay import Answer
from config.ops.network.retry_after import LONGEST, pause_wanted
from tests.support.api import V1, client_of, code_of, results
from tests.support.webhooks import Receiver, go, subscribed

HOOKS, DELIVERIES = f"{V1}/webhooks/", f"{V1}/webhook-deliveries/"
TOKEN = "https://example.org/hook?token=t0p"


@pytest.fixture
def api(administrator):
    return client_of(administrator)


@pytest.fixture
def receiver(settings, db):
    settings.DEBUG = True
    receiver = Receiver()
    yield receiver
    receiver.close()


def happened(person=None):
    with transaction.atomic():
        outbox.emit("sighting.recognised", {"id": 1, "station": "front-door"}, person=person)


def made(api, **wanted):
    answer = api.post(HOOKS, {"name": "College", "url": "https://example.org/hook", **wanted})
    assert answer.status_code == 201, answer.content
    return answer.json()


# --- setting up ---------------------------------------------------------------------------------------------


def test_a_secret_is_said_when_it_is_made_and_never_again(api):
    new = made(api)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secrets(timezone.now()) == [new["secret"]]
    for answer in (api.get(HOOKS), api.get(f"{HOOKS}{new['id']}/"), api.patch(f"{HOOKS}{new['id']}/", {"name": "N"})):
        assert new["secret"] not in answer.content.decode()


def test_no_answer_with_a_secret_is_kept_for_a_repetition(api):
    api.post(HOOKS, {"name": "C", "url": "https://example.org/"}, headers={"Idempotency-Key": "k"})
    assert not IdempotencyKey.objects.exists()


def test_a_secret_of_ones_own_is_taken_and_a_bad_one_is_not(api):
    own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert made(api, secret=own)["secret"] == own
    assert code_of(api.post(HOOKS, {"name": "C", "url": "https://e.org/", "secret": "short"})) == "bad_webhook_secret"


def test_rotating_says_the_new_secret_and_for_a_day_both_sign(api):
    old = made(api)
    new = api.post(f"{HOOKS}{old['id']}/rotate/").json()
    assert WebhookEndpoint.objects.get().secrets(timezone.now()) == [new["secret"], old["secret"]]
    assert WebhookEndpoint.objects.get().secrets(timezone.now() + secrets.OVERLAP) == [new["secret"]]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"url": "http://example.org/"}, "bad_webhook_address"),
        ({"url": "https://me:pw@example.org/"}, "bad_webhook_address"),
        ({"kinds": ["library.eaten"]}, "unknown_event"),
        ({"active": "yes"}, "invalid"),
    ],
)
def test_what_is_not_possible_is_refused_and_changes_nothing(api, wanted, code):
    new = made(api)
    assert code_of(api.patch(f"{HOOKS}{new['id']}/", wanted)) == code
    assert api.get(f"{HOOKS}{new['id']}/").json()["url"] == "https://example.org/hook"


def test_a_webhook_is_changed_switched_on_again_and_deleted(api):
    address = f"{HOOKS}{made(api)['id']}/"
    WebhookEndpoint.objects.update(active=False, off_because="HTTP 410")
    changed = api.patch(address, {"active": True, "kinds": ["lockers.alarm"], "sees_names": True}).json()
    assert (changed["active"], changed["off_because"], changed["kinds"]) == (True, "", ["lockers.alarm"])
    assert LogEntry.objects.get_for_object(WebhookEndpoint.objects.get()).first().actor.id_number == "a-root"
    assert api.delete(address).status_code == 204
    assert not WebhookEndpoint.objects.exists()


def test_the_events_are_listed_with_an_example(api):
    found = {kind["code"]: kind for kind in api.get(f"{HOOKS}events/").json()}
    assert found["lockers.silent_alarm"]["only_if_chosen"]
    assert found["library.loaned"]["example"]["type"] == "library.loaned"


# --- the query of an address ----------------------------------------------------------------------------------


def test_a_token_in_the_query_is_sealed_and_sent(api, receiver, ada):
    new = made(api, url=f"http://127.0.0.1:{receiver.port}/hook?token=t0p")
    row = WebhookEndpoint.objects.values().get()
    assert new["url"].endswith("/hook?…") and "t0p" not in str(row)
    assert "t0p" not in str(list(LogEntry.objects.values()))
    happened(ada)
    go()
    assert [path for path, _headers, _body in receiver.heard] == ["/hook?token=t0p"]


def test_what_was_shown_keeps_its_query_and_never_carries_it_elsewhere(api):
    address = f"{HOOKS}{made(api, url=TOKEN)['id']}/"
    api.patch(address, {"url": "https://example.org/hook?…"})
    assert WebhookEndpoint.objects.get().address() == TOKEN
    assert code_of(api.patch(address, {"url": "https://thief.example/hook?…"})) == "hidden_query"
    api.patch(address, {"url": "https://example.org/hook"})
    assert WebhookEndpoint.objects.get().address() == "https://example.org/hook"


def test_a_query_that_is_moved_to_another_host_by_hand_opens_nothing(ada, receiver):
    endpoint = subscribed(TOKEN)
    WebhookEndpoint.objects.update(url=f"http://127.0.0.1:{receiver.port}/hook")
    happened(ada)
    go()
    assert receiver.heard == []
    assert WebhookDelivery.objects.get(endpoint=endpoint).answered == "damaged"


def test_the_administration_shows_no_query_and_keeps_it(client, administrator):
    endpoint = subscribed(TOKEN)
    client.force_login(administrator)
    page = f"/admin/library/webhookendpoint/{endpoint.pk}/change/"
    shown = client.get(page).content.decode() + client.get("/admin/library/webhookendpoint/").content.decode()
    assert "hook?…" in shown and "t0p" not in shown
    client.post(page, {"name": "Renamed", "url": "https://example.org/hook?…", "active": "on", "secret": ""})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.address()) == ("Renamed", TOKEN)
    refused = client.post(page, {"name": "R", "url": "https://thief.example/?…", "active": "on", "secret": ""})
    assert "Enter the whole address again" in refused.content.decode()


def test_a_change_of_keys_seals_the_query_again(db, settings):
    endpoint = subscribed(TOKEN)
    settings.FACE_KEYS = {"new": b"n" * 32, **settings.FACE_KEYS}
    assert list(secrets.reseal()) == ["rotated"]
    endpoint.refresh_from_db()
    assert endpoint.sealed_query.startswith("S1.new.") and endpoint.address() == TOKEN


def test_the_migration_seals_what_lies_open_also_in_the_audit_log(db):
    endpoint = subscribed("https://example.org/hook")
    WebhookEndpoint.objects.update(url=TOKEN)
    LogEntry.objects.log_create(endpoint, action=1, changes={"url": ["None", TOKEN], "name": ["a", "b"]})
    migration = importlib.import_module("library.migrations.0015_queries_are_sealed")
    migration.seal(apps, None)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.address()) == ("https://example.org/hook", TOKEN)
    changes = [entry.changes for entry in LogEntry.objects.get_for_object(endpoint) if "name" in entry.changes]
    assert {"url": ["None", "https://example.org/hook?…"], "name": ["a", "b"]} in changes
    migration.unseal(apps, None)
    assert WebhookEndpoint.objects.values_list("url", flat=True).get() == TOKEN


# --- deliveries -------------------------------------------------------------------------------------------------


def test_what_failed_is_read_with_its_reason_and_sent_again(api, ada):
    endpoint = subscribed()
    happened(ada)
    WebhookDelivery.objects.update(state="given_up", answered="HTTP 410")
    [row] = results(api.get(f"{DELIVERIES}?webhook={endpoint.pk}&state=given_up"))
    assert (row["kind"], row["message_id"]) == ("sighting.recognised", f"msg_{row['id']}")
    assert row["reason"] == "HTTP 410: the receiver no longer exists, so the webhook was turned off"
    assert api.get(f"{HOOKS}{endpoint.pk}/").json()["given_up"] == 1
    assert api.post(f"{DELIVERIES}{row['id']}/replay/").json()["state"] == "waiting"
    WebhookDelivery.objects.update(state="given_up")
    assert api.post(f"{HOOKS}{endpoint.pk}/replay/").json() == {"count": 1}


def test_what_was_heard_is_not_sent_a_second_time(api, ada):
    subscribed()
    happened(ada)
    WebhookDelivery.objects.update(state="delivered")
    answer = api.post(f"{DELIVERIES}{WebhookDelivery.objects.get().pk}/replay/")
    assert (answer.status_code, code_of(answer)) == (409, "nothing_to_send_again")


def test_a_delivery_shows_nobody_s_name(api, ada):
    subscribed()
    happened(ada)
    assert "Ada" not in api.get(DELIVERIES).content.decode()


# --- Retry-After ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_to_be_left_alone_is_for_all_that_goes_to_it(ada, grace, receiver, status):
    endpoint = subscribed(f"http://127.0.0.1:{receiver.port}/hook")
    receiver.statuses, receiver.retry_after = [status], "1200"
    happened(ada)
    happened(grace)
    go()
    go(minutes=19)
    assert len(receiver.heard) == 1
    go(minutes=21)
    go(minutes=21)
    assert len(receiver.heard) == 3
    assert set(WebhookDelivery.objects.filter(endpoint=endpoint).values_list("state", flat=True)) == {"delivered"}


def test_an_error_that_does_not_ask_for_a_pause_gets_none(ada, receiver):
    subscribed(f"http://127.0.0.1:{receiver.port}/hook")
    receiver.statuses, receiver.retry_after = [500], "1200"
    happened(ada)
    go()
    go(minutes=1)
    assert len(receiver.heard) == 2


NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("30", timedelta(seconds=30)),
        ("Mon, 02 Mar 2026 10:20:00 GMT", timedelta(minutes=5)),
        ("999999999999999999999", LONGEST),
        ("Tue, 03 Mar 2026 10:20:00 GMT", LONGEST),
        ("Mon, 02 Mar 2026 10:00:00 GMT", None),
        ("0", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_pause_is_read_in_both_forms_and_has_an_end(value, pause):
    assert pause_wanted(Answer(429, b"", (("retry-after", value),)), NOW) == pause
    assert pause_wanted(Answer(200, b"", (("Retry-After", value),)), NOW) is None
