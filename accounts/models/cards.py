"""Cards that were reported lost."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LostCard(models.Model):
    """A card that names no one, from the moment it was reported, until its person has it again."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="lost_cards", verbose_name=_("person")
    )
    barcode = models.CharField(_("card barcode"), max_length=64, db_index=True)
    at = models.DateTimeField(pgettext_lazy("lost card", "reported"), default=timezone.now)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("reported by")
    )
    found_at = models.DateTimeField(_("found"), null=True, blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("unblocked by")
    )

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("lost card")
        verbose_name_plural = _("lost cards")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.at:%Y-%m-%d}"
