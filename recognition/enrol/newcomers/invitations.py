"""Invitations: made by administrators, told once, mailed to a list, revoked at any time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail.outbox import Letter, enqueue_all
from accounts.models import User
from config.errors import Refused
from recognition.enrol.newcomers.mail_kinds import INVITED
from recognition.faces.crypto import keyed_hash
from recognition.models import Invitation

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is read as another
LENGTH = 12
MOST_ADDRESSES = 200


def make(invitation: Invitation, *, by: User) -> str:
    """Save a new invitation; its code, which is told this once. Refused `not_allowed`."""
    require_may_decide(by)
    code = "".join(secrets.choice(LETTERS) for _n in range(LENGTH))
    invitation.code_hash, invitation.made_by = _hash(code), by
    invitation.save()
    return code


def find(code: str) -> Invitation:
    """Refused `invitation_over`, in the same words for one that never was."""
    row: Invitation | None = Invitation.objects.open_at(timezone.now()).filter(code_hash=_hash(code)).first()
    if row is None:
        raise over()
    return row


def use(invitation: Invitation) -> None:
    """One use more, counted in the database: two at the same moment cannot both be the last. Refused as `find`."""
    mine = Invitation.objects.open_at(timezone.now()).filter(pk=invitation.pk)
    if not mine.update(used=F("used") + 1):
        raise over()


def revoke(invitation: Invitation, *, by: User) -> None:
    """Twice is harmless. Refused `not_allowed`."""
    require_may_decide(by)
    Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now())


def link(code: str) -> str:
    return settings.SITE_URL + reverse("recognition:join", args=[code])


def mail(invitation: Invitation, code: str, addresses: Iterable[str]) -> int:
    """The link to each address; to how many. Refused `bad_address` and `too_many`, before any letter is written."""
    wanted = list(dict.fromkeys(address.strip() for address in addresses if address.strip()))
    if len(wanted) > MOST_ADDRESSES:
        raise Refused("too_many", _("Too many addresses. The most at once: %(most)s.") % {"most": MOST_ADDRESSES})
    for address in wanted:
        _require_address(address)
    about = {"link": link(code), "until": date_format(timezone.localtime(invitation.expires_at))}
    enqueue_all(INVITED.code, [Letter(_key(invitation, to), about, to=to) for to in wanted])
    return len(wanted)


def _key(invitation: Invitation, address: str) -> str:
    """Of any address, however long."""
    return f"{INVITED.code}:{invitation.pk}:{sha256(address.encode()).hexdigest()[:40]}"


def require_may_decide(by: User) -> None:
    if not by.is_administrator:
        raise Refused("not_allowed", _("Only an administrator can invite and accept people."), status=403)


def over() -> Refused:
    words = _("This invitation is not valid, or not any more. Ask the person who gave it to you for a new one.")
    return Refused("invitation_over", words, status=404)


def _hash(code: str) -> str:
    return keyed_hash("".join(code.upper().replace("-", "").split()), purpose="invitation")


def _require_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused("bad_address", _("'%s' is not an e-mail address.") % address[:80]) from error
