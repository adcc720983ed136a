"""Customers as an officer meets them: found, registered in one go, and what is still missing until they can open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.consent.consent import give_consent, standing_purposes
from accounts.credentials.lost_cards import require_not_lost
from accounts.models import Consent, User
from accounts.roles import Purpose, Role
from config.errors import Refused
from lockers.access import credentials, duress
from lockers.assignments import registration
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.models import Assignment, JointHolder, Locker, TermsAnswer
from lockers.rules.messages import refusal
from lockers.rules.visibility import kept_assignments, require_officer

MOST = 50  # people in one answer


# --- finding ------------------------------------------------------------------------------------


def holders(viewer: User) -> QuerySet[User]:
    """Everyone who has a locker now in a bank of this officer's, alone or with others."""
    there = kept_assignments(viewer).filter(open_slot=1)
    own = there.values("customer")
    joint = JointHolder.objects.filter(open_slot=1, assignment__in=there).values("person")
    return User.objects.get_queryset().filter(Q(pk__in=own) | Q(pk__in=joint))


def find(words: str, viewer: User | None = None) -> QuerySet[User]:
    """Everyone whose name or number has all the words, whose card it is, or who has the locker of that number now.

    `viewer`: the officer who looks; lockers of banks that are not theirs name no one.
    """
    found = User.objects.get_queryset().filter(is_active=True)
    for word in words.split()[:6]:
        name = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(id_number__icontains=word)
        found = found.filter(name | Q(card_barcode=word) | Q(pk__in=_of_locker(word, viewer)))
    return found


def _of_locker(number: str, viewer: User | None) -> QuerySet[User]:
    own = (kept_assignments(viewer) if viewer else Assignment.objects.all()).filter(
        open_slot=1, locker__number__iexact=number
    )
    joint = JointHolder.objects.filter(open_slot=1, assignment__in=own)
    return User.objects.get_queryset().filter(Q(pk__in=own.values("customer")) | Q(pk__in=joint.values("person")))


def one(words: str, viewer: User | None = None) -> User:
    """Exactly one person, by card, id number or name. Refused `nobody_found`, `several_found`."""
    words = words.strip()
    exact = User.objects.filter(Q(card_barcode=words) | Q(id_number__iexact=words)).first() if words else None
    if exact is not None:
        return exact
    found = list(find(words, viewer)[:2]) if words else []
    if not found:
        raise Refused("nobody_found", _("No one has the number, card or name “%(words)s”.") % {"words": words})
    if len(found) > 1:
        raise Refused("several_found", _("Several people match “%(words)s”. Type the id number.") % {"words": words})
    return found[0]


def lockers_by_person(people: Iterable[User], viewer: User) -> dict[int, list[Locker]]:
    """What each of them has now in the banks of this officer; two queries, however many they are."""
    wanted: dict[int, list[Locker]] = {person.pk: [] for person in people}
    there = kept_assignments(viewer).filter(open_slot=1)
    for row in there.filter(customer__in=wanted).select_related("locker__bank"):
        wanted[row.customer_id or 0].append(row.locker)
    joint = JointHolder.objects.filter(open_slot=1, assignment__in=there, person__in=wanted)
    for holder in joint.select_related("assignment__locker__bank"):
        wanted[holder.person_id].append(holder.assignment.locker)
    return wanted


# --- what is ready --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Readiness:
    """By which ways someone can open a locker already."""

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
class RegistrationWish:
    """What is registered in one go. Without a locker they only become known."""

    locker: Locker | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    joint: tuple[User, ...] = ()
    agreed: bool = False  # they have read the notice of the lockers and agree
    terms: str = ""  # of the locker's bank: accepted, refused; "": asked at the kiosk and on their page
    pin: str = ""
    duress_pin: str = ""  # with a new PIN only
    gesture: str = ""


@transaction.atomic
def register(who: User | NewPerson, wish: RegistrationWish, *, by: User) -> User:
    """Person, consent, PIN and locker: all of it, or nothing.

    Refused `not_officer`, `not_yourself`, `number_taken`, `card_taken`, `invalid`, `has_pin`, and as what it
    calls.
    """
    require_officer(by)
    person = who if isinstance(who, User) else new_person(who, by=by)
    if person == by:
        raise refusal("not_yourself", 403)
    if wish.agreed:
        give_consent(person, Purpose.LOCKERS, by=by, how=Consent.How.IN_PERSON)
    if wish.pin:
        credentials.take_pin(person, wish.pin, by=by)
        person.refresh_from_db(fields=["pin"])
        duress.choose_first(person, by=by, pin=wish.pin, duress_pin=wish.duress_pin, gesture=wish.gesture)
    if wish.locker is not None:
        _answer_terms(person, wish.locker, wish.terms, by)
        registration.assign(
            wish.locker, person, by=by, starts_on=wish.starts_on, ends_on=wish.ends_on, joint=wish.joint
        )
    return person


def _answer_terms(person: User, locker: Locker, said: str, by: User) -> None:
    """On paper, at the desk. Who refuses gets no locker: refused `terms_refused_before`, and nothing is written."""
    in_force = terms.current_terms(locker.bank, timezone.localdate())
    if in_force is None or not said:
        return
    if said != TermsAnswer.Answer.ACCEPTED:
        raise refusal("terms_refused_before")
    terms.answer(in_force, person, accepted=True, how=TermsAnswer.How.PAPER, by=by)


def new_person(new: NewPerson, *, by: User) -> User:
    """A customer who was not known here. They cannot sign in until they have asked for a password.

    Refused `not_officer`, `number_taken`, `card_taken`, `card_lost`, `invalid`.
    """
    require_officer(by)
    if User.objects.filter(id_number__iexact=new.id_number).exists():
        raise Refused("number_taken", _("This id number is already in use. Search for the person instead."), status=409)
    credentials.require_no_number(new.card_barcode)
    require_not_lost(new.card_barcode)
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
