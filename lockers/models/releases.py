"""All doors of a bank at once, by two officers: who wanted it and why, and what became of each door."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.models.access import Opening
from lockers.models.places import Bank, Locker

PERSON = settings.AUTH_USER_MODEL


class BankRelease(models.Model):
    """An emergency release. One at a time for each bank; it is never taken up again once it has stopped."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second officer")
        RUNNING = "running", _("Doors are being opened")
        FINISHED = "finished", _("All commands sent")
        ENDED = "ended", _("Ended by an officer")
        LAPSED = "lapsed", _("No second officer in time")
        INTERRUPTED = "interrupted", _("Interrupted: the server stopped")

    bank = models.ForeignKey(Bank, models.PROTECT, related_name="releases", verbose_name=_("bank"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=300)
    begun_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("begun by"))
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, db_index=True)
    second_reason = models.CharField(_("reason of the second officer"), max_length=300, blank=True)
    confirmed_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    moved_at = models.DateTimeField(_("last command sent"), null=True, blank=True)
    ended_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # 1 while it waits or runs, null afterwards: one for each bank.
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("emergency release")
        verbose_name_plural = _("emergency releases")
        constraints = (models.UniqueConstraint(fields=["bank", "open_slot"], name="one_release_at_a_time_of_a_bank"),)


class ReleaseDoor(models.Model):
    """One door of a release. `opening` says what its lock answered."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Command not sent yet")
        TOLD = "told", _("Command sent")
        OPEN_ALREADY = "open_already", _("Already open")
        ERROR = "error", _("Command could not be sent")

    release = models.ForeignKey(BankRelease, models.CASCADE, related_name="doors", verbose_name=_("release"))
    locker = models.ForeignKey(Locker, models.CASCADE, related_name="+", verbose_name=_("locker"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.PENDING)
    opening = models.OneToOneField(Opening, models.SET_NULL, null=True, blank=True, related_name="release_door")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("door of a release")
        verbose_name_plural = _("doors of a release")
        constraints = (models.UniqueConstraint(fields=["release", "locker"], name="a_door_once_in_a_release"),)
