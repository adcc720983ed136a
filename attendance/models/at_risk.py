"""Who has fallen below a course's limit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.courses import Course


class AtRisk(models.Model):
    """A person's attendance in a course fell below its limit. `standing` until they have recovered, then empty.

    So one unique constraint allows one standing fall on every database, and each fall is told once.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="falls", verbose_name=_("course"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="falls", verbose_name=_("person"))
    standing = models.BooleanField(null=True, default=True, editable=False)
    fell_at = models.DateTimeField(_("at risk since"), default=timezone.now)
    warned = models.BooleanField(_("warned"), default=False, editable=False)  # the person, guardian and adviser
    recovered_at = models.DateTimeField(_("recovered"), null=True, blank=True)

    class Meta:
        ordering = ("-fell_at", "pk")
        verbose_name = _("person at risk")
        verbose_name_plural = _("people at risk")
        constraints = (models.UniqueConstraint(fields=["course", "person", "standing"], name="one_standing_fall"),)
