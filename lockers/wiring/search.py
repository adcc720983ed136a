"""The lockers' part of the search: lockers by their number, and the officers' pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.ops.registries.search_providers import MOST, Hit, SearchQuery
from lockers.bank.places import numbered
from lockers.rules.visibility import keeps_lockers, kept_lockers, lockers_for


def lockers(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """For officers those of their banks; for others their own, which lead to their own page."""
    officer = keeps_lockers(viewer)
    rows = (kept_lockers(viewer) if officer else lockers_for(viewer)).select_related("bank")
    number = query.text.rpartition(" ")[2]  # also with the bank's name before it
    for one in numbered(rows, number)[:MOST]:
        before = query.text.rpartition(" ")[0].casefold()
        if before and before not in one.bank.name.casefold():
            continue
        address = reverse("lockers:locker", args=[one.pk]) if officer else reverse("lockers:mine")
        yield Hit(f"{one.bank.name} · {one.number}", address, one.get_door_display(), exact=True)


def pages(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    if keeps_lockers(viewer) and query.is_long_enough:
        found = ((name, title) for name, title in _pages().items() if query.fits(title))
        yield from (Hit(title, reverse(f"lockers:{name}"), _("Lockers")) for name, title in found)


def _pages() -> dict[str, str]:
    return {
        "map": _("Map of the lockers"),
        "releases": _("Emergency release"),
        "customers": _("Customers"),
        "grants": _("Groups: lockers for many people"),
        "endings": _("Expiring lockers"),
        "hours": _("Opening hours"),
        "abandoned": _("Abandoned lockers"),
        "waiting": _("Waiting list"),
        "terms": _("Terms"),
        "attempts": _("Attempts"),
        "lockouts": _("Lock-outs"),
        "log": _("Access log"),
    }
