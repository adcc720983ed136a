"""The lockers' link on a person's page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.menu import Entry
from lockers.rules.visibility import keeps_lockers


def tools(person: Any, viewer: Any) -> Iterator[Entry]:
    if keeps_lockers(viewer):
        yield Entry(
            _("At the lockers"), _("Lockers and how to open them."), reverse("lockers:customer", args=[person.pk])
        )
