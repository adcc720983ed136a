"""Marking by phone: what a course asks of it, and who marked themselves with which phone."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.courses import Course
from attendance.models.sessions import ClassSession
from attendance.rules.phone_windows import LONGEST, SHORTEST, USUAL
from attendance.rules.places import networks_of


class PhoneRules(models.Model):
    """Of one course. Without a row the defaults hold: a new code every five seconds, from anywhere."""

    course = models.OneToOneField(Course, models.CASCADE, related_name="phone_rules", verbose_name=_("course"))
    every = models.PositiveSmallIntegerField(
        _("new code every (seconds)"),
        default=USUAL,
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)],
        help_text=_("A code is accepted while it is shown, and during the next one."),
    )
    networks = models.CharField(
        _("networks"),
        max_length=500,
        blank=True,
        help_text=_("Such as 10.20.0.0/16, separated by spaces. Empty: any network."),
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    within = models.PositiveIntegerField(
        _("within (metres)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(20), MaxValueValidator(50_000)],
        help_text=_(
            "Only with a latitude and longitude. Phones are then asked for their location. "
            "Only “within” or “outside” is stored."
        ),
    )

    class Meta:
        verbose_name = _("rules of marking by phone")
        verbose_name_plural = _("rules of marking by phone")

    def __str__(self) -> str:
        return self.course.code

    def clean(self) -> None:
        try:
            networks_of(self.networks)
        except ValueError as error:
            raise ValidationError({"networks": _("This is not a list of networks. Write 10.20.0.0/16.")}) from error
        given = [value is not None for value in (self.latitude, self.longitude, self.within)]
        if any(given) and not all(given):
            raise ValidationError({"within": _("Enter latitude, longitude and metres, or none of them.")})

    @property
    def asks_place(self) -> bool:
        return self.within is not None


class PhoneMark(models.Model):
    """A person pressed the button on a phone: counted at once, or only after a teacher has accepted it.

    `device` is a keyed hash of the phone's cookie. Of the place only the answer is stored, never where it was.
    """

    class Place(models.TextChoices):
        WITHIN = "within", _("within")
        OUTSIDE = "outside", _("outside")

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="phone_marks", verbose_name=_("session"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="phone_marks", verbose_name=_("person")
    )
    device = models.CharField(max_length=64)
    at = models.DateTimeField(_("time"), default=timezone.now)
    network = models.CharField(_("network"), max_length=8, choices=Place.choices, blank=True)
    place = models.CharField(_("place"), max_length=8, choices=Place.choices, blank=True)
    counted = models.BooleanField(_("counted"), default=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("mark by phone")
        verbose_name_plural = _("marks by phone")
        constraints = (models.UniqueConstraint(fields=["session", "person"], name="one_phone_mark_each"),)
        indexes = (
            models.Index(fields=["session", "device"], name="phone_mark_session_device"),
            models.Index(fields=["device"], name="phone_mark_device"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
