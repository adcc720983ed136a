"""What a timetable file said last, so that the next one moves what moved and touches nothing else."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.courses import Course, TimetableRule
from attendance.models.sessions import ClassSession


class ImportedSlot(models.Model):
    """One lesson or meeting of a file, and the line or session that came of it.

    Both are empty once a person has removed it here: then it stays removed until the file says something else.
    """

    class Kind(models.TextChoices):
        ICAL = "ical", _("iCalendar")
        UNTIS = "untis", _("UNTIS")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    course = models.ForeignKey(Course, models.CASCADE, related_name="imported_slots", verbose_name=_("course"))
    source = models.CharField(max_length=64, editable=False)  # digest of the lesson number or UID
    key = models.CharField(max_length=64, editable=False)  # digest of that and of which of its meetings
    said = models.CharField(_("what the file said"), max_length=120)
    line = models.ForeignKey(
        TimetableRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("timetable line")
    )
    session = models.ForeignKey(
        ClassSession, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("session")
    )
    imported_at = models.DateTimeField(_("imported"), default=timezone.now)

    class Meta:
        ordering = ("course", "pk")
        verbose_name = _("imported lesson")
        verbose_name_plural = _("imported lessons")
        constraints = (models.UniqueConstraint(fields=["kind", "course", "key"], name="an_imported_slot_once"),)

    def __str__(self) -> str:
        return f"{self.course.code} {self.said}"


class TimetableFileSettings(models.Model):
    """What a timetable file does not say, as it was entered last. One row for the site."""

    ONLY = 1

    periods = models.TextField(_("times of the periods"), blank=True)
    names = models.TextField(_("names in the file"), blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("settings of timetable files")
        verbose_name_plural = _("settings of timetable files")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> TimetableFileSettings:
        """As entered last, or empty and not saved yet."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls(pk=cls.ONLY)
