"""Lockers for a whole group at once: what was asked for, line by line, and what became of each line."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.models.customers import Assignment
from lockers.models.places import Bank, Locker

PERSON = settings.AUTH_USER_MODEL


class Grant(models.Model):
    """Lockers of one bank for a group, for a semester. A draft changes nothing; what runs goes line by line."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Checked, nothing changed yet")
        RUNNING = "running", _("Being assigned")
        DONE = "done", _("Assigned")
        ENDING = "ending", _("Being ended")
        UNDOING = "undoing", _("Being undone")
        OVER = "over", _("Ended")

    name = models.CharField(_("name"), max_length=100)
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="grants", verbose_name=_("bank"))
    kind = models.CharField(_("kind"), max_length=8, choices=Locker.Kind.choices, default=Locker.Kind.STANDARD)
    # The doors from which any free one is taken, in the order of doors; empty: no bound.
    first_number = models.CharField(_("from locker"), max_length=16, blank=True)
    last_number = models.CharField(_("to locker"), max_length=16, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT, db_index=True)
    by_command = models.BooleanField(_("by command"), default=False, editable=False)
    made_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, db_index=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    acting = models.ForeignKey(  # whose wish is carried out now: who started it, or who ends it
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    last_day = models.DateField(_("ended on"), null=True, blank=True)  # while it is being ended: the new last day

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("group grant")
        verbose_name_plural = _("group grants")

    def __str__(self) -> str:
        return f"{self.name} · {self.bank.code}"

    @property
    def works(self) -> bool:
        """Whether lines are being carried out."""
        return self.state in (self.State.RUNNING, self.State.ENDING, self.State.UNDOING)


class GrantLine(models.Model):
    """One line: who gets which locker, or the code of why not. `said` is the number that the file gave."""

    class State(models.TextChoices):
        PLANNED = "planned", _("To be assigned")
        SAME = "same", _("Already assigned")
        REFUSED = "refused", _("Refused")
        ASSIGNED = "assigned", _("Assigned")
        ENDED = "ended", _("Ended")
        TAKEN_BACK = "taken_back", _("Undone")
        KEPT = "kept", _("Opened since: due for release")
        CANCELLED = "cancelled", _("Not processed")

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField(_("line"))
    said = models.CharField(_("id number"), max_length=64, blank=True)
    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("person"))
    locker = models.ForeignKey(Locker, models.PROTECT, null=True, related_name="+", verbose_name=_("locker"))
    any_free = models.BooleanField(_("any free locker"), default=False)
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("last day"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    code = models.CharField(_("reason"), max_length=32, blank=True)
    detail = models.CharField(_("details"), max_length=100, blank=True)  # a number or a cell that the reason names
    assignment = models.OneToOneField(Assignment, models.SET_NULL, null=True, related_name="grant_line")

    class Meta:
        ordering = ("line", "pk")
        verbose_name = _("line of a group grant")
        verbose_name_plural = _("lines of group grants")
        constraints = (models.UniqueConstraint(fields=["grant", "line"], name="a_line_once_in_a_grant"),)
        indexes = (models.Index(fields=["grant", "state"]),)
