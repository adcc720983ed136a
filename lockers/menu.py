"""The lockers' part of the home page and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.menu import Entry
from lockers.visibility import keeps_lockers


def entries(person: Any) -> Iterator[Entry]:
    if keeps_lockers(person):
        words = _("Every door live, alarms, who waits for a yes; customers, attempts, the access log.")
        yield Entry(_("Lockers"), words, reverse("lockers:board"), in_header=True)
    if person.is_authenticated:
        yield Entry(_("My locker"), _("Who shares it, and every time it was opened."), reverse("lockers:mine"))
