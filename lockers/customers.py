"""Customers as an officer meets them: found, registered in one go, and what is still missing until they can open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Purpose, Role
from accounts.services import give_consent, standing_purposes
from config.errors import Refused
from lockers import access_log, credentials, registration
from lockers.models import Assignment, JointHolder, Locker
from lockers.visibility import require_officer
from lockers.words import refusal

MOST = 50  # people in one answer


# --- finding ------------------------------------------------------------------------------------


def holders() -> QuerySet[User]:
    """Everybody who has a locker now, alone or with others."""
    own = Assignment.objects.filter(open_slot=1).values("customer")
    joint = JointHolder.objects.filter(open_slot=1, assignment__open_slot=1).values("person")
    return User.objects.get_queryset().filter(Q(pk__in=own) | Q(pk__in=joint))


def find(words: str) -> QuerySet[User]:
    """Everybody whose name or number has all the words, whose card it is, or who has the locker of that number now."""
    found = User.objects.get_queryset().filter(is_active=True)
    for word in words.split()[:6]:
        name = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(id_number__icontains=word)
        found = found.filter(name | Q(card_barcode=word) | Q(pk__in=_of_locker(word)))
    return found


def _of_locker(number: str) -> QuerySet[User]:
    own = Assignment.objects.filter(open_slot=1, locker__number__iexact=number)
    joint = JointHolder.objects.filter(open_slot=1, assignment__in=own)
    return User.objects.get_queryset().filter(Q(pk__in=own.values("customer")) | Q(pk__in=joint.values("person")))


def one(words: str) -> User:
    """Exactly one person, by card, id number or name. Refused `nobody_found`, `several_found`."""
    words = words.strip()
    exact = User.objects.filter(Q(card_barcode=words) | Q(id_number__iexact=words)).first() if words else None
    if exact is not None:
        return exact
    found = list(find(words)[:2]) if words else []
    if not found:
        raise Refused("nobody_found", _("Nobody has the number, card or name “%(words)s”.") % {"words": words})
    if len(found) > 1:
        raise Refused("several_found", _("Several people fit “%(words)s”: type the id number.") % {"words": words})
    return found[0]


def lockers_by_person(people: Iterable[User]) -> dict[int, list[Locker]]:
    """What each of them has now; two queries, however many they are."""
    wanted: dict[int, list[Locker]] = {person.pk: [] for person in people}
    for row in Assignment.objects.filter(open_slot=1, customer__in=wanted).select_related("locker__bank"):
        wanted[row.customer_id or 0].append(row.locker)
    joint = JointHolder.objects.filter(open_slot=1, assignment__open_slot=1, person__in=wanted)
    for holder in joint.select_related("assignment__locker__bank"):
        wanted[holder.person_id].append(holder.assignment.locker)
    return wanted


# --- what is ready --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Readiness:
    """By which ways somebody can open a locker already."""

    consent: bool
    photos: int
    pin: bool
    card: bool
    wanted: int  # with five the bundled model misses its owner far less often (docs/recognition.md)

    @property
    def face(self) -> bool:
        return self.consent and self.photos >= self.wanted

    @property
    def without_face(self) -> bool:
        """The id number does what the card does."""
        return self.pin


def readiness(person: User) -> Readiness:
    photos = person.face_samples.filter(uses__purpose=Purpose.LOCKERS).count()  # of the app that keeps them
    return Readiness(
        consent=Purpose.LOCKERS in standing_purposes(person),
        photos=photos,
        pin=bool(person.pin),
        card=bool(person.card_barcode),
        wanted=settings.LOCKER_LEAST_PHOTOS,
    )


# --- registering ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewPerson:
    id_number: str
    first_name: str
    last_name: str = ""
    email: str = ""
    card_barcode: str = ""


@dataclass(frozen=True)
class Wish:
    """What is registered in one go. Without a locker they only become known."""

    locker: Locker | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    joint: tuple[User, ...] = ()
    agreed: bool = False  # they have read the notice of the lockers and agree
    pin: str = ""


@transaction.atomic
def register(who: User | NewPerson, wish: Wish, *, by: User) -> User:
    """Person, consent, PIN and locker: all of it, or nothing.

    Refused `not_officer`, `not_yourself`, `number_taken`, `card_taken`, `invalid`, `has_pin`, and as what it
    calls.
    """
    require_officer(by)
    person = who if isinstance(who, User) else new_person(who, by=by)
    if person == by:
        raise refusal("not_yourself", 403)
    if wish.agreed:
        give_consent(person, Purpose.LOCKERS, by=by)
    if wish.pin:
        credentials.take_pin(person, wish.pin, by=by)
    if wish.locker is not None:
        registration.assign(
            wish.locker, person, by=by, starts_on=wish.starts_on, ends_on=wish.ends_on, joint=wish.joint
        )
    return person


def new_person(new: NewPerson, *, by: User) -> User:
    """A customer who was not known here. They cannot sign in until they have asked for a password.

    Refused `not_officer`, `number_taken`, `card_taken`, `invalid`.
    """
    require_officer(by)
    if User.objects.filter(id_number__iexact=new.id_number).exists():
        raise Refused("number_taken", _("Somebody has this id number already. Search for them instead."), status=409)
    credentials.require_no_number(new.card_barcode)
    person = User(
        id_number=new.id_number,
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
        card_barcode=new.card_barcode or None,
        role=Role.MEMBER,
        affiliation=User.Affiliation.CUSTOMER,
    )
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        raise Refused("invalid", " ".join(error.messages)) from error
    person.save()
    access_log.append("customer.registered", person=person.pk, by=by.pk)
    return person
