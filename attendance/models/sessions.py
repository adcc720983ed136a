"""Sessions: one meeting of a course, and when its stations were really seeing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from attendance.models.courses import Course, TimetableRule
from attendance.rules.statuses import SeeingSpan


class ClassSession(models.Model):
    """One meeting. It opens and closes by itself, or by hand; what was seen in it stays."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", pgettext_lazy("session", "Open")
        CLOSED = "closed", pgettext_lazy("session", "Closed")
        CANCELLED = "cancelled", _("Cancelled")

    course = models.ForeignKey(Course, models.CASCADE, related_name="sessions", verbose_name=_("course"))
    rule = models.ForeignKey(TimetableRule, models.SET_NULL, null=True, blank=True, related_name="sessions")
    stations = models.ManyToManyField("recognition.Station", blank=True, related_name="class_sessions")
    by_hand = models.BooleanField(default=False, editable=False)  # not from the timetable: planning leaves it alone
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(pgettext_lazy("session, when", "closed"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    strangers = models.PositiveIntegerField(_("people not recognised"), default=0, editable=False)
    # Its sightings were deleted then (settings.ATTENDANCE_DAYS): what was derived from them stays as it is.
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)
    group = models.CharField(_("group"), max_length=40, blank=True)  # of the course; empty: everyone
    note = models.TextField(_("note"), blank=True)
    # While people may mark themselves by phone: what its codes are made of, with SECRET_KEY. Empty: they may not.
    phone_nonce = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        ordering = ("-starts_at", "-pk")
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = (
            models.UniqueConstraint(fields=["course", "starts_at"], name="one_session_at_a_time"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_session_ends_after_its_start"),
        )
        indexes = (
            models.Index(fields=["state", "starts_at"]),
            models.Index(fields=["course", "-starts_at"]),
            models.Index(fields=["starts_at", "id"]),
        )

    def __str__(self) -> str:
        return f"{self.course.code} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def takes_phones(self) -> bool:
        return self.is_open and bool(self.phone_nonce)

    @property
    def effective_end(self) -> datetime:
        """Where the meeting ended: on time, or when a person stopped it before."""
        return ended_at(self.ends_at, self.closed_at)


def ended_at(ends_at: datetime, closed_at: datetime | None) -> datetime:
    return min(ends_at, closed_at) if closed_at else ends_at


class CoverageSpan(models.Model):
    """The stations of a session were seeing from here to there: frames came, the engine answered, there was light."""

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="coverage")
    station = models.CharField(max_length=50)  # slug
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ("began_at",)
        indexes = (models.Index(fields=["session", "station", "ended_at"]),)

    @property
    def span(self) -> SeeingSpan:
        return SeeingSpan(self.began_at, self.ended_at)


class StaleFile(models.Model):
    """A session's CSV file holds what was deleted from the database; the row goes once the file was written again."""

    session = models.BigIntegerField(unique=True)  # the session itself may be gone
    path = models.CharField(max_length=255)  # below settings.ATTENDANCE_CSV_DIR
