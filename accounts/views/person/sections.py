"""The accounts' sections in the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.views.person import consents, own_sections
from config.ops.registries.person_sections import PersonSection
from config.ops.registries.registry import Registry

_ROOM = "accounts/person/"


def register(registry: Registry[PersonSection]) -> None:
    """First who it is, last what was changed; what the other apps add stands between."""
    see, administrator = own_sections.sees_people, own_sections.is_administrator
    details = PersonSection(_("Details"), f"{_ROOM}_details.html", see, own_sections.details, at_once=True)
    form = PersonSection(_("Consents"), consents.TEMPLATE, consents.may_see, consents.context, at_once=True)
    access = PersonSection(_("Card and PIN"), f"{_ROOM}_access.html", administrator, own_sections.access)
    history = PersonSection(_("History"), f"{_ROOM}_history.html", administrator, own_sections.history)
    registry.register("details", details, order=-9)
    registry.register("consents", form, order=-8)
    registry.register("access", access, order=-5)
    registry.register("history", history, order=9)
