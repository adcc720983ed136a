"""The library's links on a person's page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.menu import Entry
from library.rules.visibility import keeps_library


def tools(person: Any, viewer: Any) -> Iterator[Entry]:
    if keeps_library(viewer):
        yield Entry(_("At the library desk"), _("Loans, holds, fines."), reverse("library:person", args=[person.pk]))
