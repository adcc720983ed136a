"""Help that is called silently: what a customer chose for it, what is looked at a moment later, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.models.places import Locker

PERSON = settings.AUTH_USER_MODEL


class Duress(models.Model):
    """What a customer chose. The PIN is hashed as PINs are, the movement under a key of the site and their number."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="+", verbose_name=_("person"))
    pin = models.CharField(max_length=128, blank=True, editable=False)
    gesture = models.CharField(max_length=64, blank=True, editable=False)
    chosen_at = models.DateTimeField(_("chosen"), default=timezone.now)

    class Meta:
        verbose_name = _("duress setting")
        verbose_name_plural = _("duress settings")


class DuressMark(models.Model):
    """Written whenever someone was let in, under duress or not, and deleted seconds later by the clock.

    Only `sealed` says which of the two it was, and it is as long for both: so it takes as long, and shows as little.
    """

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    how = models.CharField(max_length=8)
    door = models.CharField(max_length=80, blank=True)  # as accounts.credentials.pins names it, or a station
    locker = models.ForeignKey(Locker, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    sealed = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("mark")
        verbose_name_plural = _("marks")


class SilentAlarm(models.Model):
    """Someone was let in and called for help. Officers see it; nothing at the kiosk, and nothing of the customer's."""

    class How(models.TextChoices):
        PIN = "pin", _("Duress PIN")
        GESTURE = "gesture", _("Duress gesture")

    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("person"))
    how = models.CharField(_("by"), max_length=8, choices=How.choices)
    station = models.CharField(_("station"), max_length=50, blank=True)
    locker = models.ForeignKey(
        Locker, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("locker")
    )
    raised_at = models.DateTimeField(_("raised"), default=timezone.now, db_index=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("acknowledged by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("silent alarm")
        verbose_name_plural = _("silent alarms")
