"""The library's part of the search: titles for everyone, copies by their barcode, and the pages of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.ops.registries.search_providers import MOST, Hit, SearchQuery
from library.catalogue import scanner
from library.catalogue.search import GONE, search
from library.rules.visibility import keeps_library


def titles(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    if query.is_long_enough:
        yield from (_title(title) for title in search(query.text)[:MOST])


def _title(title: Any) -> Hit:
    note = " · ".join(filter(None, (title.authors, str(title.year or ""))))
    return Hit(title.title, reverse("library:title", args=[title.pk]), note)


def copies(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """The one that was scanned; what is lost or withdrawn is there for librarians only."""
    copy = scanner.known(query.text)
    if copy and (keeps_library(viewer) or copy.status not in GONE):
        address = f"{reverse('library:title', args=[copy.title_id])}#copy-{copy.pk}"
        yield Hit(copy.title.title, address, f"{copy.barcode} · {copy.get_status_display()}", exact=True)


def pages(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    if keeps_library(viewer) and query.is_long_enough:
        found = ((name, title) for name, title in _pages().items() if query.fits(title))
        yield from (Hit(title, reverse(f"library:{name}"), _("Library desk")) for name, title in found)


def _pages() -> dict[str, str]:
    return {
        "take_back": _("Returns: return books"),
        "today": _("Library today"),
        "inside": _("Who is inside"),
        "overdue": _("Overdue books"),
        "holds": _("Holds"),
        "inventory": _("Inventory"),
        "reports": _("Library reports"),
        "rules": _("Loan rules and opening hours"),
        "labels": _("Labels: print barcodes"),
        "import": _("Import or export the catalogue"),
    }
