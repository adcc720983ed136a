"""A visitor signs in and out at the reception's kiosk, without a list of those who work there."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from django.utils import timezone

from recognition.live.consumers import COOKIE
from recognition.models import Station
from recognition.stations import stations
from tests.conftest import person
from tests.support.fake_engine import encode
from visitors.kiosk import views
from visitors.models import GuestVisit
from visitors.register import badge_codes, register


@pytest.fixture
def kiosk(client, front_door):
    _device, token = stations.pair(stations.new_pairing_code(front_door, by=None), device_name="Tablet")
    client.cookies[COOKIE] = token
    return client


@pytest.fixture
def host(db):
    return person("e-hopper", "Grace", last_name="Hopper", affiliation="employee", email="hopper@example.org")


def test_a_visitor_signs_in_and_out(kiosk, host):
    sent = {"name": "Alan Turing", "company": "Bletchley", "host": "hop"}
    assert "Grace Hopper" in kiosk.post("/kiosk/visitors/sign-in/", sent).content.decode()
    assert kiosk.post("/kiosk/visitors/arrive/", sent | {"chosen": host.pk}).status_code == 400, "the notice first"
    page = kiosk.post("/kiosk/visitors/arrive/", sent | {"chosen": host.pk, "notice": "yes"})
    guest = GuestVisit.objects.get()
    assert page.status_code == 200 and guest.is_inside and guest.notice_at and guest.arrived_by == "kiosk"
    assert "Goodbye" in kiosk.post("/kiosk/visitors/scan/", {"code": badge_codes.code_of(guest)}).content.decode()


def test_the_notice_says_how_long_evacuation_lists_are_kept(kiosk, host, settings):
    settings.EVACUATION_DAYS = 123
    text = kiosk.post("/kiosk/visitors/sign-in/", {"name": "Alan", "host": "hop"}).content.decode()
    assert "Such a list is kept for 123 days." in text


def test_a_host_is_found_by_name_and_never_by_number(kiosk, host):
    sent = {"name": "Alan", "host": "zzz", "chosen": host.pk, "notice": "yes"}
    assert kiosk.post("/kiosk/visitors/arrive/", sent).status_code == 400
    assert "Hopper" not in kiosk.post("/kiosk/visitors/sign-in/", {"name": "Alan", "host": "ho"}).content.decode()
    assert not GuestVisit.objects.exists()


def test_only_so_many_names_are_tried(kiosk, host, monkeypatch):
    monkeypatch.setattr(views, "TRIES", 2)
    answers = [kiosk.post("/kiosk/visitors/sign-in/", {"name": "A", "host": "hop"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_other_browsers_and_other_stations_are_refused(client, db):
    assert client.get("/kiosk/visitors/")["Location"] == "/kiosk/pair/"
    assert client.post("/kiosk/visitors/scan/", {"code": "V1"}).status_code == 401
    library = Station.objects.create(slug="desk", name="Desk", purpose="library")
    _device, token = stations.pair(stations.new_pairing_code(library, by=None), device_name="Tablet")
    client.cookies[COOKIE] = token
    assert client.get("/kiosk/visitors/").status_code == 403


def test_the_reception_kiosk_leads_there(kiosk):
    assert 'href="/kiosk/visitors/"' in kiosk.get("/kiosk/").content.decode()


def photo_of(text):
    modules = np.array(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    canvas = np.full((720, 960, 3), 120, np.uint8)
    high, wide = modules.shape[:2]
    canvas[100 : 100 + high, 200 : 200 + wide] = modules[..., None]
    return encode(canvas)


def seen_by(kiosk, picture):
    return kiosk.post("/kiosk/visitors/look/", picture, content_type="image/jpeg")


def test_the_kiosks_camera_reads_the_code_of_a_visitor_and_looks_past_others(kiosk, host, monkeypatch):
    guest = register.expect(register.GuestDetails("Alan"), host=host, at=timezone.now(), by=host)
    code = badge_codes.code_of(guest)
    assert seen_by(kiosk, photo_of(code)).json() == {"code": code}
    assert seen_by(kiosk, photo_of(f"https://ostiary.example.org/visitors/pass/{code}/")).json() == {"code": code}
    assert seen_by(kiosk, photo_of(code[:-1] + "0")).json() == {"code": None}
    assert seen_by(kiosk, photo_of("https://example.org")).json() == {"code": None}
    assert guest == GuestVisit.objects.expected().get(), "nobody has come yet"
    monkeypatch.setattr(views, "LOOKS", 1)
    assert seen_by(kiosk, photo_of(code)).status_code == 429


def test_the_page_has_keys_and_may_open_the_camera_and_the_pass_shows_what_to_type(kiosk, host):
    page = kiosk.get("/kiosk/visitors/")
    assert "camera=(self)" in page["Permissions-Policy"]
    assert all(word in page.content.decode() for word in ('id="keyboard"', "visitors/code.js", 'data-key="V"'))
    guest = register.expect(register.GuestDetails("Alan"), host=host, at=timezone.now(), by=host)
    code = badge_codes.code_of(guest)
    assert f">{code}<" in kiosk.get(f"/visitors/pass/{code}/").content.decode()
