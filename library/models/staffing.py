"""When no staff are in the library, whom readers reach then, and the report of each morning."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LibraryStaffing(models.Model):
    """One row: the unstaffed hours of a week, and what happens in them."""

    hours = models.JSONField(_("unstaffed hours"), default=dict, blank=True)  # as library.rules.unstaffed reads it
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, help_text=_("Shown at the stations in the unstaffed hours.")
    )
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_("Shown at the stations in the unstaffed hours. Calls for help are sent here too."),
    )
    report_at = models.TimeField(
        _("morning report at"), default=time(8), help_text=_("Covers the unstaffed hours of the 24 hours before.")
    )

    class Meta:
        verbose_name = _("staffing of the library")
        verbose_name_plural = _("staffing of the library")

    def __str__(self) -> str:
        return str(_("Staffing of the library"))


class UnstaffedReport(models.Model):
    """What happened in the unstaffed hours before one morning, in numbers and without names."""

    day = models.DateField(_("day"), unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    spans = models.JSONField(default=list)  # [[begin, end], …] in ISO 8601
    numbers = models.JSONField(_("numbers"), default=dict)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-day",)
        verbose_name = _("report of unstaffed hours")
        verbose_name_plural = _("reports of unstaffed hours")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
