"""A locker that no one empties: notices, opening before a witness, what lay in it, and where that went."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lockers.models.access import Opening
from lockers.models.customers import Assignment

PERSON = settings.AUTH_USER_MODEL


class Abandonment(models.Model):
    """One case, step by step (`lockers.rules.abandonment`): each step has its day, and none is left out."""

    class Reason(models.TextChoices):
        ENDED = "ended", _("Its last day has passed")
        UNUSED = "unused", _("It is not used")
        UNPAID = "unpaid", _("It has not been paid for")

    class State(models.TextChoices):
        BEGUN = "begun", _("Case opened")
        FIRST = "first", _("First notice given")
        SECOND = "second", _("Second notice given")
        LAST = "last", _("Last notice given")
        ASKED = "asked", _("Waiting for the witness")
        OPENED = "opened", _("Door opened: list the contents")
        LISTED = "listed", _("Waiting for the witness to confirm the list")
        STORED = "stored", _("Contents in storage")
        HANDED_OUT = "handed_out", _("Contents handed out")
        DISPOSED = "disposed", _("Contents disposed of")
        EMPTY = "empty", _("Locker was empty")
        SETTLED = "settled", _("Settled")

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="abandonments", verbose_name=_("assignment")
    )
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BEGUN, db_index=True)
    begun_at = models.DateTimeField(_("case opened"), default=timezone.now)
    stepped_at = models.DateTimeField(_("last step"), default=timezone.now)  # from which the next one's day is counted
    noticed_at = models.DateTimeField(_("last notice"), null=True, blank=True)
    begun_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case opened by")
    )
    officer = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    witness = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    opening = models.ForeignKey(
        Opening, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("opening")
    )
    inventory = models.TextField(_("contents"), max_length=4000, blank=True)
    place = models.CharField(_("kept at"), max_length=120, blank=True)
    keep_until = models.DateField(_("kept until"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("case, when", "closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)  # 1 until it is closed

    class Meta:
        ordering = ("stepped_at", "pk")
        verbose_name = _("abandoned locker")
        verbose_name_plural = _("abandoned lockers")
        constraints = (
            models.UniqueConstraint(fields=["assignment", "open_slot"], name="one_open_case_for_each_assignment"),
        )

    def __str__(self) -> str:
        return f"{self.assignment.locker} · {self.begun_at:%Y-%m-%d}"


class AbandonmentStep(models.Model):
    """What was done in a case, when, and by whom: it is only added to."""

    case = models.ForeignKey(Abandonment, models.CASCADE, related_name="steps")
    state = models.CharField(_("state"), max_length=10, choices=Abandonment.State.choices)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    note = models.CharField(_("note"), max_length=300, blank=True)  # how a notice was given, for example

    class Meta:
        ordering = ("pk",)
        verbose_name = _("step of an abandoned locker")
        verbose_name_plural = _("steps of abandoned lockers")
