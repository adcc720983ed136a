"""The only part of the library that knows of recognition: from a face, a card or a picture to a visit and a basket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
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
from django.utils.translation import pgettext
from numpy.typing import NDArray

from accounts.models import User
from config.errors import Refused
from config.live.news import publish, station_group
from library.catalogue import scanner
from library.circulation import journal
from library.kiosk import actions, at_exit
from library.kiosk import messages as kiosk_words
from library.kiosk.barcodes import barcodes
from library.kiosk.barcodes.votes import BarcodeVotes
from library.kiosk.events import alarm_now, basket_now
from library.kiosk.help import incidents
from library.kiosk.help.news import help_now
from library.models import Copy, LibraryStation, Visit
from library.visits import alarms, visits
from recognition.live.consumers import COOKIE
from recognition.live.pipeline import people_in_view
from recognition.models import Station, StationDevice
from recognition.sightings import sightings
from recognition.sightings.decisions import Denial, IdentityEvent
from recognition.stations import card_and_pin, stations
from recognition.stations.app.station_app import RosterRule, StationApp
from recognition.stations.events import StationNote, greeting, station_note, stranger
from recognition.stations.visibility import staff_group

Kind = LibraryStation.Kind
REPEAT = 2.0  # s between two "still here" at an exit
ON_THE_WAY = timedelta(seconds=60)
UNSEEN = 4.0  # s that a person at the exit may look away before the next one in view takes their place


# --- what a station does, and asks --------------------------------------------------------------


class LibraryStations(StationApp):
    """What the entries, exits and returns of the library do."""

    def on_identity(self, event: IdentityEvent) -> None:
        """A person was recognised at an entry or an exit, or was not. A return asks no one for their name."""
        kind = actions.kind_of(event.station)
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
            _record(event, person, actions.let_in(person, event.station, lane=event.lane, at=event.at))

    def on_denied(self, denial: Denial) -> None:
        """A person was greeted by a wrong name: it is noted for the desk, and the other one's basket is parked."""
        person = User.objects.get(pk=denial.person_id)
        journal.note(
            journal.Kind.DENIED, person, station=denial.station, source=denial.source, seen=denial.at.isoformat()
        )
        if actions.kind_of(denial.station) == Kind.EXIT:
            actions.not_the_one(denial.station, person)

    def rosters(self) -> Mapping[str, RosterRule]:
        return {"library": roster}

    def read_card(self, typed: str) -> str:
        return card_of(typed)

    def repeat_every(self, station: Station) -> float | None:
        return REPEAT if actions.kind_of(station.slug) == Kind.EXIT else None

    def note(self, station: Station) -> StationNote:
        kind = actions.kind_of(station.slug)
        words = {Kind.EXIT: pgettext("door", "Exit"), Kind.RETURN: pgettext("station", "Return")}.get(
            Kind(kind), pgettext("door", "Entry")
        )
        return station_note(station.slug, "", words, idle=kind == Kind.RETURN)

    def page(self, station: Station) -> dict[str, Any]:
        """What the kiosk's page shows beside the camera picture."""
        kind = actions.kind_of(station.slug)
        names = ("scan", "finish", "leave_without", "renew", "give_back", "help", "receipt")
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

    def state(self, station: Station) -> dict[str, Any] | None:
        """The present basket, a call for help and the alarm that rings, for a page that has just connected."""
        told = help_now(incidents.open_at(station.slug))
        more: dict[str, Any] = {"help": dict(told)} if told["message"] or told["contact"] else {}
        if actions.kind_of(station.slug) != Kind.EXIT:
            return more or None
        if alarms.rings(station.slug):
            more["alarm"] = dict(alarm_now(station.slug, timezone.now()))
        try:
            return dict(basket_now(actions.basket_at(station.slug))) | more
        except Refused:
            return more or None

    def read_frame(self, station: Station, image: NDArray[np.uint8], at: datetime) -> Callable[[], None] | None:
        """Look for barcodes on a picture, a few times a second; what is to be done then, in a database thread."""
        with _lock:
            looks = _looks.setdefault(station.slug, BarcodeCamera())
        now = time.monotonic()
        if now - looks.at < looks.every:
            return None
        looks.at = now
        if now - looks.kind_at >= KIND_LIVES:
            looks.kind, looks.kind_at = actions.kind_of(station.slug), now
        if looks.kind == Kind.ENTRY:
            return None
        if looks.kind == Kind.EXIT and (errand := _errand_of_absence(station.slug, at)) is not None:
            return errand
        if looks.kind == Kind.EXIT and at_exit.here(station.slug, at) is None:
            return None  # a book that is held up already is scanned when a person is there
        found = looks.read(image, now)
        return partial(_scan_known, station.slug, found) if found else None


def _at_exit(event: IdentityEvent, person: User) -> None:
    here = at_exit.here(event.station, event.at)
    if here is not None and here.person == person.pk:
        at_exit.touch(event.station, event.at)
        return
    if event.lane == "face" and (_is_on_the_way_out(person, event.at) or _is_taken(event, here)):
        return
    actions.greet_at_exit(person, event.station, lane=event.lane, at=event.at)
    _record(event, person, _("scan your books"))


def _is_on_the_way_out(person: User, at: datetime) -> bool:
    """They have just finished, and the camera still sees them go."""
    if Visit.objects.filter(person=person, open_slot=1).exists():
        return False
    return Visit.objects.filter(person=person, left_at__gt=at - ON_THE_WAY).exists()


def _is_taken(event: IdentityEvent, here: at_exit.Present | None) -> bool:
    """The person being served keeps the place while the camera sees them: a queue stands behind them.

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
    news = greeting(event.station, person, event.at, note=note, lane=event.lane)
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
    """Roster rule: at an exit only people who are inside, at an entry everyone, at a return no one."""
    kind = actions.kind_of(station.slug)
    if kind == Kind.ENTRY:
        return None
    return visits.inside_ids() if kind == Kind.EXIT else ()


# --- a paired browser ---------------------------------------------------------------------------


def device_of(request: HttpRequest) -> StationDevice:
    """The paired browser that asks. Refused as `stations.authenticate`, and `not_a_library`."""
    device = stations.authenticate(request.COOKIES.get(COOKIE, ""))
    if device.station.purpose != "library":
        raise Refused("not_a_library", _("This is not a station of the library."), status=403)
    return device


def card_shown(device: StationDevice, typed: str) -> bool:
    """Whether a person's card was scanned: they are announced. A return asks no one. Refused as `lanes.by_card`."""
    if actions.kind_of(device.station.slug) == Kind.RETURN:
        return False
    try:
        card_and_pin.by_card(device, card_of(typed))
    except Refused as refusal:
        if refusal.code != "unknown_card":
            raise
        return False
    return True


def card_of(typed: str) -> str:
    """Of the readings of what was scanned, the one that is a card; else the scanner's own."""
    cards = (text for text in scanner.readings(typed) if User.objects.filter(card_barcode=text).exists())
    return next(cards, scanner.cleaned(typed))


# --- camera pictures ----------------------------------------------------------------------------

LOOK_EVERY = 0.2  # s between two pictures that are searched for barcodes
LOOK_AGAIN = 0.05  # s, while a reading waits for a second frame that agrees
THOROUGH = 5  # looks without a code, after which the slower reader searches the whole picture once
NEW_AFTER = 3.0  # s out of view, after which the same code is shown again on purpose
KIND_LIVES = 5.0  # s that the kind of a station is remembered


@dataclass(slots=True)
class BarcodeCamera:
    """What one station's camera has read lately, in this process."""

    at: float = 0.0
    kind: str = ""
    kind_at: float = -KIND_LIVES
    every: float = LOOK_EVERY
    empty: int = 0  # looks without a code, one after the other
    votes: BarcodeVotes = field(default_factory=BarcodeVotes)
    seen: dict[str, float] = field(default_factory=dict)

    def read(self, image: NDArray[np.uint8], now: float) -> list[str]:
        """Texts that have just come into view and are believed."""
        codes = barcodes.glance(image, thorough=self.empty >= THOROUGH)
        self.empty = 0 if codes or self.empty >= THOROUGH else self.empty + 1
        believed = self.votes.believed(codes, now)
        self.votes.forget(now)
        self.every = LOOK_EVERY if len(believed) == len(codes) else LOOK_AGAIN
        return self.fresh(believed, [code.text for code in codes], now)

    def fresh(self, believed: Iterable[str], read: Iterable[str], now: float) -> list[str]:
        """Those that have just come into view. What was scanned stays in view also where a frame is doubtful."""
        new = [text for text in believed if now - self.seen.get(text, -NEW_AFTER) >= NEW_AFTER]
        self.seen |= dict.fromkeys([*new, *(text for text in read if text in self.seen)], now)
        self.seen = {text: at for text, at in self.seen.items() if now - at < NEW_AFTER}
        return new


_looks: dict[str, BarcodeCamera] = {}
_lock = Lock()


def _errand_of_absence(slug: str, at: datetime) -> Callable[[], None] | None:
    was = at_exit.present(slug)
    return partial(actions.see_off, slug, at) if was is not None and was.is_gone(at) else None  # type: ignore[return-value]


def _scan_known(slug: str, texts: list[str]) -> None:
    """Only what the catalogue knows: a camera sees prices and posters too. Refusals were told to the page."""
    for copy in Copy.objects.filter(barcode__in=texts).select_related("title"):
        try:
            actions.scan(slug, copy)
        except Refused:
            continue


def forget_looks() -> None:
    """Start afresh: between tests."""
    _looks.clear()
