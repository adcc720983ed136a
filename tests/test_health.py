"""Monitors hear the truth: alive without a database, ready with reasons, numbers only for those who may."""

from __future__ import annotations

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import connection

from accounts.roles import Purpose
from config import health
from recognition import crypto
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
    assert parts(client) == (
        200,
        {name: {"ok": True} for name in ("database", "channel_layer", "models", "gallery", "photos")},
    )


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


@pytest.mark.django_db
def test_a_gallery_sealed_with_a_lost_key_is_not_ready(client, settings, ada):
    blob = crypto.encrypt(b"\0" * 128, context=crypto.template_context(ada.pk, Purpose.RECEPTION))
    FaceTemplate.objects.create(person=ada, purpose=Purpose.RECEPTION, profile="fake", vector=blob, photos=3)
    assert parts(client)[0] == 200

    settings.FACE_KEYS = {"another": b"\x07" * 32}
    status, found = parts(client)
    assert status == 503
    assert found["gallery"]["ok"] is False


@pytest.mark.django_db
def test_a_database_that_is_down_is_told_without_its_address(client, monkeypatch):
    def down():
        raise RuntimeError("could not connect to postgres://ostiary:secret@10.0.0.5")

    monkeypatch.setattr(connection, "cursor", down)
    status, found = parts(client)
    assert status == 503
    assert found["database"] == {"ok": False, "why": "The database does not answer; the log says more."}


@pytest.mark.django_db
def test_a_channel_layer_that_swallows_messages_is_not_ready(client, monkeypatch):
    async def swallow(self, channel, message):
        pass

    monkeypatch.setattr(InMemoryChannelLayer, "send", swallow)
    monkeypatch.setattr(health, "LAYER_PATIENCE", 0.05)
    status, found = parts(client)
    assert status == 503
    assert found["channel_layer"]["ok"] is False


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
