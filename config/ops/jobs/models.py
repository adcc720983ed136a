"""One row for each timed job: who runs it at present, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """Written by the holder of the lease alone, but for `asked_at`. `held_until` is on the database server's clock."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    holder = models.CharField(_("held by"), max_length=100, blank=True, default="")
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("last finished"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    seconds = models.FloatField(_("duration (seconds)"), default=0.0)
    late_seconds = models.FloatField(_("delay (seconds)"), default=0.0)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    failure = models.CharField(_("last failure"), max_length=300, blank=True, default="")
    failures_in_a_row = models.PositiveIntegerField(_("failures in a row"), default=0)
    runs = models.PositiveBigIntegerField(_("runs"), default=0)
    failures = models.PositiveBigIntegerField(_("failures"), default=0)
    stuck = models.PositiveSmallIntegerField(_("abandoned runs that have not ended"), default=0)
    next_due_at = models.DateTimeField(_("next due"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True)

    class Meta:
        verbose_name = _("timed job")
        verbose_name_plural = _("timed jobs")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
