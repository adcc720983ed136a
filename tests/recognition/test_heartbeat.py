"""When a station is really seeing: only then does its time count as watched."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from recognition.faces.profiles.runtime import in_engine
from recognition.live.heartbeat import Heartbeat, is_seeing
from recognition.live.pipeline import FrameResult, StationPipeline
from recognition.models import Station
from recognition.stations.app.station_app import StationApp
from tests.support.fake_engine import BACKGROUND, encode, picture

HEARD: list[str] = []


class Listener(StationApp):
    def on_seeing(self, slug, at):
        HEARD.append(slug)


class Broken(StationApp):
    def on_seeing(self, slug, at):
        raise RuntimeError("the disk is full")


@pytest.fixture(autouse=True)
def silence():
    HEARD.clear()


def test_an_engine_that_is_down_and_a_dark_room_see_nothing():
    assert is_seeing(FrameResult())
    assert not is_seeing(FrameResult(state="engine_down"))
    assert not is_seeing(FrameResult(lit=False))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("shown", "lit"),
    [
        (encode(np.full((480, 640, 3), 4, np.uint8)), False),
        (encode(np.full((480, 640, 3), BACKGROUND, np.uint8)), True),
        (picture("ada"), True),
    ],
    ids=["a dark room", "an empty room", "somebody"],
)
async def test_a_picture_is_dark_only_when_nobody_could_be_seen_in_it(front_door, shown, lit):
    result = await in_engine(StationPipeline(front_door).process, shown, timezone.now())
    assert result.lit == lit


@pytest.mark.django_db(transaction=True)
async def test_heartbeats_come_now_and_then_and_only_while_the_station_sees(settings):
    settings.STATION_APPS = {"reception": "tests.recognition.test_heartbeat.Listener"}
    heartbeat = Heartbeat(_station())
    await heartbeat.answered(FrameResult(state="engine_down"))
    assert HEARD == []
    for _ in range(5):
        await heartbeat.answered(FrameResult())
    assert HEARD == ["gate"]


@pytest.mark.django_db(transaction=True)
async def test_a_listener_that_breaks_stops_no_picture(settings, caplog):
    settings.STATION_APPS = {"reception": "tests.recognition.test_heartbeat.Broken"}
    await Heartbeat(_station()).answered(FrameResult())
    assert "could not be noted" in caplog.text


def _station():
    return Station(slug="gate", name="Gate", purpose="reception")
