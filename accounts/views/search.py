"""The accounts' part of the search: people for staff, every page by its name, and the lists of the administration."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.finding import by_very_number, people_like
from config.ops.registries.search_providers import Hit, SearchQuery
from config.web.menu import entries_for, tools_for


def people(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    if not (viewer.is_staff and viewer.has_perm("accounts.view_user")):
        return
    exact = by_very_number(query)
    yield from (_person(one, viewer, exact=True) for one in exact)
    others = people_like(query, User.objects.get_queryset().filter(is_active=True))
    yield from (_person(one, viewer) for one in others if one not in exact)


def _person(person: User, viewer: Any, *, exact: bool = False) -> Hit:
    """An administrator comes to the person's page, others to the desk at which they serve them."""
    record = (_("Record"), reverse("admin:accounts_user_change", args=[person.pk]))
    places = [*((entry.title, entry.url) for entry in tools_for(person, viewer)), record]
    first = places[0] if viewer.is_administrator else places[-2]
    note = f"{person.id_number} · {person.get_affiliation_display()}"
    return Hit(person.get_full_name(), first[1], note, exact, [place for place in places if place != first])


def pages(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    if query.is_long_enough:
        entries = (entry for entry in entries_for(viewer) if query.fits(entry.title, entry.text))
        yield from (Hit(entry.title, entry.url, entry.text) for entry in entries)


def lists(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """Of the administration, where this person may open it."""
    if not (viewer.is_staff and query.is_long_enough):
        return
    for model, model_admin in admin.site._registry.items():
        name = str(model._meta.verbose_name_plural)
        if query.fits(name) and _may_list(model_admin, viewer):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            yield Hit(capfirst(name), address, _("Administration"))


def _may_list(model_admin: Any, viewer: Any) -> bool:
    request = cast(HttpRequest, SimpleNamespace(user=viewer, path="", resolver_match=None))
    return bool(model_admin.has_view_or_change_permission(request))
