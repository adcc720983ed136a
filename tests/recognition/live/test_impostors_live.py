"""From pictures on a kiosk's socket to "Not me", and what the camera says of the same face afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client

from accounts.roles import Purpose
from config.errors import Refused
from library.kiosk import actions, at_exit
from library.models import CirculationEvent, Loan
from recognition.faces import gallery
from recognition.live import pipeline
from recognition.live.consumers import COOKIE
from recognition.models import ImpostorExample, KeptLook
from recognition.sightings import kept_looks
from recognition.stations import denials, stations
from tests.support.faces import enrolled
from tests.support.fake_engine import FakeEngine, hue_of
from tests.support.impostors import look_of, near, stricter, taken_for
from tests.support.library import book, inside
from tests.support.library import station as library_station
from tests.support.live import at_station, camera, hear, in_database, rest, show

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_double(monkeypatch):
    """The stranger of these pictures looks like Ada: nearer than the threshold, farther than she herself."""
    stricter(monkeypatch)
    real, double = FakeEngine._vector, near(look_of("ada"), 0.4)

    def vector(self, hue):
        return double if round(int(hue) / 10) == hue_of("stranger") // 10 else real(self, hue)

    monkeypatch.setattr(FakeEngine, "_vector", vector)
    monkeypatch.setattr(pipeline, "REFRESH_EVERY", 0.0)
    monkeypatch.setattr(gallery, "LOOK_EVERY", 0.0)


async def test_who_was_taken_for_somebody_is_not_a_second_time(ada, grace, front_door, notices):
    await in_database(enrolled)(ada, "ada", Purpose.RECEPTION)
    token = await in_database(camera)(front_door)
    _device, cookie = await in_database(paired)(front_door)
    async with at_station(token) as station:
        await show(station, "stranger", times=4)
        greeting = await hear(station, "greeting")
        assert (greeting["name"], greeting["lane"]) == ("Ada Lovelace", "face"), "the mistake this story is about"
        look = await in_database(KeptLook.objects.select_related("sighting__station").get)()
        assert np.allclose(await in_database(kept_looks.opened)(look), near(look_of("ada"), 0.4), atol=1e-5)

        answer = await in_database(press_not_me)(cookie, greeting["person"])
        assert answer.status_code == 200
        assert (await in_database(ImpostorExample.objects.get)()).state == "active"
        frames = await show(station, "stranger", times=3)
        assert {face["label"] for frame in frames for face in frame["faces"]} == {None}, "the name goes at once"

    await in_database(pipeline.forget_pipelines)()
    await in_database(forget_denials)(front_door)
    async with at_station(token) as station:
        await show(station, "stranger", times=7)
        assert "stranger" in {news["kind"] for news in await rest(station)}
    await in_database(pipeline.forget_pipelines)()
    async with at_station(token) as station:
        await show(station, "ada", times=5)
        assert (await hear(station, "greeting"))["name"] == "Ada Lovelace", "she herself is known as before"


def paired(station):
    return stations.pair(stations.new_pairing_code(station, by=None), device_name="Tablet")


def press_not_me(cookie, person):
    client = Client()
    client.cookies[COOKIE] = cookie
    return client.post("/kiosk/not-me/", {"person": person})


def forget_denials(station):
    from django.core.cache import cache

    cache.delete(denials._key(station.slug))


def test_at_the_exit_nobody_goes_on_with_somebody_elses_basket(ada, notices):
    enrolled(ada, "ada", Purpose.LIBRARY)
    place = library_station("exit", when_left="finish")
    inside(ada)
    taken_for(ada, place, near(look_of("ada"), 0.4))
    actions.scan(place.slug, book())
    device, _token = paired(place)
    denials.at_kiosk(device, ada.pk)
    assert at_exit.present(place.slug) is None
    with pytest.raises(Refused, match=r"^nobody_here:"):
        actions.finish(place.slug)
    assert not Loan.objects.exists(), "also where leaving is finishing, a stranger's hand has lent her nothing"
    event = CirculationEvent.objects.get(kind="denied")
    assert (event.person, event.detail["source"]) == (ada, "kiosk")
