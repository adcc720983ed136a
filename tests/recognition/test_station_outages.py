"""A station is offline in its opening hours: noticed, told once, told again when it is back, and counted."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, WebhookDelivery
from accounts.roles import Purpose
from attendance.models import ClosedDay as CourseClosedDay
from config.ops import env
from config.ops.registries.alerts import ALERTS
from config.ops.registries.closed_days import CLOSED_DAYS
from config.ops.registries.home_parts import Need
from config.ops.registries.purges import PURGES
from home.models import Notification
from library.models import LibraryClosedDay
from lockers.models import Bank, LockerStation
from lockers.models import ClosedDay as BankClosedDay
from recognition.live import home
from recognition.models import Station, StationDevice, StationOutage
from recognition.stations import presence, stations
from recognition.stations.uptime import figures, hours, watch
from tests.support.webhooks import subscribed

MONDAY = timezone.make_aware(datetime(2026, 11, 30, 10, 0))
NIGHT = MONDAY + timedelta(hours=12)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def door(front_door):
    """Online until Monday, ten o'clock."""
    stations.new_camera_token(front_door, by=None, name="Camera")
    StationDevice.objects.update(last_seen_at=MONDAY, paired_at=MONDAY - timedelta(days=30))
    cache.clear()
    return front_door


@pytest.fixture(autouse=True)
def days(settings):
    settings.STATION_DAYS, settings.STATION_HOURS = frozenset({1, 2, 3, 4, 5}), (time(8), time(18))


def minutes(first, last, begin=MONDAY):
    for number in range(first, last):
        watch.watch(begin + number * MINUTE)


def back(at):
    StationDevice.objects.update(last_seen_at=at)


def told(person):
    return [row.text for row in Notification.objects.shown_to(person).order_by("pk")]


def test_staff_are_told_once_and_once_more_when_it_is_back(door, administrator, librarian, teacher):
    administrator.email = "root@example.org"
    administrator.save()
    minutes(0, 60)
    assert told(administrator) == ["Station offline: Front door"]
    assert StationOutage.objects.get().began_at == MONDAY
    back(MONDAY + 60 * MINUTE)
    minutes(60, 62)
    assert told(administrator) == ["Station offline: Front door", "Station back online: Front door"]
    assert OutgoingMail.objects.count() == 2
    assert told(librarian) == told(teacher) == [], "another purpose, or no one who could go there"


def test_a_restart_of_a_few_minutes_is_told_to_no_one(door, administrator):
    minutes(0, 5)
    back(MONDAY + 5 * MINUTE)
    minutes(5, 7)
    outage = StationOutage.objects.get()
    assert outage.ended_at and outage.told_at is None
    assert told(administrator) == []


def test_a_station_that_is_seen_by_another_process_is_not_offline(door, administrator):
    presence.note(presence.now(door.slug, online=True))
    minutes(0, 10)
    assert not StationOutage.objects.exists()


@pytest.mark.parametrize(
    ("opens", "closes", "at", "expected"),
    [
        (None, None, MONDAY + timedelta(hours=12), 0),  # 22:00, the site is closed
        (None, None, MONDAY + timedelta(days=5), 0),  # Saturday
        (time(20), time(23), MONDAY + timedelta(hours=12), 1),  # its own hours
        (time(20), time(2), MONDAY + timedelta(hours=15), 1),  # over midnight: Monday's hours, on Tuesday at one
        (time(20), time(2), MONDAY + timedelta(hours=17), 0),
    ],
)
def test_no_one_is_told_outside_the_opening_hours(door, administrator, opens, closes, at, expected):
    Station.objects.update(opens_at=opens, closes_at=closes)
    back(at)
    minutes(0, 20, at)
    assert len(told(administrator)) == expected


def test_a_night_offline_is_told_some_minutes_after_opening(door, administrator):
    evening = MONDAY + timedelta(hours=8, minutes=30)
    back(evening)
    minutes(0, 10, evening)
    morning = (MONDAY + timedelta(days=1)).replace(hour=8)
    minutes(0, 3, morning)
    assert told(administrator) == []
    minutes(3, 30, morning)
    assert told(administrator) == ["Station offline: Front door"]


@pytest.mark.parametrize("change", ["off", "never paired", "pairing ended"])
def test_a_station_that_no_one_expects_is_not_missed(door, administrator, change):
    if change == "off":
        Station.objects.update(active=False)
    elif change == "never paired":
        StationDevice.objects.update(last_seen_at=None)
    else:
        StationDevice.objects.update(revoked_at=MONDAY)
    minutes(0, 20)
    assert told(administrator) == [] and not StationOutage.objects.exists()


def test_a_station_that_is_switched_off_later_ends_its_outage_without_a_word(door, administrator):
    minutes(0, 20)
    Station.objects.update(active=False)
    minutes(20, 22)
    assert StationOutage.objects.get().ended_at and told(administrator) == ["Station offline: Front door"]


def test_other_systems_are_told_too(door, administrator):
    subscribed(kinds=["station.offline", "station.online"])
    minutes(0, 20)
    back(MONDAY + 20 * MINUTE)
    minutes(20, 22)
    rows = WebhookDelivery.objects.order_by("pk")
    assert [(row.kind, row.body["station"]) for row in rows] == [
        ("station.offline", "front-door"),
        ("station.online", "front-door"),
    ]


def test_the_administration_says_which_are_offline(door, administrator):
    said = lambda: [str(words) for words in ALERTS.get("stations")()]  # noqa: E731
    assert said() == []
    minutes(0, 20)
    assert "Front door" in said()[0] and "?state=offline" in said()[0]


def test_uptime_counts_opening_hours_and_rounds_down(door):
    now = MONDAY + timedelta(hours=6)  # 16:00
    StationOutage.objects.create(station=door, began_at=MONDAY, ended_at=MONDAY + timedelta(hours=1), open_slot=None)
    found = figures.of([door], now)["front-door"]
    assert (found["day"], found["week"]) == (87, 98)  # 1 of 8 hours since 08:00; of 50 in the week
    assert found["seen_at"].startswith("2026-11-30T10:00")
    Station.objects.update(opens_at=time(22), closes_at=time(23))
    assert figures.of(Station.objects.all(), now)["front-door"]["day"] is None, "Sunday is not a day of this site"


def test_a_station_that_was_never_online_has_no_uptime(front_door):
    assert figures.of([front_door]) == {"front-door": {"day": None, "week": None, "seen_at": None}}


def test_uptime_takes_the_same_queries_for_many_stations(door, django_assert_num_queries):
    more = [Station.objects.create(slug=f"s{n}", name=str(n), purpose=Purpose.LIBRARY) for n in range(20)]
    with django_assert_num_queries(2):
        figures.of([door, *more], MONDAY)


def test_the_api_says_how_a_station_is(door, administrator, librarian):
    client, address = Client(), "/api/v1/stations/front-door/uptime/"
    client.force_login(administrator)
    told = client.get(address).json()
    assert set(told) == {"online", "day", "week", "seen_at"} and told["online"] is False
    client.force_login(librarian)
    assert client.get(address).status_code == 404


def test_without_any_hours_a_station_is_expected_all_day(door, settings):
    settings.STATION_HOURS, settings.STATION_DAYS = None, frozenset(range(1, 8))
    assert hours.is_open(door, MONDAY.replace(hour=3)) and hours.is_open(door, MONDAY.replace(hour=23, minute=59))


def test_outages_go_after_their_days(door):
    minutes(0, 20)
    assert PURGES.get("stations")(MONDAY + timedelta(days=200)) == {"station_outages": 0}, "it lasts"
    back(MONDAY + 20 * MINUTE)
    minutes(20, 22)
    assert PURGES.get("stations")(MONDAY + timedelta(days=80)) == {"station_outages": 0}
    assert PURGES.get("stations")(MONDAY + timedelta(days=100)) == {"station_outages": 1}


def test_no_one_writes_outages_by_hand(door, administrator):
    minutes(0, 20)
    client = Client()
    client.force_login(administrator)
    row = StationOutage.objects.get()
    assert client.get("/admin/recognition/stationoutage/").status_code == 200
    assert client.post(f"/admin/recognition/stationoutage/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("typed", ["Mon-Fri", "0", "8", "1,2"])
def test_days_that_are_not_days_are_refused_at_the_start(monkeypatch, typed):
    monkeypatch.setenv("STATION_DAYS", typed)
    with pytest.raises(ImproperlyConfigured, match=r"STATION_DAYS must be digits from 1"):
        env.weekdays("STATION_DAYS", "12345")


def test_on_a_closed_day_nothing_is_missed(door, administrator):
    with CLOSED_DAYS.replaced({door.purpose: lambda first, last: [(None, MONDAY.date())]}):
        minutes(0, 30)
        assert not told(administrator) and not hours.is_open(door, MONDAY)
    cache.clear()
    assert hours.is_open(door, MONDAY)


def test_a_closed_bank_closes_its_own_kiosk_only(db):
    bank = Bank.objects.create(code="hall", name="Hall")
    beside, other = (Station.objects.create(slug=slug, name=slug, purpose="lockers") for slug in ("a", "b"))
    LockerStation.objects.create(station=beside, bank=bank)
    BankClosedDay.objects.create(bank=bank, first=MONDAY.date() - timedelta(days=3), last=MONDAY.date())
    cache.clear()
    assert [hours.is_open(one, MONDAY) for one in (beside, other)] == [False, True]


def test_a_holiday_of_the_library_and_of_all_courses_counts_for_their_stations(db):
    LibraryClosedDay.objects.create(day=MONDAY.date())
    CourseClosedDay.objects.create(day=MONDAY.date())
    cache.clear()
    stations_of = {p: Station.objects.create(slug=p, name=p, purpose=p) for p in ("library", "attendance", "reception")}
    open_ones = [purpose for purpose, one in stations_of.items() if hours.is_open(one, MONDAY)]
    assert open_ones == ["reception"]


def test_at_night_no_home_page_says_that_a_station_is_offline(door, administrator):
    presence_at = {
        at: next(n.count for n in home.parts(administrator, at) if isinstance(n, Need)) for at in (MONDAY, NIGHT)
    }
    assert presence_at == {MONDAY: 1, NIGHT: 0}
