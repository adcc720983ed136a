"""To which address an e-mail goes, and who does not want it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.mail.kinds import MailKind
from accounts.models import MailOptOut, User


def address_of(kind: MailKind, person: User) -> str:
    """Empty when there is none, when it is not an address, or when the person is switched off."""
    address = (person.guardian_email if kind.to_guardian else person.email).strip()
    return address if person.is_active and is_address(address) else ""


def name_of(kind: MailKind, person: User) -> str:
    """How the addressee is greeted. A guardian without a name on record is the person's guardian."""
    return person.guardian_name if kind.to_guardian else person.get_full_name()


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def unwilling(kind: MailKind, people: Iterable[User]) -> set[int]:
    """Those of `people` who do not want this kind."""
    if not kind.may_opt_out:
        return set()
    ids = [person.pk for person in people]
    return set(MailOptOut.objects.filter(kind=kind.code, person__in=ids).values_list("person_id", flat=True))
