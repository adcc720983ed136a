"""The accounts' areas of a person's export."""

from __future__ import annotations

from accounts.models import Consent, LostCard, OutgoingMail, SignIn, User
from accounts.people.own_export import ExportArea


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_PERSON = _same("id_number", "first_name", "last_name", "email", "guardian_name", "guardian_email", "language")
_MEMBERSHIP = _same("role", "affiliation", "valid_from", "valid_until", "card_barcode", "date_joined", "last_login")
AREAS = (
    ExportArea(
        "person",
        {**_PERSON, **_MEMBERSHIP, "department": "department__name"},
        lambda person: User.objects.filter(pk=person.pk),
    ),
    ExportArea(
        "consents",
        {**_same("purpose", "given_at", "how", "withdrawn_at"), "notice": "notice__version", "text": "notice__text"},
        lambda person: Consent.objects.filter(person=person),
    ),
    ExportArea(
        "e-mails",
        _same("kind", "to", "subject", "created_at", "sent_at"),
        lambda person: OutgoingMail.objects.filter(person=person),
    ),
    ExportArea(
        "sign-ins",
        _same("browser", "system", "address", "at"),
        lambda person: SignIn.objects.filter(person=person),
    ),
    ExportArea("lost-cards", _same("barcode", "at", "found_at"), lambda person: LostCard.objects.filter(person=person)),
)
