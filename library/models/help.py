"""A person at a station needs help: one open incident for each station, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from library.models.catalogue import Copy

PERSON = settings.AUTH_USER_MODEL


class HelpRequest(models.Model):
    """Help is wanted at a station of the library: the button was pressed, or the server has noticed."""

    class Cause(models.TextChoices):
        ASKED = "asked", _("Help button")
        SCANS = "scans", _("Scans that did not work")
        STUCK = "stuck", _("No progress at the exit")

    class End(models.TextChoices):
        WENT_ON = "went_on", _("The person went on")
        LEFT = "left", _("The person left the station")
        RESOLVED = "resolved", _("Resolved by the desk")
        LET_OUT = "let_out", _("Let out by the desk")
        EXPIRED = "expired", _("Not answered in time")

    station = models.CharField(_("station"), max_length=50)  # its short name
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    code = models.CharField(_("last refusal"), max_length=32, blank=True)
    person = models.ForeignKey(  # null: not recognised, or the history has been made anonymous
        PERSON, models.SET_NULL, null=True, blank=True, related_name="help_requests", verbose_name=_("person")
    )
    copy = models.ForeignKey(  # that the last refusal was about
        Copy, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("copy")
    )
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=8, choices=End.choices, blank=True)
    # 1 while open, null afterwards: one open incident for each station, on every database.
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("help request")
        verbose_name_plural = _("help requests")
        constraints = (models.UniqueConstraint(fields=["station", "open_slot"], name="one_open_help_request_each"),)

    def __str__(self) -> str:
        return f"{self.station} · {self.get_cause_display()}"
