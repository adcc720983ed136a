"""Who is inside, as the page and the socket show it: ids and display words."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.conf import settings

from config.live.news import clock
from library.kiosk import exit_alarms
from library.kiosk.help import incidents
from library.kiosk.help.news import HelpWantedNow, station_names, wanted_now
from library.visits import visits


class InsideNow(TypedDict):
    id: int
    person: int
    name: str
    number: str
    entered_at: str  # ISO 8601 in the site's zone
    lane: str


class InsideHello(TypedDict):
    kind: Literal["hello"]
    people: list[InsideNow]
    capacity: int  # 0: no limit
    alarms: list[exit_alarms.RingingNow]
    help: list[HelpWantedNow]  # the oldest first


def hello() -> InsideHello:
    """The full state; a few queries however many are inside."""
    people: list[InsideNow] = [
        {
            "id": visit.pk,
            "person": visit.person.pk,
            "name": visit.person.get_full_name(),
            "number": visit.person.id_number,
            "entered_at": clock(visit.entered_at),
            "lane": visit.lane,
        }
        for visit in visits.inside()
        if visit.person is not None
    ]
    return {
        "kind": "hello",
        "people": people,
        "capacity": settings.LIBRARY_CAPACITY,
        "alarms": exit_alarms.everywhere(),
        "help": help_wanted(),
    }


def help_wanted() -> list[HelpWantedNow]:
    """Every station where help is wanted."""
    rows = list(incidents.open_requests())
    names = station_names() if rows else {}
    return [wanted_now(row, names) for row in rows]
