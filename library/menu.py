"""The library's part of the home page and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.menu import Entry
from library.visibility import keeps_library

DESK = ("today", "inside", "overdue", "holds", "inventory", "reports", "labels", "import")


def entries(person: Any) -> Iterator[Entry]:
    yield Entry(
        _("Library"), _("Search the catalogue, and wait for a book."), reverse("library:search"), in_header=True
    )
    if keeps_library(person):
        words = _("Issue and take back, people, holds, what is overdue, who is inside.")
        parts = tuple(reverse(f"library:{name}") for name in DESK)
        yield Entry(_("Library desk"), words, reverse("library:desk"), in_header=True, parts=parts)
    if person.is_authenticated:
        yield Entry(_("My books"), _("What you have and until when; renew, holds, history."), reverse("library:mine"))
