"""Photos that members sent of themselves, which wait until staff accept them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recognition.models.newcomers import SealedPhoto


class PhotoChange(models.Model):
    """New photos of someone who is enrolled, or may be. No camera knows them before they are accepted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    person = models.ForeignKey(User, models.CASCADE, related_name="photo_changes", verbose_name=_("person"))
    purposes = models.JSONField(_("purposes"), default=list)
    replaces = models.BooleanField(_("instead of the present photos"), default=False)
    source = models.CharField(_("source"), max_length=8, default="upload")  # of FaceSample.Source
    matches = models.BooleanField(_("match the present photos"), null=True)  # None: there was nothing to compare with
    lookalikes = models.JSONField(default=list, editable=False)  # ids of other people; emptied when it is decided
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING, db_index=True)
    made_at = models.DateTimeField(_("sent"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ("made_at", "pk")
        verbose_name = _("change of photos")
        verbose_name_plural = _("changes of photos")

    def __str__(self) -> str:
        return f"#{self.pk}"


class ProposedPhoto(SealedPhoto):
    """A photo that passed the checks of enrolment, sealed, until its change is decided."""

    change = models.ForeignKey(PhotoChange, models.CASCADE, related_name="photos")

    class Meta:
        ordering = ("change", "number")
        constraints = (models.UniqueConstraint(fields=["change", "number"], name="one_proposed_photo_per_number"),)
