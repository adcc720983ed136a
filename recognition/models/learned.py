"""What is learned from use: looks that may be denied, impostor examples, how distances move, how each way in fares.

Numbers only. No row of these is ever shown as a picture, and none is kept for longer than its days.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Purpose


class KeptLook(models.Model):
    """The vector of the look at which someone was recognised, sealed, for the few days in which it may be denied."""

    sighting = models.OneToOneField("recognition.Sighting", models.CASCADE, related_name="look")
    vector = models.BinaryField()  # AES-GCM of float32[dim], see recognition.faces.crypto
    profile = models.CharField(max_length=64)
    frames = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)


class ImpostorExample(models.Model):
    """A look that was taken for this person and was someone else's. Makes this identity stricter, and no other."""

    class State(models.TextChoices):
        ACTIVE = "active", _("In use")
        WAITING = "waiting", _("Waiting for review")

    class Source(models.TextChoices):
        KIOSK = "kiosk", _("At the kiosk")
        SELF = "self", _("The person themself")
        ROLL = "roll", _("On the class roll")
        REVIEW = "review", _("In the review queue")
        STAFF = "staff", _("In the sightings")

    class Why(models.TextChoices):
        """Why it waits."""

        OWN_REGION = "own_region", _("it is too similar to this person's own face")
        LOCKS_OUT = "locks_out", _("some photos of this person would no longer be recognised")
        TOO_FEW = "too_few", _("there are too few photos of this person to be sure")
        MANY = "many", _("several unconfirmed reports about this person")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="impostor_examples", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    vector = models.BinaryField(editable=False)  # AES-GCM of float32[dim], L2-normalised
    profile = models.CharField(_("profile"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    why = models.CharField(_("reason for review"), max_length=12, choices=Why.choices, blank=True)
    source = models.CharField(_("reported from"), max_length=8, choices=Source.choices)
    # The sighting that was denied, by number: it goes after its own days. One report a sighting.
    sighting_number = models.PositiveBigIntegerField(_("sighting"), unique=True)
    station = models.CharField(_("station"), max_length=50, blank=True)
    distance = models.FloatField(_("distance"), null=True)  # to the person's template, when it was reported
    seen_at = models.DateTimeField(_("seen"))
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("reported by")
    )
    created_at = models.DateTimeField(_("reported at"), default=timezone.now, db_index=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("accepted by")
    )

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("impostor example")
        verbose_name_plural = _("impostor examples")
        indexes = (models.Index(fields=["purpose", "profile", "state"]), models.Index(fields=["person", "purpose"]))

    def __str__(self) -> str:
        return f"#{self.pk}"


class LookTrend(models.Model):
    """How near someone's accepted looks lie to their template: the first after enrolment, and the last.

    Each number is a distance in parts of its threshold, 0 to 1. At most `template_age.KEPT` of either.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="look_trends")
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    profile = models.CharField(max_length=64)
    template_at = models.DateTimeField()  # of which template: with another one it begins again
    first = models.JSONField(default=list)
    last = models.JSONField(default=list)
    looked_at = models.DateTimeField(null=True)
    aged = models.BooleanField(_("new photos are due"), default=False)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recognition trend")
        verbose_name_plural = _("recognition trends")
        constraints = (models.UniqueConstraint(fields=["person", "purpose"], name="one_trend_per_purpose"),)


class WayCount(models.Model):
    """One day, purpose and way in (face, card or PIN): how many came in or were refused, and how long it took."""

    day = models.DateField()
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    way = models.CharField(max_length=8)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    seconds = models.JSONField(default=dict)  # how many took at most so many seconds, by `way_counts.BOUNDS`

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "purpose", "way"], name="one_count_a_day_and_way"),)
