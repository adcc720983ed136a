"""How long a person's finished loans keep their name, where the person has chosen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HistoryChoice(models.Model):
    """Finished loans are detached from this person after so many days. Without a row: as the library does it."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="history_choice", verbose_name=_("person")
    )
    days = models.PositiveSmallIntegerField(_("days"), default=0)  # 0: the night after the book is back
    chosen_at = models.DateTimeField(_("chosen"), default=timezone.now)

    class Meta:
        verbose_name = _("choice of loan history")
        verbose_name_plural = _("choices of loan history")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.days}"
