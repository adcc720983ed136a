"""The institution's entry in the menu."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.menu import Entry


def entries(person: Any) -> Iterator[Entry]:
    if person.is_authenticated and person.is_administrator:
        words = _("Its name, logo and colour on kiosks, pages, e-mails and paper.")
        yield Entry(_("Institution"), words, reverse("branding:institution"))
