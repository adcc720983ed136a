"""The equal lanes without a face: a card, or id number and PIN, at a paired kiosk. They open the same doors."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import check_pin, find_by_card, require_valid
from config import throttle
from config.errors import Refused
from recognition import identity
from recognition.identity import IdentityEvent
from recognition.models import Station, StationDevice

TRIES, WINDOW = 30, 60  # at one kiosk, and the seconds in which they count: a queue is fine, a machine is not


def by_card(device: StationDevice, barcode: str) -> User:
    """Somebody showed a card. Refused `unknown_card`, `not_valid`, `too_many_attempts`, or what the purpose says."""
    _limit(device)
    person = find_by_card(barcode)
    _announce(device.station, person, "card")
    return person


def by_pin(device: StationDevice, id_number: str, pin: str) -> User:
    """Somebody typed id number and PIN. Refused `wrong_pin` (also for an unknown number), `pin_locked`, `not_valid`."""
    _limit(device)
    person = _numbered(id_number.strip())
    if person is None:
        raise Refused("wrong_pin", _("The id number or the PIN is wrong."), status=403)
    check_pin(person, pin)
    require_valid(person)
    _announce(device.station, person, "pin")
    return person


def _numbered(typed: str) -> User | None:
    """Capitals or not, for a kiosk's keys have only capitals; where that is not enough to tell two apart, exactly."""
    found = list(User.objects.filter(id_number__iexact=typed)[:8]) if typed else []
    exact = [person for person in found if person.id_number == typed]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def _announce(station: Station, person: User, lane: str) -> None:
    """The same event as from a face. What the purpose refuses comes back as its sentence."""
    event = IdentityEvent(station.slug, station.purpose, person.pk, timezone.now(), lane=lane, view=station.view)
    trouble = identity.dispatch(event)
    if trouble is not None:
        raise Refused(trouble["code"], trouble["message"], status=409)


def _limit(device: StationDevice) -> None:
    if throttle.count(f"lane:{device.pk}", window=WINDOW) > TRIES:
        raise Refused("too_many_attempts", _("Too many tries. Wait a minute."), status=429)
