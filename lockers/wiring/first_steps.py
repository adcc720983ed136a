"""The first step of the lockers on a new site (config.ops.registries.first_steps)."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.ops.registries.first_steps import FirstStep
from lockers.models import Locker

FIRST_LOCKER = FirstStep(
    _("Add the first locker"),
    _("Add a bank, which is a group of lockers at one place, and its doors."),
    reverse_lazy("admin:lockers_bank_changelist"),
    lambda: Locker.objects.exists(),
    optional=True,
)
