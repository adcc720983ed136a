"""The officer's half of a vault: who may turn it for which bank, and each time that someone did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.models.access import Opening
from lockers.models.places import Bank, Locker

PERSON = settings.AUTH_USER_MODEL


class BankOfficer(models.Model):
    """Someone is an officer of this bank. It counts where the bank has *own officers only*."""

    bank = models.ForeignKey(Bank, models.CASCADE, related_name="officers", verbose_name=_("bank"))
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+", verbose_name=_("officer"))

    class Meta:
        ordering = ("bank", "pk")
        verbose_name = _("officer of a bank")
        verbose_name_plural = _("officers of banks")
        constraints = (models.UniqueConstraint(fields=["bank", "person"], name="an_officer_once_in_a_bank"),)

    def __str__(self) -> str:
        return f"{self.bank} · {self.person}"


class OfficerKey(models.Model):
    """One half of an opening of a vault. Shown as a one-time key (`digest`), or turned by PIN or password at once.

    Turned, it waits until `until` for the customer's key; it opens nothing alone, and nothing twice.
    """

    class Method(models.TextChoices):
        KEY = "key", _("One-time key")
        PIN = "pin", _("PIN at the kiosk")
        PASSWORD = "password", _("Password or PIN on their page")

    # null, and not empty, so that it can be unique: of a key that was turned without letters
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    officer = models.ForeignKey(PERSON, models.CASCADE, related_name="+", verbose_name=_("officer"))
    locker = models.ForeignKey(Locker, models.CASCADE, related_name="officer_keys", verbose_name=_("locker"))
    method = models.CharField(_("by"), max_length=8, choices=Method.choices)
    station = models.CharField(_("station"), max_length=50, blank=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    turned_at = models.DateTimeField(_("turned"), null=True, blank=True)
    until = models.DateTimeField(_("valid until"), db_index=True)  # to be typed; then for the customer's key
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    opening = models.OneToOneField(
        Opening, models.SET_NULL, null=True, blank=True, related_name="officer_key", verbose_name=_("opening")
    )
    # 1 while it may still open, null afterwards: one live officer's key for each locker.
    live_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("officer's key")
        verbose_name_plural = _("officers' keys")
        constraints = (
            models.UniqueConstraint(fields=["locker", "live_slot"], name="one_live_officer_key_for_each_locker"),
        )
