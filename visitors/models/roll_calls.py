"""An evacuation list: who was thought to be in the house when it began, and who has been accounted for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visitors.models.guests import GuestVisit

PERSON = settings.AUTH_USER_MODEL


class RollCall(models.Model):
    """One count at the assembly point. Only one runs at a time."""

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    started_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by"))
    drill = models.BooleanField(_("drill"), default=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    # 1 while it runs, null afterwards: one at a time, on every database.
    open_slot = models.PositiveSmallIntegerField(null=True, blank=True, default=1, unique=True, editable=False)

    class Meta:
        ordering = ("-started_at",)
        verbose_name = _("roll call")
        verbose_name_plural = _("roll calls")
        permissions = (("marshal", "Can run an evacuation list"),)

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class RollCallLine(models.Model):
    """One person of the list, as they were known when it began."""

    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="lines")
    person = models.ForeignKey(PERSON, models.CASCADE, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(GuestVisit, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=160)
    number = models.CharField(_("number"), max_length=40, blank=True)  # of the badge, or the id number
    place = models.CharField(_("place"), max_length=120, blank=True)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    how = models.CharField(_("how known"), max_length=120, blank=True)
    by_hand = models.BooleanField(_("added by hand"), default=False)
    accounted_at = models.DateTimeField(_("accounted for"), null=True, blank=True)
    accounted_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("accounted for by")
    )

    class Meta:
        ordering = ("place", "name", "pk")
        verbose_name = _("roll call line")
        verbose_name_plural = _("roll call lines")

    def __str__(self) -> str:
        return self.name
