"""Monitors hear the truth: alive without a database, ready with reasons, numbers only for those who may."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import InterfaceError, connections

from accounts.roles import Purpose
from config.ops.health import disk, probes
from config.ops.health import views as health
from recognition.faces import crypto
from recognition.models import FaceTemplate


def parts(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["parts"]


def test_alive_asks_nothing_of_the_database(client):
    # No `db` fixture: pytest-django refuses every query here.
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_ready_when_every_part_answers(client):
    status, found = parts(client)
    assert status == 200 and all(part["ok"] for part in found.values())
    assert found.pop("models") == {"ok": True, "note": "profile 'fake'"}
    assert found.pop("jobs") == {"ok": True, "note": "No timed job has run yet."}
    assert all(part == {"ok": True} for part in found.values())
    assert {"database", "time", "disk", "channel_layer", "gallery", "photos"} <= found.keys()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_monitors_are_not_sent_to_https(client, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/").status_code == 301
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_a_missing_model_is_named_with_its_remedy(client, settings, tmp_path):
    settings.RECOGNITION_ENGINE = "recognition.engine.build_engine"
    settings.MODELS_DIR = tmp_path
    status, found = parts(client)
    assert status == 503
    assert found["models"]["ok"] is False
    assert "setup_models" in found["models"]["why"]
    assert found["database"]["ok"]


@pytest.mark.django_db(transaction=True)
def test_a_gallery_sealed_with_a_lost_key_is_not_ready(client, settings, ada):
    blob = crypto.encrypt(b"\0" * 128, context=crypto.template_context(ada.pk, Purpose.RECEPTION))
    FaceTemplate.objects.create(person=ada, purpose=Purpose.RECEPTION, profile="fake", vector=blob, photos=3)
    assert parts(client)[0] == 200

    settings.FACE_KEYS = {"another": b"\x07" * 32}
    status, found = parts(client)
    assert status == 503
    assert found["gallery"]["ok"] is False


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_told_without_its_address(client, monkeypatch):
    def down(*_args):
        raise RuntimeError("could not connect to postgres://ostiary:secret@10.0.0.5")

    monkeypatch.setattr(type(connections["default"]), "get_new_connection", down)
    status, found = parts(client)
    assert status == 503
    assert found["database"] == {"ok": False, "why": "The database is not responding. See the log for details."}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["VAR_DIR", "ATTENDANCE_CSV_DIR"])
def test_a_folder_that_cannot_be_written_to_is_told_without_its_path(client, settings, tmp_path, name):
    assert parts(client)[1]["disk"] == {"ok": True}
    (tmp_path / "file").touch()
    setattr(settings, name, tmp_path / "file" / "folder")  # root may write everywhere, but not there
    status, found = parts(client)
    assert status == 503
    assert name in found["disk"]["why"] and str(tmp_path) not in found["disk"]["why"]


@pytest.mark.django_db
def test_a_disk_that_takes_nothing_more_is_told(client, settings, monkeypatch):
    def full(*args, **kwargs):
        return Path("/dev/full").open("wb")

    monkeypatch.setattr(disk.tempfile, "TemporaryFile", full)
    status, found = parts(client)
    assert status == 503 and "cannot be written to" in found["disk"]["why"]


def test_a_disk_that_is_nearly_full_is_told_to_monitors_and_administrators(client, settings, administrator):
    settings.DISK_LEAST_FREE_MB = 10**12
    status, found = parts(client)
    assert status == 503 and "nearly full" in found["disk"]["why"]
    client.force_login(administrator)
    assert "nearly full" in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_a_channel_layer_that_swallows_messages_is_not_ready(client, monkeypatch):
    async def swallow(self, channel, message):
        pass

    monkeypatch.setattr(InMemoryChannelLayer, "send", swallow)
    monkeypatch.setattr(health, "LAYER_PATIENCE", 0.05)
    status, found = parts(client)
    assert status == 503
    assert found["channel_layer"]["ok"] is False


@pytest.mark.django_db(transaction=True)
def test_a_database_that_hangs_is_told_in_time_and_asked_once(client, monkeypatch):
    asked, goes_on = [], threading.Event()

    def hangs():
        asked.append(1)
        goes_on.wait(60)

    monkeypatch.setitem(health.PARTS, "database", hangs)
    monkeypatch.setattr(health, "PATIENCE", 1.0)
    for _ in range(3):
        status, found = parts(client)
        assert (status, found["database"]["ok"], found["gallery"]) == (503, False, {"ok": True})
    assert len(asked) == 1
    goes_on.set()


@pytest.mark.django_db
def test_metrics_do_not_exist_for_the_public(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_metrics_are_for_the_bearer_of_the_token(client, settings):
    settings.METRICS_TOKEN = "m3trics"
    assert b"django_http_requests" in client.get("/metrics", headers={"Authorization": "Bearer m3trics"}).content
    for wrong in ("Bearer m3tric", "Basic m3trics", "Bearer", "m3trics", "Bearer ä"):
        assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 404


def test_metrics_are_for_administrators(client, administrator, teacher):
    client.force_login(teacher)
    assert client.get("/metrics").status_code == 404
    client.force_login(administrator)
    assert client.get("/metrics").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_nothing_can_be_posted(client, address):
    assert client.post(address).status_code == 405


def test_a_line_that_cannot_even_be_closed_is_an_answer_too(monkeypatch):
    def dead():
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(probes.connections, "close_all", dead)
    assert probes.ask({"a-test": lambda: {"ok": False}}, within=5) == {"a-test": {"ok": False}}
