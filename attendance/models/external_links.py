"""What ties attendance to other systems: the ids of imported rosters, and the addresses of calendar feeds."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.courses import Course


class SourcedId(models.Model):
    """The id by which a student information system knows one of our courses or people (OneRoster).

    A delta names what changed by these ids alone, so what was matched once must be found again.
    """

    class Kind(models.TextChoices):
        CLASS = "class", _("Class")
        USER = "user", _("User")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    sourced_id = models.CharField(_("id in the other system"), max_length=255)
    course = models.ForeignKey(
        Course, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("course")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("id of an imported roster")
        verbose_name_plural = _("ids of imported rosters")
        constraints = (models.UniqueConstraint(fields=["kind", "sourced_id"], name="one_row_for_each_sourced_id"),)

    def __str__(self) -> str:
        return self.sourced_id


class CalendarFeed(models.Model):
    """The address under which a person's calendar asks for their sessions. Only its signed key opens it."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("person")
    )
    key = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField(_("created"), default=timezone.now)
    # What the calendar held when it last looked different, and since when: for ETag and Last-Modified.
    digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.person)
