"""A customer's card and PIN, as an officer changes them at the desk.

Both name or admit their person at every kiosk of the site. So the person is told of each change, it is written down,
staff's own are an administrator's business, and at a vault anyone who took down the PIN does not say that it is them.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.credentials.lost_cards import require_not_lost
from accounts.credentials.pins import set_pin
from accounts.models import User
from accounts.roles import Role
from config.errors import Refused
from lockers.bank import notices
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of_person, serves_person
from lockers.models import PinTaken
from lockers.rules.messages import refusal
from lockers.rules.visibility import require_officer

LONGEST_CARD = 64


def may_change(person: User, by: User) -> bool:
    """Of customers an officer of all their banks may, of staff an administrator; no one their own."""
    return person != by and _of_customer(person, by) and serves_person(by, person)


def _of_customer(person: User, by: User) -> bool:
    return bool(person.role == Role.MEMBER or by.is_administrator)


def require_may_change(person: User, by: User, of_staff: str) -> None:
    """Refused `not_officer`, `not_yourself`, `not_a_customer` in the words `of_staff`, `other_bank`."""
    require_officer(by)
    if person == by:
        raise refusal("not_yourself", 403)
    if not _of_customer(person, by):
        raise Refused("not_a_customer", of_staff, status=403)
    require_officer_of_person(by, person)


def _held(person: User, by: User) -> User:
    """The person's row, until the transaction ends. Refused as `require_may_change`."""
    require_may_change(person, by, _("Only an administrator can change the card and PIN of staff."))
    return User.objects.get_queryset().select_for_update().get(pk=person.pk)


# --- the card -----------------------------------------------------------------------------------


@transaction.atomic
def give_card(person: User, barcode: str, *, by: User) -> None:
    """This card is theirs; the one before names no one any more. The same card again changes nothing.

    Refused `bad_card`, `card_lost`, `card_taken` (also where it reads as someone else's id number), and as `_held`.
    """
    row, barcode = _held(person, by), barcode.strip()
    if not barcode.isprintable() or not 0 < len(barcode) <= LONGEST_CARD:
        raise Refused(
            "bad_card", _("This is not a card barcode. Scan the card, or type its barcode (up to 64 characters).")
        )
    if barcode == row.card_barcode:
        return
    require_no_number(barcode, row)
    require_not_lost(barcode)
    replaced, row.card_barcode = row.card_barcode is not None, barcode
    try:
        with transaction.atomic():
            row.save(update_fields=["card_barcode"])
    except IntegrityError as error:  # the constraint is the last word
        raise _card_taken() from error
    access_log.append("card.replaced" if replaced else "card.given", person=row.pk, by=by.pk)
    notices.credential_changed(
        row, _("You were given a new card. The old one no longer works.") if replaced else _("You were given a card.")
    )


def require_no_number(barcode: str, person: User | None = None) -> None:
    """Refused `card_taken` where the card reads as someone else's id number: a kiosk takes either."""
    others = User.objects.exclude(pk=person.pk) if person else User.objects.all()
    if others.filter(id_number__iexact=barcode).exists():
        raise _card_taken()


def _card_taken() -> Refused:
    return Refused("card_taken", _("This card belongs to another person. Scan another card."), status=409)


@transaction.atomic
def withdraw_card(person: User, *, by: User) -> None:
    """It names no one any more, as when it was lost. Refused `no_card`, and as `_held`."""
    row = _held(person, by)
    if row.card_barcode is None:
        raise Refused("no_card", _("This person has no card."), status=409)
    row.card_barcode = None
    row.save(update_fields=["card_barcode"])
    access_log.append("card.withdrawn", person=row.pk, by=by.pk)
    notices.credential_changed(row, _("Your card was withdrawn."))


# --- the PIN ------------------------------------------------------------------------------------


@transaction.atomic
def take_pin(person: User, pin: str, *, by: User, reason: str = "") -> None:
    """The person has typed it themselves, at the officer's desk. In place of another one only with a reason.

    Refused `has_pin` without one, `bad_pin`, and as `_held`.
    """
    row, reason = _held(person, by), reason.strip()[:300]
    if row.pin and not reason:
        words = _("This person already has a PIN. To set a new one, enter how you checked their identity.")
        raise Refused("has_pin", words, status=409)
    kind = "pin.replaced" if row.pin else "pin.chosen"
    set_pin(row, pin, by=row)
    PinTaken.objects.update_or_create(person=row, defaults={"officer": by, "at": timezone.now()})
    told = access_log.without_names(reason, [row])
    access_log.append(kind, person=row.pk, by=by.pk, reason=told or None)
    notices.credential_changed(row, _("A new PIN was set."))


def pin_taken_by(person_id: int | None, officer: User) -> bool:
    """Whether it was this officer who took down the PIN that this person has."""
    return PinTaken.objects.filter(person=person_id, officer=officer).exists()
