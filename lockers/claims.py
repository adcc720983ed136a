"""Naming oneself: a card, a customer number or a locker number. Only a claim: a face or a PIN must bear it out."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from lockers import places
from lockers.models import Locker, LockerStation
from lockers.words import refusal


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, and which locker they want."""

    person: int
    locker: int


def claims(said: str, *, station: str) -> list[Claim]:
    """Every person and locker of this station's bank that can be meant; several for a shared locker.

    Refused `unknown_station`. An empty list means that there is nobody: tell it in the same words as a face that does
    not fit, so that nobody can try out numbers.
    """
    beside = LockerStation.objects.filter(station__slug=station, station__active=True).first()
    if beside is None:
        raise refusal("unknown_station", 403)
    here = Locker.objects.filter(bank=beside.bank_id)
    if person := _person(said.strip()):
        return [Claim(person.pk, locker.pk) for locker in here.filter(places.held_by(person.pk))]
    return [claim for locker in here.filter(number__iexact=said.strip()) for claim in _of(locker)]


def _person(said: str) -> User | None:
    if not said:
        return None
    return User.objects.filter(card_barcode=said).first() or User.objects.filter(id_number__iexact=said).first()


def _of(locker: Locker) -> list[Claim]:
    mine = places.current_assignment(locker)
    return [Claim(person, locker.pk) for person in sorted(places.holders_of(mine))] if mine else []
