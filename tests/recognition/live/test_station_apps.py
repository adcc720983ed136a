"""What the app of a station's purpose does there: recognition.stations.app.station_app."""

import json

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.roles import Purpose
from config.errors import Refused
from recognition.models import Station
from recognition.stations import rosters
from recognition.stations.app import station_app
from recognition.stations.app.station_app import StationApp

GATE = Station(slug="gate", name="Gate", purpose="library")


class NamesakeStations(StationApp):
    def rosters(self):
        return {"everyone": lambda station: None}


class BrokenStations(StationApp):
    def read_frame(self, station, image, at):
        raise RuntimeError("the lens is broken")


class NoStationApp:
    pass


def test_every_purpose_has_an_app(settings):
    assert set(settings.STATION_APPS) == set(Purpose.values)
    assert all(isinstance(app, StationApp) for app in station_app.all_apps())


def test_defaults_add_nothing():
    app = StationApp()
    assert (app.page(GATE), app.state(GATE), app.repeat_every(GATE)) == (None, None, None)
    assert (dict(app.rosters()), list(app.way_records(90)), app.read_card(" C-1 ")) == ({}, [], " C-1 ")
    assert app.read_frame(GATE, np.zeros((2, 2, 3), np.uint8), timezone.now()) is None
    assert json.dumps(app.note(GATE))


def test_a_purpose_without_an_app_has_the_defaults(settings):
    settings.STATION_APPS = {}
    assert type(station_app.app_of("library")) is StationApp
    assert station_app.all_apps() == []


def test_roster_rules_of_all_apps_in_their_order():
    assert list(rosters.all_rules()) == ["everyone", "department", "class_now", "library", "lockers"]
    with pytest.raises(Refused, match="wrong_roster"):
        rosters.rule_named("horoscope")


def test_two_rules_of_one_name_are_a_mistake(settings):
    settings.STATION_APPS = settings.STATION_APPS | {
        "library": "tests.recognition.live.test_station_apps.NamesakeStations"
    }
    with pytest.raises(ImproperlyConfigured, match="'everyone' is given by two apps"):
        rosters.all_rules()


def test_a_frame_reader_that_breaks_is_logged(settings, caplog):
    settings.STATION_APPS = {"library": "tests.recognition.live.test_station_apps.BrokenStations"}
    assert station_app.read_frame(GATE, np.zeros((2, 2, 3), np.uint8), timezone.now()) is None
    assert "The frame reader of station gate failed" in caplog.text


def test_another_class_is_no_station_app(settings):
    settings.STATION_APPS = {"library": "tests.recognition.live.test_station_apps.NoStationApp"}
    with pytest.raises(TypeError, match="is not a StationApp"):
        station_app.app_of("library")
