"""An excuse: for these days, with a reason, and perhaps a file that proves it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.courses import Course


class Excuse(models.Model):
    """Asked for by a person, or entered by staff. Accepted, the sessions of its days are Excused for those not seen."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    class FileKind(models.TextChoices):
        JPEG = "jpeg", _("Picture")
        PDF = "pdf", _("PDF")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="excuses", verbose_name=_("person")
    )
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="excuses",
        verbose_name=_("course"),
        help_text=_("Empty: all courses. Then an administrator decides."),
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=500)
    file_kind = models.CharField(max_length=4, choices=FileKind.choices, blank=True, editable=False)
    file_sealed = models.TextField(blank=True, editable=False)  # by config.ops.sealing, the bytes in base64
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(_("entered"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("excuse")
        verbose_name_plural = _("excuses")
        indexes = (models.Index(fields=["person", "since"], name="excuse_person_since"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.since}–{self.until}"

    @property
    def context(self) -> str:
        """Under which its file is sealed: it opens for no other person's row."""
        return f"attendance.excuse:{self.person_id}"
