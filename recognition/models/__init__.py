"""Stations, the encrypted gallery, and what was seen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Purpose
from recognition.stations import liveness_policy
from recognition.stations.liveness_policy import LivenessLevel


class Station(models.Model):
    """A place where a camera looks: a kiosk with its own browser, or a room camera."""

    class View(models.TextChoices):
        WALK_UP = "walk_up", _("Walk-up kiosk: one person, close to the camera")
        ROOM = "room", _("Room camera: many people, farther away")

    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    place = models.CharField(_("place"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices, default=Purpose.RECEPTION)
    view = models.CharField(_("view"), max_length=16, choices=View.choices, default=View.WALK_UP)
    roster_rule = models.CharField(
        _("roster rule"), max_length=32, default="everyone", help_text=_("The people this station looks for.")
    )
    roster_value = models.CharField(
        _("roster value"),
        max_length=64,
        blank=True,
        help_text=_("For the rule 'department', enter the department's code."),
    )
    target_fmr = models.FloatField(
        _("target false match rate"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1e-5), MaxValueValidator(1e-1)],
        help_text=_("Leave empty to use the site's own rate. 0.001 is one false match in a thousand comparisons."),
    )
    min_face_px = models.PositiveSmallIntegerField(
        _("smallest face (pixels)"), null=True, blank=True, validators=[MinValueValidator(40)]
    )
    forget_after = models.PositiveSmallIntegerField(
        _("greet again after (seconds)"), default=5, help_text=_("How long a person must be out of view.")
    )
    liveness = models.CharField(
        _("liveness"),
        max_length=12,
        choices=LivenessLevel.choices,
        default=LivenessLevel.PASSIVE,
        help_text=_(
            "How the station tells a person from a photograph. Lockers always use a challenge, room cameras never."
        ),
    )
    is_film = models.BooleanField(
        _("plays a film"), default=False, help_text=_("For demonstrations. The station plays a film and has no camera.")
    )
    idle_after = models.PositiveSmallIntegerField(
        _("rests after (seconds)"),
        default=60,
        help_text=_("Without a person, the screen then shows name, clock and how to begin. 0: never."),
    )
    opens_at = models.TimeField(
        _("opens at"),
        null=True,
        blank=True,
        help_text=_("Outside these hours the screen rests at once, and no one is told that it is offline."),
    )
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("station")
        verbose_name_plural = _("stations")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Some places leave no choice of liveness (recognition.stations.liveness_policy)."""
        only = liveness_policy.forced(self.purpose, self.view)
        if only is not None and self.liveness != only:
            self.liveness = only
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "liveness"}
        super().save(*args, **kwargs)


class StationDevice(models.Model):
    """A browser or a camera that may speak for a station. The token itself is never stored."""

    class Kind(models.TextChoices):
        BROWSER = "browser", _("Kiosk browser")
        CAMERA = "camera", _("Camera")

    station = models.ForeignKey(Station, models.CASCADE, related_name="devices", verbose_name=_("station"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # A kiosk's token changes now and then; the one before is good until the browser has shown the new one.
    token_at = models.DateTimeField(default=timezone.now, editable=False)
    token_shown = models.BooleanField(default=False, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, default="", db_index=True, editable=False)
    paired_at = models.DateTimeField(_("paired"), default=timezone.now)
    paired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("-paired_at",)
        verbose_name = _("paired device")
        verbose_name_plural = _("paired devices")

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display()})"


class PairingCode(models.Model):
    """A short code, typed once into a kiosk's browser. Stored as a keyed hash."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="pairing_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class FaceSample(models.Model):
    """One accepted photo of one person: the encrypted face crop, its quality and its embedding."""

    class Source(models.TextChoices):
        UPLOAD = "upload", _("Upload")
        WEBCAM = "webcam", _("Webcam")
        FOLDER = "folder", _("Folder")
        ZIP = "zip", _("ZIP")
        API = "api", _("API")

    person = models.ForeignKey(User, models.CASCADE, related_name="face_samples", verbose_name=_("person"))
    crop = models.BinaryField(editable=False)  # AES-GCM of a JPEG, see recognition.faces.crypto
    digest = models.CharField(max_length=64, editable=False)  # keyed hash of the upload: the same photo twice is one
    embedding = models.BinaryField(editable=False)  # AES-GCM of float32[dim]
    profile = models.CharField(max_length=64, editable=False)
    quality = models.JSONField(_("quality"), default=dict, editable=False)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        ordering = ("person", "created_at")
        verbose_name = _("face photo")
        verbose_name_plural = _("face photos")
        constraints = (models.UniqueConstraint(fields=["person", "digest"], name="a_photo_counts_once"),)

    def __str__(self) -> str:
        return f"#{self.pk}"


class SampleUse(models.Model):
    """For which purpose a photo may be used. A photo without a use is deleted."""

    sample = models.ForeignKey(FaceSample, models.CASCADE, related_name="uses")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sample", "purpose"], name="one_use_per_purpose"),)


class FaceTemplate(models.Model):
    """The averaged, normalised embedding of one person for one purpose, encrypted."""

    person = models.ForeignKey(User, models.CASCADE, related_name="face_templates")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    profile = models.CharField(max_length=64)
    vector = models.BinaryField()  # AES-GCM of float32[dim], L2-normalised
    photos = models.PositiveSmallIntegerField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "purpose", "profile"], name="one_template_per_purpose"),
        )
        indexes = (models.Index(fields=["purpose", "profile"]),)


class GalleryVersion(models.Model):
    """Moves with every change of a purpose's templates, so that each process knows when to reload."""

    purpose = models.CharField(max_length=16, choices=Purpose.choices, unique=True)
    version = models.PositiveBigIntegerField(default=0)


class Sighting(models.Model):
    """What a station decided about one face, and why. Strangers are counted: see recognition.sightings.sightings."""

    class Outcome(models.TextChoices):
        RECOGNISED = "recognised", _("Recognised")
        UNKNOWN = "unknown", _("Not recognised")
        SUSPICION = "suspicion", _("Possible picture")

    station = models.ForeignKey(Station, models.CASCADE, related_name="sightings", verbose_name=_("station"))
    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="sightings", verbose_name=_("person")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    at = models.DateTimeField(_("time"), db_index=True)
    distance = models.FloatField(_("distance"), null=True)
    threshold = models.FloatField(_("threshold"), null=True)
    margin = models.FloatField(_("margin"), null=True)
    record = models.JSONField(_("decision record"), default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        indexes = (models.Index(fields=["station", "-at"]), models.Index(fields=["person", "-at"]))

    def __str__(self) -> str:
        who = self.person.get_full_name() if self.person else self.get_outcome_display()
        return f"{who}, {self.station}, {date_format(timezone.localtime(self.at), 'SHORT_DATETIME_FORMAT')}"


class BiometricAccess(models.Model):
    """Every look at, use or erasure of someone's biometrics. Rows are only ever added."""

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(_("actor"), max_length=200)
    person_id_number = models.CharField(_("person"), max_length=32, blank=True)
    action = models.CharField(_("action"), max_length=32)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("access to biometrics")
        verbose_name_plural = _("accesses to biometrics")

    def __str__(self) -> str:
        return f"{self.actor_name}, {date_format(timezone.localtime(self.at), 'SHORT_DATETIME_FORMAT')}"


# What is learned from use has a file of its own; Django looks for models here.
from recognition.models.learned import ImpostorExample, KeptLook, LookTrend, WayCount  # noqa: E402
from recognition.models.newcomers import Invitation, Newcomer, NewcomerPhoto  # noqa: E402
from recognition.models.outages import StationOutage  # noqa: E402
from recognition.models.own_photos import PhotoChange, ProposedPhoto  # noqa: E402

__all__ = [
    "BiometricAccess",
    "FaceSample",
    "FaceTemplate",
    "GalleryVersion",
    "ImpostorExample",
    "Invitation",
    "KeptLook",
    "LookTrend",
    "Newcomer",
    "NewcomerPhoto",
    "PairingCode",
    "PhotoChange",
    "ProposedPhoto",
    "SampleUse",
    "Sighting",
    "Station",
    "StationDevice",
    "StationOutage",
    "WayCount",
]
