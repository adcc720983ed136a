"""Banks of lockers, the kiosks beside them, and the lockers themselves."""

from __future__ import annotations

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lockers.rules import wall
from lockers.rules.doors import DoorState

NUMBER = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]{0,15}$", _("Use up to 16 letters, digits or dashes."))
ADDRESS = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$", _("Use letters, digits, dots, dashes and slashes."))


def _up_to(most: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(1), MaxValueValidator(most)]


STATES = [
    (DoorState.LOCKED.value, _("Locked")),
    (DoorState.UNLOCKING.value, _("Unlocking")),
    (DoorState.OPEN.value, pgettext_lazy("door", "Open")),
    (DoorState.JAMMED.value, _("Jammed")),
    (DoorState.UNAVAILABLE.value, _("Unavailable")),
    (DoorState.UNKNOWN.value, _("Unknown")),
]


class Bank(models.Model):
    """Lockers that stand together. `code` names them in settings.LOCKER_ACTUATORS."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    place = models.CharField(_("place"), max_length=120, blank=True)
    officer_for_vaults = models.BooleanField(
        _("an officer for each vault"),
        default=True,
        help_text=_("A vault opens only with its customer's key and an officer's key, in either order."),
    )
    hours = models.JSONField(  # {"mon": ["08:00-18:00"], …}: lockers.rules.weekly_hours reads it
        _("opening hours"),
        default=dict,
        blank=True,
        help_text=_("Leave empty to open at any time. Set on the page “Hours”."),
    )
    own_officers = models.BooleanField(
        _("own officers only"),
        default=False,
        help_text=_("Only the officers listed for this bank can see or do anything here."),
    )
    home_assistant_opens = models.BooleanField(
        _("Home Assistant may open"),
        default=False,
        help_text=_(
            "If this is on, anyone who may publish on its message broker can open these lockers, but not "
            "vaults. If it is off, Home Assistant only sees the door status."
        ),
    )

    class Meta:
        ordering = ("code",)
        verbose_name = _("bank of lockers")
        verbose_name_plural = _("banks of lockers")

    def __str__(self) -> str:
        return self.name


class ClosedDay(models.Model):
    """Days on which no key opens anything in this bank, the first and the last included."""

    bank = models.ForeignKey(Bank, models.CASCADE, related_name="closed_days", verbose_name=_("bank"))
    first = models.DateField(_("from"))
    last = models.DateField(_("until"), db_index=True)
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        ordering = ("first", "pk")
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        constraints = (
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="closed_until_after_it_began"),
        )

    def __str__(self) -> str:
        return f"{self.bank} · {self.first:%Y-%m-%d}"


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


def new_label_code() -> str:
    """128 bits: no one counts the lockers of a site by guessing."""
    return secrets.token_urlsafe(16)


class LockerSize(models.Model):
    """A size by the site's own name, such as S, M and L, with its dimensions inside."""

    name = models.CharField(_("name"), max_length=20, unique=True)
    width_cm = models.PositiveSmallIntegerField(_("width in cm"), null=True, blank=True, validators=_up_to(1000))
    height_cm = models.PositiveSmallIntegerField(_("height in cm"), null=True, blank=True, validators=_up_to(1000))
    depth_cm = models.PositiveSmallIntegerField(_("depth in cm"), null=True, blank=True, validators=_up_to(1000))
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Small ones first."))

    class Meta:
        ordering = ("order", "name")
        verbose_name = _("locker size")
        verbose_name_plural = _("locker sizes")

    def __str__(self) -> str:
        return f"{self.name} ({self.dimensions})" if self.dimensions else self.name

    @property
    def dimensions(self) -> str:
        """Width × height × depth, as far as they are known."""
        known = [str(one) for one in (self.width_cm, self.height_cm, self.depth_cm) if one]
        return f"{' × '.join(known)} cm" if known else ""


class Locker(models.Model):
    """One door. Its state is what the hardware said last: `lockers.doors.doors` writes it, no one else."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        VAULT = "vault", _("Vault: two officers for an override")

    bank = models.ForeignKey(Bank, models.PROTECT, related_name="lockers", verbose_name=_("bank"))
    number = models.CharField(_("number"), max_length=16, validators=[NUMBER])
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STANDARD)
    address = models.CharField(
        _("address of the lock"),
        max_length=100,
        blank=True,
        validators=[ADDRESS],
        help_text=_("Leave empty for bank/number."),
    )
    size = models.ForeignKey(
        LockerSize, models.SET_NULL, null=True, blank=True, related_name="lockers", verbose_name=_("size")
    )
    # Its place on the wall: `lockers.rules.wall`.
    row = models.PositiveSmallIntegerField(
        _("row"),
        null=True,
        blank=True,
        validators=_up_to(wall.ROWS),
        help_text=_("From the top. Empty: not on the map."),
    )
    column = models.PositiveSmallIntegerField(
        _("column"), null=True, blank=True, validators=_up_to(wall.COLUMNS), help_text=_("From the left.")
    )
    width = models.PositiveSmallIntegerField(_("width"), default=1, validators=_up_to(wall.SPAN))
    height = models.PositiveSmallIntegerField(_("height"), default=1, validators=_up_to(wall.SPAN))
    # In the address of its QR code. It opens nothing: who scans it meets what they may see anyway.
    label_code = models.CharField(max_length=32, unique=True, default=new_label_code, editable=False)
    out_of_service = models.BooleanField(_("out of service"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    door = models.CharField(_("door"), max_length=12, choices=STATES, default=DoorState.UNKNOWN.value, editable=False)
    door_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    heard_at = models.DateTimeField(_("last report"), null=True, blank=True, editable=False)

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
