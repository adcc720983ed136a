"""The gate's tags ring at an exit, and fall silent: the journal, the exit's page and the desk are told.

The signal comes over the API or MQTT (`gate_news`); a librarian who has looked ends it at the desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import clock, publish, station_group
from library.circulation import journal
from library.kiosk import actions
from library.kiosk.events import alarm_now, basket_now
from library.models import LibraryStation
from library.visits import alarms

Kind = LibraryStation.Kind


class RingingNow(TypedDict):
    """For the desk's pages."""

    station: str
    since: str  # ISO 8601 in the site's zone


def ring(slug: str, at: datetime | None = None) -> None:
    """A tag was heard: no one leaves here until it is over. Heard again it rings on, without a second line.

    Refused `unknown_station`: only an exit has a gate that rings.
    """
    at = at or timezone.now()
    _require_exit(slug)
    new = not alarms.rings(slug, at)
    alarms.start(slug, at)
    if new:
        journal.note(journal.Kind.ALARM, None, station=slug, at=at)
    publish(station_group(slug), alarm_now(slug, at))


def end(slug: str, *, by: User | None = None, at: datetime | None = None) -> bool:
    """The gate is silent, or a librarian has looked. False when nothing rang any more. Refused `unknown_station`."""
    at = at or timezone.now()
    _require_exit(slug)
    if not alarms.rings(slug, at) or not alarms.stop(slug):
        return False
    journal.note(journal.Kind.ALARM_ENDED, None, station=slug, at=at, by=by.id_number if by else "")
    publish(station_group(slug), alarm_now(slug, at))
    _let_them_go_on(slug)
    return True


def _let_them_go_on(slug: str) -> None:
    """The person kept by the alarm gets the buttons again."""
    try:
        publish(station_group(slug), basket_now(actions.basket_at(slug)))
    except Refused:
        return  # no one is here


def _require_exit(slug: str) -> None:
    if not LibraryStation.objects.filter(station__slug=slug, kind=Kind.EXIT).exists():
        raise Refused("unknown_station", _("The library has no exit with this name."), status=404)


def everywhere(at: datetime | None = None) -> list[RingingNow]:
    """Every exit where it rings now."""
    slugs = LibraryStation.objects.filter(kind=Kind.EXIT).order_by("station__slug")
    found = ((slug, alarms.ringing(slug, at)) for slug in slugs.values_list("station__slug", flat=True))
    return [{"station": slug, "since": clock(alarm.since)} for slug, alarm in found if alarm]
