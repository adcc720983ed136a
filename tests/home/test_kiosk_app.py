"""The kiosk as an installed app: what a browser may keep of it, and how it learns that the server has another page."""

from __future__ import annotations

import json
import re

import pytest

from config.web.branding import brand
from recognition.models import Station
from recognition.stations import stations
from tests.support.api import V1, client_of, code_of

# Pages without data: what a station is asked for, the tests of stations ask each database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def test_the_manifest_bears_the_institutions_name_and_colour(client):
    brand.remember(brand.Brand(own_name="Sankt Anna College", own_colour="#a01030"))
    said = json.loads(client.get("/kiosk/app.webmanifest").content)
    assert (said["name"], said["theme_color"], said["scope"]) == ("Sankt Anna College", "#a01030", "/kiosk/")
    assert [icon["sizes"] for icon in said["icons"]] == ["192x192", "512x512"]


def test_the_service_worker_keeps_the_offline_page_and_files_only(client):
    worker = client.get("/kiosk/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and "no-store" in worker["Cache-Control"]
    kept = re.findall(r'"(/[^"]+)"', worker.content.decode())
    assert "/kiosk/offline/" in kept
    assert all(path.startswith("/static/") for path in kept if path != "/kiosk/offline/")


def test_the_offline_page_names_no_one(client, administrator):
    client.force_login(administrator)
    page = client.get("/kiosk/offline/").content.decode()
    assert "No connection" in page and "Margaret" not in page


def test_another_branding_is_another_version(client):
    before = client.get("/kiosk/version/").json()["version"]
    brand.remember(brand.Brand(version="2"))
    assert client.get("/kiosk/version/").json()["version"] != before


def test_a_kiosk_speaks_another_language_until_it_is_left(client, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    chosen = client.post("/kiosk/language/", {"language": "de"})
    assert chosen.url == "/kiosk/" and chosen.cookies[settings.LANGUAGE_COOKIE_NAME].value == "de"
    assert client.post("/kiosk/language/", {"language": "xx"}).cookies[settings.LANGUAGE_COOKIE_NAME].value == ""


def test_a_kiosk_offers_the_languages_that_there_are(client, settings):
    station = Station.objects.create(slug="door", name="Door")
    client.post("/kiosk/pair/", {"code": stations.new_pairing_code(station, by=None), "device_name": "Tablet"})
    assert 'lang="de"' in client.get("/kiosk/").content.decode()
    settings.LANGUAGES = [("en", "English")]
    assert "kiosk-languages" not in client.get("/kiosk/").content.decode()


def test_opening_hours_are_both_or_none(administrator):
    Station.objects.create(slug="door", name="Door")
    client, address = client_of(administrator), f"{V1}/stations/door/"
    assert code_of(client.patch(address, {"opens_at": "08:00"})) == "wrong_hours"
    told = client.patch(address, {"opens_at": "08:00", "closes_at": "18:00", "idle_after": 30}).json()
    assert (told["opens_at"], told["closes_at"], told["idle_after"]) == ("08:00:00", "18:00:00", 30)
