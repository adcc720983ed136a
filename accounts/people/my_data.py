"""What is stored about one person, in their own words. Each app adds its part to FACTS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.consent.notices import current_notices
from accounts.models import Consent, NoticeText, User
from accounts.roles import Purpose
from config.ops.registries.registry import Registry

Facts = Callable[[User], Iterable[tuple[str, str]]]  # label and value
FACTS = Registry[Facts]("Facts about a person")


@dataclass(frozen=True)
class OwnPage:
    """A page on which people see or do something about their own data."""

    title: str | Promise
    url_name: str
    says: str | Promise = ""


OWN_PAGES = Registry[OwnPage]("Pages of one's own")


@dataclass(frozen=True)
class Agreement:
    """One purpose as its person sees it: the notice they read (or would read), and the consent if it stands."""

    purpose: Purpose
    notice: NoticeText
    consent: Consent | None


def agreements(person: User) -> list[Agreement]:
    """Every purpose that has a notice; a standing consent keeps the text it was given under."""
    standing = {c.purpose: c for c in person.consents.filter(standing=True).select_related("notice")}
    return [
        Agreement(Purpose(purpose), standing[purpose].notice if purpose in standing else notice, standing.get(purpose))
        for purpose, notice in current_notices().items()
    ]


def facts(person: User) -> Iterator[tuple[str, str]]:
    """Label and value of everything that the account itself holds."""
    yield from details(person)
    yield _("Card"), person.card_barcode or _("none")
    yield _("PIN"), _("set (stored only in encrypted form)") if person.pin else _("none")


def details(person: User) -> Iterator[tuple[str, str]]:
    """Without card and PIN, which open doors."""
    yield _("Name"), person.get_full_name()
    yield _("Id number"), person.id_number
    yield _("E-mail"), person.email or _("none")
    if person.guardian_name or person.guardian_email:
        yield _("Guardian"), ", ".join(part for part in (person.guardian_name, person.guardian_email) if part)
    yield _("Role"), person.get_role_display()
    yield _("Affiliation"), person.get_affiliation_display()
    yield _("Department"), person.department.name if person.department else _("none")
    yield _("Valid"), _validity(person)


def other_way(person: User) -> str:
    """What they open doors with when cameras no longer know them."""
    if person.card_barcode and person.pin:
        return _("Your card and PIN still work.")
    if person.card_barcode:
        return _("Your card still works.")
    if person.pin:
        return _("Your id number and PIN still work.")
    return _("You do not have a card or a PIN yet. Choose a PIN on the page “My data”, or ask the staff for a card.")


def _validity(person: User) -> str:
    begin = person.valid_from and _("from %s") % date_format(person.valid_from)
    end = person.valid_until and _("until %s") % date_format(person.valid_until)
    return " ".join(part for part in (begin, end) if part) or _("no end date")
