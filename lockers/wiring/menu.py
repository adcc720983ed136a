"""The lockers' part of the menu and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.menu import Entry
from lockers.rules.visibility import keeps_lockers


def entries(person: Any) -> Iterator[Entry]:
    if keeps_lockers(person):
        words = _("Live door status, alarms and requests for approval. Customers, attempts and the access log.")
        yield Entry(_("Lockers"), words, reverse("lockers:board"), in_header=True)
    if person.is_authenticated:
        yield Entry(
            _("My locker"),
            _("Your lockers, who shares them, and every time they were opened."),
            reverse("lockers:mine"),
        )
