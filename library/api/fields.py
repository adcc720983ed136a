"""How the API names people and books."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.api.permissions import caller
from accounts.models import User
from config.errors import Refused

SEE_ACCOUNTS = "library.view_loan"


def person_named(number: str) -> User:
    """By id number, or by the card's barcode. Refused `unknown_person`."""
    person = User.objects.filter(id_number=number).first() or User.objects.filter(card_barcode=number).first()
    if person is None:
        raise Refused("unknown_person", _("No person has this id number or card."), status=404)
    return person


def whose(request: Request, number: str) -> User:
    """Oneself without a number; another person only for those who see accounts, and in the same words otherwise."""
    me = caller(request)
    if not number or number in (me.id_number, me.card_barcode):
        return me
    if not me.has_perm(SEE_ACCOUNTS):
        raise Refused("unknown_person", _("No person has this id number or card."), status=404)
    return person_named(number)
