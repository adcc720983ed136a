"""Webhooks in the form of Standard Webhooks: signatures, secrets, names, dead letters, and a receiver that is gone."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.admin.webhooks import EndpointForm
from accounts.consent.consent import withdraw_consent
from accounts.models import User, WebhookDelivery, WebhookEndpoint
from accounts.people.lifecycle import delete_person
from accounts.roles import Purpose
from accounts.webhooks import alerts, kinds, outbox, payload, retention, secret_rules, secrets, sending, signing
from accounts.webhooks.kinds import EventKind
from config.ops import sealing
from library.circulation import retention as history
from recognition.faces import key_rotation
from recognition.faces.erasure import erase_person
from recognition.management.retention import purge_expired
from tests.support.faces import enrolled
from tests.support.webhooks import Receiver, go, subscribed, told

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/webhooks.md").read_text()
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the test vector of the specification's own libraries


@pytest.fixture
def receiver(settings, db):
    settings.DEBUG = True
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def endpoint(receiver):
    return subscribed(f"http://127.0.0.1:{receiver.port}/hook")


def happened(person=None, **facts):
    with transaction.atomic():
        outbox.emit("sighting.recognised", {"id": 1, "station": "front-door", **facts}, person=person)


def documented_verifier():
    """The ten lines of docs/webhooks.md."""
    [code] = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    names: dict[str, object] = {}
    exec(code, names)
    return names["verify"]


def lower(headers):
    return {name.lower(): value for name, value in headers.items()}


# --- signatures -----------------------------------------------------------------------------------


def test_the_test_vector_of_the_specification():
    found = signing.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_openssl_comes_to_the_same_signature(ada, endpoint, receiver):
    happened(ada)
    assert go() == 1
    [(_path, headers, body)] = receiver.heard
    headers = lower(headers)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    [secret] = endpoint.secrets(timezone.now())
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    digest = subprocess.run(command, input=signed, capture_output=True, check=True).stdout
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_the_documented_verifier_takes_ours_and_nothing_else(ada, endpoint, receiver):
    happened(ada)
    go()
    [(_path, headers, body)] = receiver.heard
    headers, verify, [secret] = lower(headers), documented_verifier(), endpoint.secrets(timezone.now())
    verify(headers, body, secret)
    old = {**headers, "webhook-timestamp": str(int(time.time()) - 301)}
    for changed, text, key in (
        (headers, body + b" ", secret),
        (headers, body, secret_rules.new_secret()),
        ({**headers, "webhook-id": "msg_0"}, body, secret),
        (old, body, secret),
        (signing.headers("msg_1", int(time.time()) - 301, body, [secret]), body, secret),
    ):
        with pytest.raises(ValueError, match="not from"):
            verify(changed, text, key)


def test_every_try_has_the_same_id_and_its_own_time(ada, endpoint, receiver, monkeypatch):
    receiver.statuses = [500]
    happened(ada)
    go()
    monkeypatch.setattr(sending.time, "time", lambda: 1614265330)
    go(1)
    first, second = (lower(headers) for _path, headers, _body in receiver.heard)
    assert first["webhook-id"] == second["webhook-id"] == f"msg_{WebhookDelivery.objects.get().pk}"
    assert second["webhook-timestamp"] == "1614265330" != first["webhook-timestamp"]


# --- secrets --------------------------------------------------------------------------------------


def test_a_secret_is_made_in_the_form_of_the_specification_and_sealed(db):
    endpoint = subscribed()
    [secret] = endpoint.secrets(timezone.now())
    assert len(secret_rules.decoded(secret)) == 32
    assert secret not in str(WebhookEndpoint.objects.values().get())
    assert endpoint.sealed.startswith("S1.")


def test_a_secret_that_was_moved_to_another_row_opens_nothing(db):
    mine, theirs = subscribed(), subscribed()
    theirs.sealed = mine.sealed
    with pytest.raises(Exception, match="damaged"):
        theirs.secrets(timezone.now())


@pytest.mark.parametrize("text", ["whsec_", "whsec_ü", "abc", "whsec_" + base64.b64encode(b"x" * 23).decode()])
def test_other_secrets_are_refused(text):
    with pytest.raises(ValueError):
        secret_rules.decoded(text)


def test_an_old_secret_keeps_its_key_in_both_forms(ada, receiver):
    endpoint = subscribed(f"http://127.0.0.1:{receiver.port}/", secret="s" * 20)
    happened(ada)
    go()
    [(_path, headers, body)] = receiver.heard
    sent = int(headers["X-Ostiary-Timestamp"])
    documented_verifier()(lower(headers), body, secret_rules.standard_form("s" * 20))
    assert headers["X-Ostiary-Signature"] == signing.old_signature("s" * 20, sent, body)
    assert endpoint.secrets(timezone.now()) == ["s" * 20]


def test_for_a_day_both_secrets_sign(ada, endpoint, receiver):
    now = timezone.now()
    [old] = endpoint.secrets(now)
    secrets.rotate(endpoint, now)
    [new, _old] = endpoint.secrets(now)
    happened(ada)
    go()
    [(_path, headers, body)] = receiver.heard
    for secret in (old, new):
        documented_verifier()(lower(headers), body, secret)
    assert headers["X-Ostiary-Signature"] == signing.old_signature(old, int(headers["X-Ostiary-Timestamp"]), body)
    assert endpoint.secrets(now + timedelta(days=1)) == [new]


def test_a_change_of_keys_seals_the_secrets_again(db, settings):
    endpoint = subscribed()
    secrets.rotate(endpoint, timezone.now())
    before = endpoint.secrets(timezone.now())
    settings.FACE_KEYS = {"new": b"n" * 32, **settings.FACE_KEYS}
    assert key_rotation.count() == 1
    assert list(key_rotation.rotate_keys()) == ["rotated"] and list(key_rotation.rotate_keys()) == ["current"]
    endpoint.refresh_from_db()
    assert endpoint.secrets(timezone.now()) == before and not sealing.needs_rotation(endpoint.previous)


def test_a_lost_key_is_a_reason_and_loses_no_delivery(ada, endpoint, receiver, settings):
    happened(ada)
    settings.FACE_KEYS = {"other": b"o" * 32}
    go()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.answered, receiver.heard) == ("waiting", "wrong_key", [])


# --- names ----------------------------------------------------------------------------------------


def test_names_are_for_subscribers_who_may_see_them(ada):
    with_names, without = subscribed(), subscribed(names=False)
    happened(ada)
    [seen], [blind] = told(with_names), told(without)
    assert seen["data"]["person"] == {"id_number": "s-ada", "name": "Ada Lovelace"}
    assert blind["data"]["person"] is None and blind["type"] == "sighting.recognised"
    said = json.dumps(blind).lower()
    assert "lovelace" not in said and "s-ada" not in said  # "ada" alone may stand in a random id


def test_the_outbox_itself_names_nobody(ada):
    subscribed()
    happened(ada)
    row = WebhookDelivery.objects.values().get()
    assert "s-ada" not in str(row) and "Ada" not in str(row)


def test_whoever_was_deleted_meanwhile_is_not_named(ada, administrator):
    endpoint = subscribed()
    with transaction.atomic():
        outbox.emit("library.left", {"id": 1}, person=ada)
    delete_person(User.objects.get(pk=ada.pk), by=administrator)
    [body] = told(endpoint)
    assert body["data"]["person"] is None


def test_words_that_someone_typed_need_the_right_too(ada, teacher):
    with_names, without = subscribed(), subscribed(names=False)
    with transaction.atomic():
        outbox.emit("attendance.corrected", {"id": 1, "reason": "Ada missed the bus"}, person=ada)
    assert told(with_names)[0]["data"]["reason"] == "Ada missed the bus"
    assert "reason" not in told(without)[0]["data"]


def test_the_outbox_keeps_nothing_longer_than_the_app(ada, settings):
    settings.LIBRARY_HISTORY_DAYS, settings.SIGHTING_DAYS, settings.ATTENDANCE_DAYS = 3, 3, 3
    subscribed()
    with transaction.atomic():
        for kind in ("library.loaned", "sighting.recognised", "attendance.seen", "lockers.opened"):
            outbox.emit(kind, {"id": 1}, person=ada)
    WebhookDelivery.objects.update(state="given_up")
    later = timezone.now() + timedelta(days=4)
    purge_expired(now=later)
    history.forget(later)
    assert [row.kind for row in WebhookDelivery.objects.all()] == ["lockers.opened"]


def test_a_withdrawal_takes_along_what_waits_to_be_told(ada, notices):
    enrolled(ada, "ada", Purpose.RECEPTION, Purpose.LIBRARY)
    endpoint = subscribed()
    happened(ada, purpose="reception")
    happened(ada, purpose="library")
    withdraw_consent(ada, Purpose.RECEPTION, by=ada)
    assert [body["data"]["purpose"] for body in told(endpoint)] == ["library"]
    erase_person(ada, by=None)
    assert told(endpoint) == []


# --- which events ---------------------------------------------------------------------------------


def test_what_must_be_chosen_is_not_among_all(db):
    subscribed()
    chosen = subscribed(kinds=["lockers.silent_alarm"])
    with transaction.atomic():
        outbox.emit("lockers.silent_alarm", {"id": 3})
    assert [row.endpoint for row in WebhookDelivery.objects.all()] == [chosen]


def test_an_unknown_kind_is_a_fault_of_ours(db):
    with pytest.raises(LookupError):
        outbox.emit("library.exploded", {})


def test_one_code_is_one_kind():
    kind = kinds.get("library.loaned")
    kinds.register(kind)
    with pytest.raises(ValueError, match="another event"):
        kinds.register(EventKind("library.loaned", "Other", "Other.", {}))


def test_every_kind_is_documented_with_an_example():
    assert {code for code in kinds.all_kinds() if f"`{code}`" not in DOCUMENT} == set()
    for kind in kinds.all_kinds().values():
        example = json.loads(json.dumps(payload.example_of(kind)))
        assert example["type"] == kind.code and str(kind.meaning).endswith(".")
        assert (example["data"]["person"] is None) == (not kind.about_a_person)


# --- dead letters ---------------------------------------------------------------------------------


def test_a_receiver_that_is_gone_is_switched_off(ada, endpoint, receiver):
    receiver.statuses = [410]
    happened(ada)
    happened(ada)
    go()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_because) == (False, "HTTP 410")
    assert list(WebhookDelivery.objects.order_by("pk").values_list("state", "answered")) == [
        ("given_up", "HTTP 410"),
        ("waiting", ""),
    ]
    assert go(10_000) == 0 and "turned off" in " ".join(alerts.alerts())
    assert retention.purge(timezone.now() + timedelta(days=31)) == {"webhook_deliveries": 2}


def test_a_kind_of_an_older_version_is_a_dead_letter(endpoint, receiver):
    WebhookDelivery.objects.create(endpoint=endpoint, kind="library.eaten", give_up_at=timezone.now())
    go()
    assert WebhookDelivery.objects.values_list("state", "answered").get() == ("given_up", "unknown_kind")


def test_a_fault_of_our_own_stops_no_other_delivery(ada, grace, endpoint, receiver, monkeypatch):
    happened(ada)
    other = subscribed(f"http://127.0.0.1:{receiver.port}/other", kinds=["attendance.opened"])
    with transaction.atomic():
        outbox.emit("attendance.opened", {"id": 2})
    written = payload.payload_of

    def broken(delivery):
        return 1 / 0 if delivery.kind == "sighting.recognised" else written(delivery)

    monkeypatch.setattr(sending, "payload_of", broken)
    go()
    assert [path for path, _headers, _body in receiver.heard] == ["/other"] and other.deliveries.count() == 1
    assert "log says more" in WebhookDelivery.objects.filter(kind="sighting.recognised").get().answered


def test_a_database_away_after_the_request_sends_it_again_under_the_same_id(ada, endpoint, receiver, monkeypatch):
    """As does a process that is killed there: the row stays claimed until its lease ends."""

    def away(*args, **how):
        raise OperationalError("server closed the connection")

    happened(ada)
    with monkeypatch.context() as broken, pytest.raises(OperationalError):
        broken.setattr(QuerySet, "update", away_after_the_claim(away))
        go()
    assert WebhookDelivery.objects.get().state == "sending" and go(1) == 0
    assert go(3) == 1 and WebhookDelivery.objects.get().state == "delivered"
    first, second = (lower(headers)["webhook-id"] for _path, headers, _body in receiver.heard)
    assert first == second


def away_after_the_claim(away):
    update, calls = QuerySet.update, []

    def once(rows, **values):
        calls.append(values)
        return update(rows, **values) if len(calls) == 1 else away()

    return once


def test_a_worker_that_cannot_be_woken_undoes_nothing(ada, endpoint, monkeypatch, django_capture_on_commit_callbacks):
    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr("accounts.webhooks.tasks.wake", locked)
    with django_capture_on_commit_callbacks(execute=True):
        happened(ada)
    assert WebhookDelivery.objects.get().state == "waiting"


def test_monitors_read_how_many_lie_in_each_state(client, ada, endpoint, settings):
    settings.METRICS_TOKEN = "m3trics"
    happened(ada)
    page = client.get("/metrics", headers={"Authorization": "Bearer m3trics"}).content.decode()
    assert 'ostiary_webhooks{state="waiting"} 1.0' in page and 'ostiary_webhooks{state="given_up"} 0.0' in page


# --- in the administration ------------------------------------------------------------------------

ENDPOINTS, DELIVERIES = "/admin/library/webhookendpoint/", "/admin/library/webhookdelivery/"
FORM = {"name": "New", "url": "https://college.example.org/hook", "active": "on"}


def test_an_administrator_grants_names_and_reads_the_secret(client, administrator):
    client.force_login(administrator)
    page = client.get(f"{ENDPOINTS}add/").content.decode()
    assert all(code in page for code in kinds.all_kinds()) and "Must be chosen." in page
    assert client.post(f"{ENDPOINTS}add/", FORM | {"sees_names": "on"}).status_code == 302
    made = WebhookEndpoint.objects.get()
    assert (
        made.sees_names
        and made.secrets(timezone.now())[0] in client.get(f"{ENDPOINTS}{made.pk}/change/").content.decode()
    )


def test_names_are_granted_by_administrators_and_no_one_else(administrator, librarian, db):
    endpoint = subscribed(names=False)
    for editor, granted in ((librarian, False), (administrator, True)):
        form_class = type("Form", (EndpointForm,), {"editor": editor})
        form = form_class(FORM | {"sees_names": "on", "kinds": ["library.loaned"]}, instance=endpoint)
        assert form.is_valid() is granted  # a librarian is offered no kind of event either
        assert form.cleaned_data["sees_names"] is granted


def test_a_secret_of_ones_own_must_have_the_form(client, administrator):
    client.force_login(administrator)
    bad = client.post(f"{ENDPOINTS}add/", FORM | {"secret": "s" * 20})
    assert "This is not a valid secret" in bad.content.decode()
    client.post(f"{ENDPOINTS}add/", FORM | {"secret": SECRET})
    made = WebhookEndpoint.objects.get()
    assert made.secrets(timezone.now()) == [SECRET]
    other = secret_rules.new_secret()
    client.post(f"{ENDPOINTS}{made.pk}/change/", FORM | {"secret": other})
    made.refresh_from_db()
    assert made.secrets(timezone.now()) == [other, SECRET]
    client.post(ENDPOINTS, {"action": "new_secret", "_selected_action": [made.pk]})
    made.refresh_from_db()
    assert made.secrets(timezone.now())[1] == other


def test_dead_letters_are_read_with_their_reason_and_sent_again(client, administrator, ada, grace, db):
    client.force_login(administrator)
    one, two = subscribed(name="One"), subscribed(name="Two")
    for person in (ada, grace):
        happened(person)
    WebhookDelivery.objects.update(state="given_up", answered="HTTP 410", tries=9)
    page = client.get(DELIVERIES).content.decode()
    assert "the receiver no longer exists" in page and "Given up" in page
    first = WebhookDelivery.objects.filter(endpoint=one).first()
    client.post(DELIVERIES, {"action": "send_again", "_selected_action": [first.pk]})
    assert list(WebhookDelivery.objects.filter(state="waiting")) == [first]
    client.post(ENDPOINTS, {"action": "send_all_again", "_selected_action": [two.pk]})
    assert WebhookDelivery.objects.filter(endpoint=two, state="waiting", tries=0).count() == 2
    assert "1 webhook delivery failed for good." in client.get("/admin/").content.decode()


def test_switching_it_on_again_forgets_why_it_was_off(client, administrator, endpoint):
    client.force_login(administrator)
    WebhookEndpoint.objects.update(active=False, off_because="HTTP 410")
    client.post(f"{ENDPOINTS}{endpoint.pk}/change/", FORM)
    endpoint.refresh_from_db()
    assert endpoint.active and endpoint.off_because == "" and endpoint.sees_names is False
