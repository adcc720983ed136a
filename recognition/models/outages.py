"""When stations were offline: one row for each time, from the last sign of life to the next."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StationOutage(models.Model):
    """A station was offline. Written and ended by recognition.stations.uptime.watch, kept for a season."""

    station = models.ForeignKey(
        "recognition.Station", models.CASCADE, related_name="outages", verbose_name=_("station")
    )
    began_at = models.DateTimeField(_("offline since"), db_index=True)  # its last sign of life
    noticed_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(
        pgettext_lazy("outage", "reported"), null=True, blank=True
    )  # None: no one was told, it passed
    ended_at = models.DateTimeField(_("online again"), null=True, blank=True)
    # 1 while it lasts, then null: a station has at most one open outage, on every database.
    open_slot = models.PositiveSmallIntegerField(default=1, null=True, editable=False)

    class Meta:
        ordering = ("-began_at", "-pk")
        verbose_name = _("station outage")
        verbose_name_plural = _("station outages")
        constraints = (models.UniqueConstraint(fields=["station", "open_slot"], name="one_open_outage_of_a_station"),)

    def __str__(self) -> str:
        return f"{self.station}, {date_format(timezone.localtime(self.began_at), 'SHORT_DATETIME_FORMAT')}"
