"""Naming oneself: a card, a customer number or a locker number. Only a claim: a face or a PIN must bear it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from config.ops.cache import storable
from lockers.bank import places
from lockers.models import Locker, LockerStation
from lockers.rules.messages import refusal


@storable
@dataclass(frozen=True, slots=True)
class Claim:
    """Who someone says they are, and which locker they want."""

    person: int
    locker: int


def claims(said: str, *, station: str) -> list[Claim]:
    """Every person and locker of this station's bank that can be meant today; several for a shared locker.

    Refused `unknown_station`. An empty list means that there is no one: tell it in the same words as a face that does
    not fit, so that no one can try out numbers.
    """
    beside = LockerStation.objects.filter(station__slug=station, station__active=True).first()
    if beside is None:
        raise refusal("unknown_station", 403)
    if not said.strip().isprintable():  # a NUL is an error in PostgreSQL
        return []
    here, day = Locker.objects.filter(bank=beside.bank_id), timezone.localdate()
    if person := _person(said.strip()):
        return [Claim(person.pk, locker.pk) for locker in here.filter(places.held_by(person.pk, day))]
    return [claim for locker in places.numbered(here, said) for claim in _of(locker, day)]


def _person(said: str) -> User | None:
    if not said:
        return None
    return User.objects.filter(card_barcode=said).first() or User.objects.filter(id_number__iexact=said).first()


def _of(locker: Locker, day: date) -> list[Claim]:
    mine = places.current_assignment(locker)
    return [Claim(person, locker.pk) for person in sorted(places.holders_of(mine, day))] if mine else []
