"""The accounts' part of the menu and header."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from config.web.menu import Entry


def entries(person: User) -> Iterator[Entry]:
    if person.has_perm("accounts.view_user") and person.is_staff:
        yield Entry(_("People"), _("Find a person, see what they agreed to."), _people(), in_header=True)
        yield Entry(_("Administration"), _("All records that your role can open."), reverse("admin:index"))
    if person.is_administrator:
        yield Entry(
            _("Timed jobs"),
            _("Which jobs run automatically, when each last ran, and what failed."),
            reverse("jobs:list"),
        )
        yield Entry(
            _("API"), _("How other systems connect to Ostiary, with every address to try out."), reverse("api:docs")
        )
    yield Entry(_("My data"), _("What is stored about you, your consents, your PIN."), reverse("accounts:me"))


def tools(person: User, viewer: User) -> Iterator[Entry]:
    """The person's page (config.web.menu.TOOLS)."""
    yield Entry(
        pgettext("button", "Open"), _("Everything about this person."), reverse("accounts:person", args=[person.pk])
    )


def _people() -> str:
    return reverse("admin:accounts_user_changelist")
