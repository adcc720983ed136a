"""A lost card: blocked the moment it is reported, until its person has it again.

Its barcode leaves the person's account, so that no reader, kiosk, desk or program finds anyone by it; and no form, file
or program puts it back meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.credentials.lost_card_messages import BLOCKED, REPORTED, REPORTED_EVENT
from accounts.mail.outbox import Letter, enqueue, enqueue_all
from accounts.models import LostCard, User
from accounts.roles import Role
from accounts.webhooks.outbox import emit
from config.errors import Refused

log = logging.getLogger("ostiary.cards")


@transaction.atomic
def report(person: User, *, by: User) -> LostCard:
    """Refused `not_allowed` and `no_card`."""
    if by != person and not by.is_administrator:
        raise Refused("not_allowed", _("Only an administrator can do this for another person."), status=403)
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.card_barcode is None:
        raise Refused("no_card", _("No card is in use, so there is nothing to block."), status=409)
    lost = LostCard.objects.create(person=row, barcode=row.card_barcode, reported_by=by)
    row.card_barcode = person.card_barcode = None
    row.save(update_fields=["card_barcode"])
    log.info("Lost card of %s reported by %s", row.pk, by.pk)
    emit(REPORTED_EVENT.code, {"by_themselves": by == person}, person=row)
    _tell(lost, row)
    return lost


@transaction.atomic
def unblock(lost: LostCard, *, by: User) -> bool:
    """It was found: it works again, or may be given out again where its person has a new one meanwhile.

    Whether it works. Refused `not_allowed`, `found_already` and `card_taken`.
    """
    if not by.is_administrator:
        raise Refused("not_allowed", _("Only an administrator can unblock a card."), status=403)
    person = User.objects.select_for_update().get(pk=lost.person_id)
    if not LostCard.objects.filter(pk=lost.pk, found_at=None).exists():
        raise Refused("found_already", _("This card was found already."), status=409)
    if User.objects.filter(card_barcode=lost.barcode).exists():
        raise Refused("card_taken", _("This card belongs to another person. Scan another card."), status=409)
    LostCard.objects.filter(barcode=lost.barcode, person=person, found_at=None).update(
        found_at=timezone.now(), found_by=by
    )
    if person.card_barcode is not None:
        return False
    person.card_barcode = lost.barcode
    person.save(update_fields=["card_barcode"])
    return True


def not_found(person: User) -> QuerySet[LostCard]:
    """All cards of this person that are still blocked, whether or not they have a new one."""
    return LostCard.objects.filter(person=person, found_at=None)


def waiting() -> QuerySet[LostCard]:
    """Those whose person has no other card yet."""
    return LostCard.objects.filter(found_at=None, person__card_barcode=None)


def lost_among(barcodes: Iterable[str]) -> set[str]:
    return set(LostCard.objects.filter(barcode__in=list(barcodes), found_at=None).values_list("barcode", flat=True))


def require_not_lost(barcode: str | None) -> None:
    """Refused `card_lost`: someone may have found it who is not its person."""
    if barcode and lost_among([barcode]):
        raise Refused("card_lost", sentence(barcode), status=409)


def sentence(barcode: str) -> str:
    words = _("The card '%s' was reported lost. Give out another card, or unblock it on the person's page.")
    return words % barcode


def _tell(lost: LostCard, person: User) -> None:
    name, link = person.get_full_name(), settings.SITE_URL + reverse("accounts:person", args=[person.pk])
    staff = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    about = {"name": name, "link": link}
    enqueue_all(REPORTED.code, [Letter(f"{REPORTED.code}:{lost.pk}:{one.pk}", about, one) for one in staff])
    mine = {"name": person.first_name, "link": settings.SITE_URL + reverse("accounts:me")}
    enqueue(BLOCKED.code, key=f"{BLOCKED.code}:{lost.pk}", context=mine, person=person)
