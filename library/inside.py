"""Who is inside, as the page and the socket show it: ids and display words."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.conf import settings

from config.live import clock
from library import alarm_bell, visits


class VisitNow(TypedDict):
    id: int
    person: int
    name: str
    number: str
    entered_at: str  # ISO 8601 in the site's zone
    lane: str


class InsideHello(TypedDict):
    kind: Literal["hello"]
    people: list[VisitNow]
    capacity: int  # 0: no limit
    alarms: list[alarm_bell.RingingNow]


def hello() -> InsideHello:
    """The full state; a few queries however many are inside."""
    people: list[VisitNow] = [
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
    return {"kind": "hello", "people": people, "capacity": settings.LIBRARY_CAPACITY, "alarms": alarm_bell.everywhere()}
