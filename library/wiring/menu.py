"""The library's part of the menu and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.menu import Entry
from library.rules.visibility import keeps_library

DESK = (
    "today",
    "help",
    "inside",
    "overdue",
    "holds",
    "transit",
    "inventory",
    "unstaffed",
    "staffing",
    "reports",
    "rules",
    "isbn",
    "labels",
    "import",
)


def entries(person: Any) -> Iterator[Entry]:
    yield Entry(_("Library"), _("Search the catalogue and place holds."), reverse("library:search"), in_header=True)
    if keeps_library(person):
        words = _("Lend and return books, accounts, holds, overdue books, and who is inside.")
        parts = tuple(reverse(f"library:{name}") for name in DESK)
        yield Entry(_("Library desk"), words, reverse("library:desk"), in_header=True, parts=parts)
    if person.is_authenticated:
        yield Entry(_("My books"), _("Your loans and due dates, renewals, holds and history."), reverse("library:mine"))
