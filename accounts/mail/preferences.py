"""Who does not want which e-mails: chosen on one's own page, or through the signed link below each e-mail."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.mail import kinds
from accounts.mail.kinds import MailKind
from accounts.models import MailOptOut, User
from config.errors import Refused

SALT = "accounts.mail.wishes"


class Wish(NamedTuple):
    kind: MailKind
    wanted: bool


def wishes_of(person: User) -> list[Wish]:
    """Every kind that this person may get and may do without."""
    unwanted = set(person.mail_opt_outs.values_list("kind", flat=True))
    mine = [kind for kind in kinds.all_kinds().values() if kind.may_opt_out and kind.concerns(person.role)]
    return [Wish(kind, kind.code not in unwanted) for kind in mine]


@transaction.atomic
def choose(person: User, wanted: Collection[str]) -> None:
    """On one's own page: of all kinds that are offered there, these and no others."""
    for wish in wishes_of(person):
        want(person, wish.kind, wish.kind.code in wanted)


def want(person: User, kind: MailKind, wanted: bool) -> None:
    """Doing it twice is harmless. Refused `not_optional` for a kind that everyone gets."""
    if not kind.may_opt_out:
        raise Refused("not_optional", _("E-mails of this kind cannot be turned off."))
    if wanted:
        MailOptOut.objects.filter(person=person, kind=kind.code).delete()
    else:
        MailOptOut.objects.get_or_create(person=person, kind=kind.code)


def is_wanted(person: User, kind: MailKind) -> bool:
    return not MailOptOut.objects.filter(person=person, kind=kind.code).exists()


# --- the link below an e-mail -------------------------------------------------------------------


def link(person: User, kind: MailKind) -> str:
    """Opens the page for this person and kind, for anyone who holds it: nothing else can be done with it."""
    token = signing.dumps([person.pk, kind.code], salt=SALT)
    return settings.SITE_URL + reverse("accounts:mail_wish", args=[token])


def read_link(token: str) -> tuple[User, MailKind]:
    """Refused `bad_link` when it was not signed here, or when the person or the kind is gone."""
    try:
        pk, code = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        pk, code = 0, ""
    person, kind = User.objects.filter(pk=pk).first(), kinds.find(code)
    if person is None or kind is None:
        raise Refused(
            "bad_link", _("This link is no longer valid. Please use the one in your newest e-mail."), status=404
        )
    return person, kind
