"""The lockers' link on a person's page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.menu import Entry
from lockers.visibility import keeps_lockers


def tools(person: Any, viewer: Any) -> Iterator[Entry]:
    if keeps_lockers(viewer):
        yield Entry(_("At the lockers"), _("Lockers, ways to open."), reverse("lockers:customer", args=[person.pk]))
