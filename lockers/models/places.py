"""Banks of lockers, the kiosks beside them, and the lockers themselves."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.hardware.types import DoorState

NUMBER = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]{0,15}$", _("Use up to 16 letters, digits or dashes."))
ADDRESS = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$", _("Use letters, digits, dots, dashes and slashes."))

STATES = [
    (DoorState.LOCKED.value, _("Locked")),
    (DoorState.UNLOCKING.value, _("Unlocking")),
    (DoorState.OPEN.value, _("Open")),
    (DoorState.JAMMED.value, _("Jammed")),
    (DoorState.UNAVAILABLE.value, _("Unavailable")),
    (DoorState.UNKNOWN.value, _("Unknown")),
]


class Bank(models.Model):
    """Lockers that stand together. `code` names them in settings.LOCKER_ACTUATORS."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    place = models.CharField(_("place"), max_length=120, blank=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("bank of lockers")
        verbose_name_plural = _("banks of lockers")

    def __str__(self) -> str:
        return self.name


class LockerStation(models.Model):
    """The kiosk beside a bank: keys are given out and typed here, for lockers of this bank only."""

    station = models.OneToOneField(
        "recognition.Station", models.CASCADE, related_name="lockers", verbose_name=_("station")
    )
    bank = models.ForeignKey(Bank, models.CASCADE, related_name="stations", verbose_name=_("bank"))

    class Meta:
        ordering = ("bank", "pk")
        verbose_name = _("locker station")
        verbose_name_plural = _("locker stations")

    def __str__(self) -> str:
        return f"{self.station} · {self.bank}"


class Locker(models.Model):
    """One door. Its state is what the hardware said last: `lockers.doors` writes it, nobody else."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        VAULT = "vault", _("Vault: two officers for an override")

    bank = models.ForeignKey(Bank, models.PROTECT, related_name="lockers", verbose_name=_("bank"))
    number = models.CharField(_("number"), max_length=16, validators=[NUMBER])
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STANDARD)
    address = models.CharField(
        _("address of the lock"), max_length=100, blank=True, validators=[ADDRESS], help_text=_("Empty: bank/number.")
    )
    out_of_service = models.BooleanField(_("out of service"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    door = models.CharField(_("door"), max_length=12, choices=STATES, default=DoorState.UNKNOWN.value, editable=False)
    door_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    heard_at = models.DateTimeField(_("heard"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("bank", "number")
        verbose_name = _("locker")
        verbose_name_plural = _("lockers")
        constraints = (models.UniqueConstraint(fields=["bank", "number"], name="a_number_once_in_a_bank"),)

    def __str__(self) -> str:
        return f"{self.bank.code}/{self.number}"

    @property
    def lock_address(self) -> str:
        """How the lock is called by its hardware."""
        return self.address or f"{self.bank.code}/{self.number}"
