"""The first step of the library on a new site (config.ops.registries.first_steps)."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.ops.registries.first_steps import FirstStep
from library.models import Title

FIRST_BOOK = FirstStep(
    _("Add the first book"),
    _("Import the catalogue from MARC, CSV or a spreadsheet. You see what would change before anything does."),
    reverse_lazy("library:import"),
    lambda: Title.objects.exists(),
    optional=True,
)
