"""The institution's own words for a status, and how many points each is worth."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.courses import Course


class OwnStatus(models.Model):
    """Of the whole site, or of one course, whose own set then replaces the site's."""

    class Kind(models.TextChoices):
        PRESENT = "present", _("Present")
        LATE = "late", _("Late")
        LEFT_EARLY = "left_early", _("Left early")
        ABSENT = "absent", _("Absent")
        EXCUSED = "excused", _("Excused")

    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="own_statuses",
        verbose_name=_("course"),
        help_text=_("Empty: for all courses without a set of their own."),
    )
    short = models.CharField(
        _("short code"), max_length=4, validators=[RegexValidator(r"^\w+$", _("Use letters and digits only."))]
    )
    label = models.CharField(_("label"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    points = models.DecimalField(
        _("points"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Empty: the session does not count for the grade."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("course", "pk")
        verbose_name = _("own status")
        verbose_name_plural = _("own statuses")

    def __str__(self) -> str:
        return f"{self.short} {self.label}"
