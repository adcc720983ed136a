"""Which of the demo's accounts are offered, and on which sites."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from config.ops.registries.sign_in_offers import SignInOffer
from recognition.demo import passwords

# By role: what the button says, and what there is to see.
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    Role.ADMINISTRATOR: (_("Administrator"), _("Sets up people, stations and models")),
    Role.TEACHER: (_("Teacher"), _("Keeps the roll of the class in session")),
    Role.LIBRARIAN: (_("Librarian"), _("Lends and returns books at the desk")),
    Role.LOCKER_OFFICER: (_("Locker officer"), _("Watches the lockers and helps customers")),
    Role.MEMBER: (_("Student"), _("Has classes, books and a locker")),
}


def possible() -> bool:
    """On the demo of one's own machine alone: with DEBUG no site starts that has a public name (config.ops.env)."""
    return bool(settings.DEMO and settings.DEBUG)


def password_of(id_number: str) -> str:
    """The one that `make run` printed. Empty where this is not such a demo, or the demo did not make this account."""
    return passwords.read(passwords.kept()).get(id_number, "") if possible() else ""


def offers() -> list[SignInOffer]:
    """The accounts that the demo has made and that may sign in, in the order of WORDS."""
    known = passwords.read(passwords.kept()) if possible() else {}
    people = [person for person in User.objects.filter(id_number__in=known) if person.may_sign_in] if known else []
    return [_offer(person) for role in WORDS for person in people if person.role == role]


def _offer(person: User) -> SignInOffer:
    role, note = WORDS[person.role]
    return SignInOffer(role, person.get_full_name(), note, reverse("demo_sign_in:as", args=[person.id_number]))
