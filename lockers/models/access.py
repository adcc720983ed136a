"""From someone who wants in to a door that is shut again: attempts, lock-outs, keys, openings, alarms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lockers.models.places import Locker
from lockers.rules.opening import FailureTally

PERSON = settings.AUTH_USER_MODEL


class AccessAttempt(models.Model):
    """Someone wanted in: every step and its reason, also of what was refused. Never a picture, never a vector."""

    class Lane(models.TextChoices):
        FACE = "face", _("Face and liveness")
        CARD = "card", _("Card, PIN and an officer")
        PASSKEY = "passkey", _("Passkey")

    class State(models.TextChoices):
        STARTED = "started", _("Started")
        CONFIRMING = "confirming", _("Waiting for an officer")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused immediately")
        ABANDONED = "abandoned", _("Abandoned")

    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("person"))
    locker = models.ForeignKey(Locker, models.SET_NULL, null=True, related_name="attempts", verbose_name=_("locker"))
    station = models.CharField(_("station"), max_length=50)
    lane = models.CharField(_("by"), max_length=8, choices=Lane.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.STARTED)
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    steps = models.JSONField(_("steps"), default=list)  # {"step", "at", "reason"?}
    liveness = models.JSONField(_("liveness"), default=dict)  # a summary of the trace: what was asked, what was seen
    distances = models.JSONField(_("distances"), default=dict)  # distance, threshold, metric, frames
    passive_pad = models.BooleanField(_("photo-attack check"), default=False)
    confirmed_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = (models.Index(fields=["person", "started_at"]), models.Index(fields=["state", "started_at"]))


class Lockout(models.Model):
    """Consecutive failures of one person at the lockers, and how long they wait for it."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="locker_lockout", verbose_name=_("person"))
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    passive_pad = models.BooleanField(_("all with photo-attack check"), default=True)
    until = models.DateTimeField(_("must wait until"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("disabled"), null=True, blank=True)

    class Meta:
        ordering = ("-failures", "pk")
        verbose_name = _("lock-out")
        verbose_name_plural = _("lock-outs")

    @property
    def tally(self) -> FailureTally:
        return FailureTally(self.failures, self.passive_pad, self.until, self.disabled_at is not None)


class Keypad(models.Model):
    """Wrong keys in a row for one locker at one station."""

    locker = models.ForeignKey(Locker, models.CASCADE, related_name="keypads")
    station = models.CharField(max_length=50)
    wrong = models.PositiveIntegerField(_("wrong keys in a row"), default=0)
    until = models.DateTimeField(_("must wait until"), null=True, blank=True)

    class Meta:
        verbose_name = _("keypad")
        verbose_name_plural = _("keypads")
        constraints = (models.UniqueConstraint(fields=["locker", "station"], name="one_count_for_each_keypad"),)


class SecurityKey(models.Model):
    """A key that was shown once. Only its keyed hash is here; it opens one locker, for one person, at one station."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+", verbose_name=_("person"))
    locker = models.ForeignKey(Locker, models.CASCADE, related_name="keys", verbose_name=_("locker"))
    station = models.CharField(_("station"), max_length=50)
    attempt = models.OneToOneField(
        AccessAttempt, models.SET_NULL, null=True, related_name="key", verbose_name=_("attempt")
    )
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"), db_index=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    # 1 while it may still open, null afterwards: one live key for each locker.
    live_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        constraints = (models.UniqueConstraint(fields=["locker", "live_slot"], name="one_live_key_for_each_locker"),)


class Opening(models.Model):
    """One door, once: requested, authorised, opened, closed; or failed, with the reason."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting for approval")
        AUTHORISED = "authorised", _("Authorised")
        OPENED = "opened", _("Opened")
        CLOSED = "closed", pgettext_lazy("door", "Closed")
        FAILED = "failed", _("Failed")

    class Route(models.TextChoices):
        KEY = "key", _("Key")
        OVERRIDE = "override", _("Officer's override")
        HOME = "home", _("Home Assistant")
        RELEASE = "release", _("Emergency release")

    transaction = models.CharField(_("transaction"), max_length=32, unique=True)
    locker = models.ForeignKey(Locker, models.PROTECT, related_name="openings", verbose_name=_("locker"))
    route = models.CharField(_("by"), max_length=8, choices=Route.choices)
    person = models.ForeignKey(  # whose key it was, or the officer who asked
        PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    key = models.OneToOneField(SecurityKey, models.SET_NULL, null=True, related_name="opening", editable=False)
    nonce = models.CharField(max_length=64, blank=True, editable=False)  # of a request that may come twice
    station = models.CharField(_("station"), max_length=50, blank=True)
    reason = models.CharField(_("reason of the override"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED)
    failure = models.CharField(_("why it failed"), max_length=32, blank=True)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now, db_index=True)
    authorised_at = models.DateTimeField(_("authorised"), null=True, blank=True)
    commanded_at = models.DateTimeField(_("sent to the lock"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("door, when", "closed"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        indexes = (models.Index(fields=["locker", "state"]), models.Index(fields=["person", "requested_at"]))


class Approval(models.Model):
    """An officer says yes to the override of another one."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="approvals")
    officer = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("officer"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = (models.UniqueConstraint(fields=["opening", "officer"], name="an_officer_approves_once"),)


class Alarm(models.Model):
    """A door that should not stand as it does. It stays on the board until someone has taken note of it."""

    class Kind(models.TextChoices):
        FORCED = "forced", _("Forced")
        HELD_OPEN = "held_open", _("Held open")
        NOT_CLOSED = "not_closed", _("Not closed")
        SENSOR = "sensor", _("Opened while the sensor reported it as open: check the door and its cable")

    locker = models.ForeignKey(Locker, models.CASCADE, related_name="alarms", verbose_name=_("locker"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    opening = models.ForeignKey(Opening, models.SET_NULL, null=True, related_name="alarms")
    raised_at = models.DateTimeField(_("raised"), default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(_("door shut"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("acknowledged by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)  # 1 until taken note of

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = (models.UniqueConstraint(fields=["locker", "kind", "open_slot"], name="an_alarm_rings_once"),)
