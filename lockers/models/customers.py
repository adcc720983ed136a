"""Who has which locker, with whom, since when; and who waits for one. Nothing here is overwritten: history stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lockers.models.places import Bank, Locker, LockerSize

PERSON = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """A locker belongs to a customer, until it is released. One current assignment for each locker."""

    locker = models.ForeignKey(Locker, models.PROTECT, related_name="assignments", verbose_name=_("locker"))
    customer = models.ForeignKey(  # null once the person is gone; never while the assignment is current
        PERSON, models.PROTECT, null=True, related_name="lockers", verbose_name=_("customer")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # The end date of which was told: again when it moves.
    told_ending = models.DateField(null=True, editable=False)
    told_ended = models.DateField(null=True, editable=False)
    assigned_at = models.DateTimeField(_("assigned"), default=timezone.now)
    assigned_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True, db_index=True)
    released_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    hours = models.JSONField(_("hours"), default=dict, blank=True)  # within the bank's; as Bank.hours
    checklist = models.JSONField(_("release checklist"), default=dict, blank=True)
    # A holder says that someone else opened it: no key opens it until an officer lifts the block.
    blocked_at = models.DateTimeField(pgettext_lazy("locker, when", "blocked"), null=True, blank=True)
    blocked_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("blocked by")
    )
    # 1 while current, null afterwards: one current assignment each, on every database.
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-assigned_at", "-pk")
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = (
            models.UniqueConstraint(fields=["locker", "open_slot"], name="one_current_assignment_for_each_locker"),
        )
        indexes = (models.Index(fields=["customer", "open_slot"]),)

    def __str__(self) -> str:
        return f"{self.locker} · {self.starts_on:%Y-%m-%d}"


class JointHolder(models.Model):
    """Someone who opens a locker together with its customer, by themselves and in their own name."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="joint_holders")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="joint_lockers", verbose_name=_("person"))
    # Days of their own, both included; None: as long as the assignment.
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    told_ending = models.DateField(null=True, editable=False)  # the last day of which was told: again when it moves
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    added_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("since", "pk")
        verbose_name = _("joint holder")
        verbose_name_plural = _("joint holders")
        constraints = (
            models.UniqueConstraint(fields=["assignment", "person", "open_slot"], name="a_joint_holder_once"),
        )


class PinTaken(models.Model):
    """Which officer took down the PIN of someone, last: at a vault another one says that it is them."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="+", verbose_name=_("person"))
    officer = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("officer"))
    at = models.DateTimeField(_("time"), default=timezone.now)


class WaitingEntry(models.Model):
    """Someone waits for a locker of this kind in this bank."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SERVED = "served", _("Locker assigned")
        CANCELLED = "cancelled", _("Cancelled")

    bank = models.ForeignKey(Bank, models.CASCADE, related_name="waiting", verbose_name=_("bank"))
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="waits_for_lockers", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=Locker.Kind.choices, default=Locker.Kind.STANDARD)
    size = models.ForeignKey(  # None: any
        LockerSize, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("size")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    since = models.DateTimeField(_("since"), default=timezone.now)
    told_at = models.DateTimeField(_("notified of their turn"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("since", "pk")
        verbose_name = _("waiting list entry")
        verbose_name_plural = _("waiting list")
        constraints = (models.UniqueConstraint(fields=["bank", "person", "kind", "open_slot"], name="waits_once"),)

    @property
    def until(self) -> datetime | None:
        """Until when it is their turn; None for who was not told yet."""
        return self.told_at + timedelta(days=settings.LOCKER_WAITING_DAYS) if self.told_at else None
