"""The equal lanes without a face: a card, or id number and PIN, at a paired kiosk. They open the same doors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.credentials.pins import check_named
from accounts.models import User
from accounts.people.lifecycle import find_by_card, require_valid
from config.errors import Refused
from config.web import throttle
from recognition.models import Station, StationDevice
from recognition.sightings.decisions import IdentityEvent
from recognition.stations.app.dispatch import dispatch
from recognition.stations.ways import way_counts

TRIES, WINDOW = 30, 60  # at one kiosk, and the seconds in which they count: a queue is fine, a machine is not


def by_card(device: StationDevice, barcode: str, *, seconds: float | None = None) -> User:
    """Someone showed a card. Refused `unknown_card`, `not_valid`, `too_many_attempts`, or what the purpose says."""
    _limit(device)
    with _counted(device.station, "card"):
        person = find_by_card(barcode)
    _announce(device.station, person, "card", seconds)
    return person


def by_pin(device: StationDevice, id_number: str, pin: str, *, seconds: float | None = None) -> User:
    """Someone typed id number and PIN. Refused `wrong_pin`, `pin_locked`, `too_many_pins`, `not_valid`.

    A number that no one has is answered as a wrong PIN is.
    """
    _limit(device)
    with _counted(device.station, "pin"):
        person = check_named(_numbered(id_number.strip()), id_number, pin, door=f"kiosk:{device.pk}")
        require_valid(person)
    _announce(device.station, person, "pin", seconds)
    return person


def _numbered(typed: str) -> User | None:
    """Capitals or not, for a kiosk's keys have only capitals; where that is not enough to tell two apart, exactly."""
    found = list(User.objects.filter(id_number__iexact=typed)[:8]) if typed else []
    exact = [person for person in found if person.id_number == typed]
    return exact[0] if exact else found[0] if len(found) == 1 else None


@contextmanager
def _counted(station: Station, lane: str) -> Iterator[None]:
    """What is refused before anyone is named counts as refused; the rest is counted with its event."""
    try:
        yield
    except Refused:
        way_counts.note(station.purpose, lane, accepted=False)
        raise


def _announce(station: Station, person: User, lane: str, seconds: float | None) -> None:
    """The same event as from a face. What the purpose refuses comes back as its sentence."""
    now = timezone.now()
    event = IdentityEvent(station.slug, station.purpose, person.pk, now, lane=lane, view=station.view, seconds=seconds)
    trouble = dispatch(event)
    if trouble is not None:
        raise Refused(trouble["code"], trouble["message"], status=409)


def _limit(device: StationDevice) -> None:
    if throttle.count(f"lane:{device.pk}", window=WINDOW) > TRIES:
        raise Refused("too_many_attempts", _("Too many attempts. Please wait a minute, then try again."), status=429)
