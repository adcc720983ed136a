"""A kiosk's cookie changes, and ends on the server."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from recognition.live.consumers import COOKIE
from recognition.models import StationDevice
from recognition.stations import stations
from tests.support.guessers import Clock

# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def kiosk(client, front_door):
    code = stations.new_pairing_code(front_door, by=None)
    client.post("/kiosk/pair/", {"code": code, "device_name": "Tablet"})
    return client


def held(client):
    return client.cookies[COOKIE].value


def with_cookie(token):
    client = Client()
    client.cookies[COOKIE] = token
    return client


def is_let_in(client):
    return client.get("/kiosk/").status_code == 200


def seen(clock):
    StationDevice.objects.update(last_seen_at=clock.now)


def test_the_cookie_stays_for_half_a_day_and_then_changes(kiosk, clock):
    first = held(kiosk)
    assert is_let_in(kiosk) and held(kiosk) == first
    clock.goes_on(hours=13)
    assert is_let_in(kiosk) and held(kiosk) != first
    assert is_let_in(kiosk)


def test_an_older_cookie_that_somebody_copied_is_refused(kiosk, clock):
    copied = held(kiosk)
    clock.goes_on(hours=13)
    is_let_in(kiosk)
    is_let_in(kiosk)  # the browser shows the new one
    clock.goes_on(minutes=2)
    assert not is_let_in(with_cookie(copied))
    assert with_cookie(copied).post("/kiosk/without-face/", {"card": "C-1"}).status_code == 401
    assert is_let_in(kiosk)


def test_a_thief_who_renews_first_shows_at_the_kiosk(kiosk, clock):
    thief = with_cookie(held(kiosk))
    clock.goes_on(hours=13)
    assert is_let_in(thief) and is_let_in(thief)
    clock.goes_on(minutes=2)
    assert not is_let_in(kiosk)


def test_an_answer_that_was_lost_does_not_unpair_a_kiosk(kiosk, clock):
    first = held(kiosk)
    for _ in range(3):
        clock.goes_on(hours=13)
        lost = with_cookie(first)
        assert is_let_in(lost)
    assert is_let_in(lost), "and the last answer arrived"
    clock.goes_on(minutes=2)
    assert not is_let_in(with_cookie(first))


def test_what_was_under_way_while_the_cookie_changed_still_arrives(kiosk, clock):
    first = held(kiosk)
    clock.goes_on(hours=13)
    is_let_in(kiosk)
    is_let_in(kiosk)
    assert stations.authenticate(first)


def test_a_screen_that_was_away_too_long_is_paired_again(kiosk, clock, settings):
    settings.KIOSK_DAYS = 10
    clock.goes_on(days=9)
    assert is_let_in(kiosk)
    clock.goes_on(days=2)
    assert kiosk.get("/kiosk/").url == "/kiosk/pair/"


def test_a_screen_that_is_seen_stays(kiosk, clock, settings):
    settings.KIOSK_DAYS = 10
    for _ in range(3):
        clock.goes_on(days=9)
        seen(clock)
    assert is_let_in(kiosk)


def test_a_camera_keeps_its_token(front_door, clock):
    token = stations.new_camera_token(front_door, by=None, name="Door")
    clock.goes_on(days=400)
    assert stations.authenticate(token)


def test_unpairing_ends_every_cookie_at_once(kiosk, clock):
    first = held(kiosk)
    clock.goes_on(hours=13)
    is_let_in(kiosk)
    stations.revoke(StationDevice.objects.get(), by=None)
    assert not is_let_in(kiosk) and not is_let_in(with_cookie(first))


def test_the_database_holds_no_cookie(kiosk, clock):
    clock.goes_on(hours=13)
    is_let_in(kiosk)
    row = StationDevice.objects.values_list().get()
    assert held(kiosk) not in map(str, row)
    assert timezone.now() - StationDevice.objects.get().token_at < datetime.timedelta(seconds=1)
