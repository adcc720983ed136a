"""The receipt of a person's consents: what stands and what was withdrawn, on paper or by e-mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import outbox
from accounts.mail.kinds import MailKind, Placeholder
from accounts.models import Consent, OutgoingMail, User
from accounts.roles import Purpose
from config.errors import Refused

RECEIPT = MailKind(
    code="accounts.consents",
    label=gettext_lazy("A receipt of my consents"),
    subject=gettext_lazy("What you agreed to, and what you did not"),
    body=gettext_lazy(
        "Hello {{ name }},\n\nthis is what was recorded for you:\n\n{{ consents }}\n\n"
        "You can change your mind at any time, and nothing else changes for you: {{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(gettext_lazy("First name"), "Ada"),
        "consents": Placeholder(gettext_lazy("One line for each purpose"), "Library: agreed on 9 Mar 2026"),
        "link": Placeholder(gettext_lazy("The page “My data”"), "https://ostiary.example.org/me/"),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
)
KINDS = (RECEIPT,)


@dataclass(frozen=True, slots=True)
class Line:
    """One purpose: the newest consent of it, or None where the person never agreed."""

    purpose: Purpose
    consent: Consent | None

    @property
    def words(self) -> str:
        if self.consent is None:
            return _("not agreed")
        if self.consent.standing:
            return _("agreed on %s") % _day(self.consent.given_at)
        return _("withdrawn on %s; photos and face data erased") % _day(self.consent.withdrawn_at)


def lines(person: User, purposes: Iterable[str]) -> list[Line]:
    """In the order of `Purpose`."""
    rows = person.consents.filter(purpose__in=purposes).select_related("notice", "recorded_by", "withdrawn_by")
    newest = {row.purpose: row for row in rows.order_by("given_at", "pk")}
    return [Line(purpose, newest.get(purpose.value)) for purpose in Purpose if purpose.value in purposes]


def mail(person: User, purposes: Iterable[str]) -> OutgoingMail:
    """Put the receipt into the outbox. Twice with nothing changed is one e-mail. Refused `no_address`."""
    if not person.email:
        raise Refused("no_address", _("There is no e-mail address for this person. Print the receipt, or add one."))
    found = lines(person, purposes)
    said = [f"{line.purpose.label}: {line.words}" for line in found]
    context = {"name": person.first_name, "consents": said, "link": settings.SITE_URL + reverse("accounts:me")}
    letter = outbox.enqueue(RECEIPT.code, key=_key(person, said), context=context, person=person)
    if letter is None:
        raise Refused("no_address", _("This e-mail address cannot be used. Print the receipt, or correct it."))
    return letter


def _key(person: User, said: list[str]) -> str:
    return f"consents:{person.pk}:{hashlib.sha256('|'.join(said).encode()).hexdigest()[:16]}"


def _day(at: object) -> str:
    return date_format(timezone.localtime(at)) if at else "–"  # type: ignore[arg-type]
