"""The only part of the library that knows of recognition: from a face, a card or a picture to a visit and a basket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from django.db import transaction
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from accounts.models import User
from config.errors import Refused
from config.live import publish, station_group
from library import alarms, at_exit, barcodes, kiosk, kiosk_words, scanner, visits
from library.events import alarm_now, basket_now
from library.models import Copy, LibraryStation, Visit
from recognition import lanes, sightings, stations
from recognition.consumers import COOKIE
from recognition.events import StationNote, greeting, station_note, stranger
from recognition.identity import IdentityEvent
from recognition.models import Station, StationDevice
from recognition.pipeline import people_in_view
from recognition.visibility import staff_group

Kind = LibraryStation.Kind
REPEAT = 2.0  # s between two "still here" at an exit
ON_THE_WAY = timedelta(seconds=60)
UNSEEN = 4.0  # s that somebody at the exit may look away before the next one in view takes their place


# --- what the station says ----------------------------------------------------------------------


def on_identity(event: IdentityEvent) -> None:
    """Somebody was recognised at an entry or an exit, or was not. A return asks nobody for their name."""
    kind = kiosk.kind_of(event.station)
    if kind == Kind.RETURN:
        return
    if event.person_id is None:
        _unknown(event)
        return
    person = User.objects.filter(pk=event.person_id).first()
    if person is None:
        raise Refused("person_gone", _("This person is no longer on record."), status=404)
    if kind == Kind.EXIT:
        _at_exit(event, person)
    elif not event.again:
        _record(event, person, kiosk.let_in(person, event.station, lane=event.lane, at=event.at))


def _at_exit(event: IdentityEvent, person: User) -> None:
    here = at_exit.here(event.station, event.at)
    if here is not None and here.person == person.pk:
        at_exit.touch(event.station, event.at)
        return
    if event.lane == "face" and (_is_on_the_way_out(person, event.at) or _is_taken(event, here)):
        return
    kiosk.greet_at_exit(person, event.station, lane=event.lane, at=event.at)
    _record(event, person, _("scan your books"))


def _is_on_the_way_out(person: User, at: datetime) -> bool:
    """They have just finished, and the camera still sees them go."""
    if Visit.objects.filter(person=person, open_slot=1).exists():
        return False
    return Visit.objects.filter(person=person, left_at__gt=at - ON_THE_WAY).exists()


def _is_taken(event: IdentityEvent, here: at_exit.Present | None) -> bool:
    """Whoever is being served keeps the place while the camera sees them: a queue stands behind them.

    When they are out of view, a face that has just come takes over at once, one that waited only after a while,
    for people look down at their books.
    """
    if here is None:
        return False
    if here.person in people_in_view(event.station):
        return True
    return event.again and (event.at - here.seen_at).total_seconds() < UNSEEN


@transaction.atomic
def _record(event: IdentityEvent, person: User, note: str) -> None:
    if event.lane == "face":
        sightings.record(event)
    news = greeting(event.station, person, event.at, note=note)
    publish(station_group(event.station), news)
    publish(staff_group(event.purpose), news)


@transaction.atomic
def _unknown(event: IdentityEvent) -> None:
    sightings.record(event)
    news = stranger(event.station, event.at)
    publish(station_group(event.station), news)
    publish(staff_group(event.purpose), news)


# --- what the station asks ----------------------------------------------------------------------


def roster(station: Station) -> Iterable[int] | None:
    """Roster rule: at an exit only people who are inside, at an entry everybody, at a return nobody."""
    kind = kiosk.kind_of(station.slug)
    if kind == Kind.ENTRY:
        return None
    return visits.inside_ids() if kind == Kind.EXIT else ()


def repeat_every(station: Station) -> float | None:
    return REPEAT if kiosk.kind_of(station.slug) == Kind.EXIT else None


def note_for(station: Station) -> StationNote:
    kind = kiosk.kind_of(station.slug)
    words = {Kind.EXIT: _("Exit"), Kind.RETURN: _("Return")}.get(Kind(kind), _("Entry"))
    return station_note(station.slug, "", words, idle=kind == Kind.RETURN)


def state_of(station: Station) -> dict[str, Any] | None:
    """The present basket, and the alarm that rings, for a page that has just connected."""
    if kiosk.kind_of(station.slug) != Kind.EXIT:
        return None
    alarm = {"alarm": dict(alarm_now(station.slug, timezone.now()))} if alarms.rings(station.slug) else {}
    try:
        return dict(basket_now(kiosk.basket_at(station.slug))) | alarm
    except Refused:
        return alarm or None


def page_for(station: Station) -> dict[str, Any]:
    """What the kiosk's page shows beside the camera picture."""
    kind = kiosk.kind_of(station.slug)
    names = ("scan", "finish", "leave_without", "renew", "give_back")
    return {
        "template": "library/kiosk/station.html",
        "style": static("library/kiosk.css"),
        "script": static("library/station.js"),
        "kind": str(kind),
        "words": kiosk_words.words(kind),
        "states": kiosk_words.states(kind),
        "urls": {name: reverse(f"library_kiosk:{name}") for name in names}
        | {"undo": reverse("library_kiosk:undo", args=[0])},
    }


# --- a paired browser ---------------------------------------------------------------------------


def device_of(request: HttpRequest) -> StationDevice:
    """The paired browser that asks. Refused as `stations.authenticate`, and `not_a_library`."""
    device = stations.authenticate(request.COOKIES.get(COOKIE, ""))
    if device.station.purpose != "library":
        raise Refused("not_a_library", _("This is not a station of the library."), status=403)
    return device


def scanned(device: StationDevice, barcode: str) -> None:
    """What a scanner or a hand has typed: a book, or somebody's card. One scanner serves for both."""
    text = scanner.cleaned(barcode)
    if not Copy.objects.filter(barcode=text).exists() and kiosk.kind_of(device.station.slug) != Kind.RETURN:
        try:
            lanes.by_card(device, text)
        except Refused as refusal:
            if refusal.code != "unknown_card":
                raise
        else:
            return
    kiosk.scan(device.station.slug, text)


# --- camera pictures ----------------------------------------------------------------------------

LOOK_EVERY = 0.2  # s between two pictures that are searched for barcodes
NEW_AFTER = 3.0  # s out of view, after which the same code is shown again on purpose
KIND_LIVES = 5.0  # s that the kind of a station is remembered


@dataclass(slots=True)
class Looks:
    """What one station's camera has read lately, in this process."""

    at: float = 0.0
    kind: str = ""
    kind_at: float = -KIND_LIVES
    seen: dict[str, float] = field(default_factory=dict)

    def fresh(self, texts: Iterable[str], now: float) -> list[str]:
        """Those that have just come into view."""
        new = [text for text in texts if now - self.seen.get(text, -NEW_AFTER) >= NEW_AFTER]
        self.seen |= dict.fromkeys(texts, now)
        self.seen = {text: at for text, at in self.seen.items() if now - at < NEW_AFTER}
        return new


_looks: dict[str, Looks] = {}
_lock = Lock()


def read_frame(station: Station, image: NDArray[np.uint8], at: datetime) -> Callable[[], None] | None:
    """Look for barcodes on a camera picture, a few times a second; what is to be done then, in a database thread."""
    with _lock:
        looks = _looks.setdefault(station.slug, Looks())
    now = time.monotonic()
    if now - looks.at < LOOK_EVERY:
        return None
    looks.at = now
    if now - looks.kind_at >= KIND_LIVES:
        looks.kind, looks.kind_at = kiosk.kind_of(station.slug), now
    if looks.kind == Kind.ENTRY:
        return None
    if looks.kind == Kind.EXIT and (errand := _errand_of_absence(station.slug, at)) is not None:
        return errand
    if looks.kind == Kind.EXIT and at_exit.here(station.slug, at) is None:
        return None  # a book that is held up already is scanned when somebody is there
    found = looks.fresh([code.text for code in barcodes.glance(image)], now)
    return partial(_scan_known, station.slug, found) if found else None


def _errand_of_absence(slug: str, at: datetime) -> Callable[[], None] | None:
    was = at_exit.present(slug)
    return partial(kiosk.see_off, slug, at) if was is not None and was.is_gone(at) else None  # type: ignore[return-value]


def _scan_known(slug: str, texts: list[str]) -> None:
    """Only what the catalogue knows: a camera sees prices and posters too. Refusals were told to the page."""
    for text in Copy.objects.filter(barcode__in=texts).values_list("barcode", flat=True):
        try:
            kiosk.scan(slug, text)
        except Refused:
            continue


def forget_looks() -> None:
    """Start afresh: between tests."""
    _looks.clear()
