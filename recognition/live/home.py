"""The stations' part of the home page: which are offline or saw something suspicious, and whose photos are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config.ops.registries.home_parts import CardRow, Figure, HomeCard, Need
from recognition.faces.permissions import purposes_for
from recognition.models import Sighting, Station, StationDevice
from recognition.sightings import template_age
from recognition.stations import presence
from recognition.stations.uptime import hours
from recognition.stations.visibility import purposes_seen_by, stations_seen_by

MOST = 5  # rows of a card
LATELY = timedelta(hours=24)


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if purposes_seen_by(person):
        yield from _stations(person, now)
    if person.has_perm("recognition.add_facesample") and (mine := purposes_for(person)):
        yield from _photos(mine)


def _stations(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    """Those that were never paired are not missing: a film or a spare."""
    paired = StationDevice.objects.filter(station=OuterRef("pk"), revoked_at=None)
    rows = list(stations_seen_by(person).annotate(paired=Exists(paired)).order_by("name"))
    if not rows and not person.has_perm("recognition.add_station"):
        return  # nothing to see, and nothing they could set up
    state = presence.of(row.slug for row in rows)
    silent = [row for row in rows if row.paired and not state[row.slug]["online"]]
    offline = [row for row in silent if hours.is_open(row, now)]  # at night a dark screen is as it should be
    page = reverse("recognition:stations")
    n = len(offline)
    yield Need(
        n, ngettext("station offline", "stations offline", n), page, note=", ".join(row.name for row in offline[:3])
    )
    suspicious, seen = _seen(rows, now)
    words = ngettext("possible picture shown to a camera", "possible pictures shown to cameras", suspicious)
    yield Need(suspicious, words, page, tone="error", note=_("in the last 24 hours"))
    online = sum(state[row.slug]["online"] for row in rows)
    figures = [
        Figure(online, _("online"), page),
        Figure(n, _("offline"), page),
        Figure(seen, _("people seen today"), page),
    ]
    shown = [_row(row) for row in offline[:MOST]]
    empty = _none_offline(online, len(silent))
    yield HomeCard(_("Stations"), page, figures, shown, "" if shown else empty)


def _none_offline(online: int, silent: int) -> str:
    if silent:
        return _("Outside their opening hours, some stations are offline.")
    return _("All stations are online.") if online else _("No station is online.")


def _seen(stations: Sequence[Station], now: datetime) -> tuple[int, int]:
    """Suspicions of the last day, and how often people were recognised today: one query."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Sighting.objects.filter(station__in=stations, at__gte=now - LATELY)
    suspected = Count("pk", filter=Q(outcome=Sighting.Outcome.SUSPICION))
    known = Count("person", filter=Q(at__gte=midnight), distinct=True)
    found = rows.aggregate(suspected=suspected, known=known)
    return found["suspected"], found["known"]


def _row(station: Station) -> CardRow:
    return CardRow(station.name, reverse("recognition:stations"), station.place, _("offline"), "warning")


def _photos(purposes: frozenset[str]) -> Iterator[Need]:
    page, people = reverse("recognition:enrol_people"), User.objects.filter(is_active=True)
    agreed = people.filter(consents__standing=True, consents__purpose__in=purposes)
    n = agreed.exclude(face_samples__uses__purpose__in=purposes).distinct().count()
    words = ngettext("person agreed and has no photos yet", "people agreed and have no photos yet", n)
    yield Need(n, words, f"{page}?show=lacking", tone="info")
    n = template_age.aged(purposes).values("person").distinct().count()
    words = ngettext("person whose photos should be renewed", "people whose photos should be renewed", n)
    yield Need(n, words, f"{page}?show=aged", tone="info")
