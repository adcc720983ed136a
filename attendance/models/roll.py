"""The roll: what was noted in a session, line by line, and the record that is derived from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models.own_statuses import OwnStatus
from attendance.models.sessions import ClassSession
from attendance.rules.statuses import Status

STATUS_CHOICES = (
    (Status.EXPECTED.value, _("Expected")),
    (Status.PRESENT.value, _("Present")),
    (Status.LATE.value, _("Late")),
    (Status.LEFT_EARLY.value, _("Left early")),
    (Status.ABSENT.value, _("Absent")),
    (Status.EXCUSED.value, _("Excused")),
    (Status.UNVERIFIED.value, _("Unverified")),
)
# What a person may set. "Expected" is what the system says before it knows.
SETTABLE = tuple(choice for choice in STATUS_CHOICES if choice[0] != Status.EXPECTED)


class Liveness(models.TextChoices):
    """How it was made sure that a face was not a photo. Cards and PINs are not asked."""

    OFF = "off", _("liveness not checked")
    PASSIVE = "passive", _("liveness checked")
    CHALLENGE = "challenge", _("challenge passed")


STRENGTH = ("", Liveness.OFF, Liveness.PASSIVE, Liveness.CHALLENGE)  # weakest first


class SeenBy(models.TextChoices):
    """What a person was known by."""

    FACE = "face", _("Face")
    CARD = "card", _("Card")
    PIN = "pin", _("PIN")
    PHONE = "phone", _("Phone code")
    TEACHER = "teacher", _("Teacher")
    API = "api", _("API")
    SYSTEM = "system", _("System")


def seen_by(source: str) -> str:
    """What a person is known by in an entry of this source; empty where no one has said anything yet."""
    return SeenBy.FACE.value if source in ("camera", "kiosk") else source


class RollEntry(models.Model):
    """One line of a session's roll, and of its CSV file. Lines are only ever added, in order; raw, never derived."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Session opened")
        SEEN = "seen", _("Seen")
        STRANGER = "stranger", _("Person not recognised")
        CORRECTED = "corrected", _("Corrected")
        DENIED = "denied", _("Not this person")
        CLOSED = "closed", _("Session closed")

    class Source(models.TextChoices):
        CAMERA = "camera", _("Room camera")
        KIOSK = "kiosk", _("Kiosk")
        CARD = "card", _("Card")
        PIN = "pin", _("PIN")
        PHONE = "phone", _("Phone code")
        TEACHER = "teacher", _("Teacher")
        API = "api", _("API")
        SYSTEM = "system", _("System")

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="entries")
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("time"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="roll_entries"
    )
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    station = models.CharField(_("station"), max_length=50, blank=True)
    status = models.CharField(_("status"), max_length=10, blank=True)  # the person's, after this line
    confidence = models.FloatField(_("confidence"), null=True, blank=True)
    liveness = models.CharField(_("liveness"), max_length=10, choices=Liveness.choices, blank=True)
    life = models.FloatField(_("liveness score"), null=True, blank=True)  # 0-1
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The same message twice is one line. Null, not empty: a unique index lets nulls repeat.
    nonce = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("roll entry")
        verbose_name_plural = _("roll entries")
        constraints = (models.UniqueConstraint(fields=["session", "nonce"], name="a_message_counts_once"),)
        indexes = (models.Index(fields=["session", "person", "at"]), models.Index(fields=["person", "at"]))

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localtime(self.at):%Y-%m-%d %H:%M:%S}"

    @property
    def seen_by(self) -> str:
        return seen_by(self.source)


class AttendanceRecord(models.Model):
    """What a session says of one person: derived from the roll, and derived again at any time."""

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="records", verbose_name=_("session"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="attendance", verbose_name=_("person")
    )
    status = models.CharField(_("status"), max_length=10, choices=STATUS_CHOICES, default=Status.EXPECTED)
    first_seen = models.DateTimeField(_("first seen"), null=True, blank=True)
    last_seen = models.DateTimeField(_("last seen"), null=True, blank=True)
    sightings = models.PositiveIntegerField(_("sightings"), default=0)
    sure = models.BooleanField(default=False)  # one of the sightings counts alone
    confidence = models.FloatField(_("confidence"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=RollEntry.Source.choices, blank=True)
    liveness = models.CharField(_("liveness"), max_length=10, choices=Liveness.choices, blank=True)  # the strongest
    life = models.FloatField(_("liveness score"), null=True, blank=True)  # 0-1, the surest of those
    note = models.CharField(_("note"), max_length=40, blank=True)  # a code, see attendance.rules.labels
    corrected = models.BooleanField(_("corrected"), default=False)
    # Which of the institution's own statuses a teacher has set; `status` is its kind.
    own_status = models.ForeignKey(
        OwnStatus, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("own status")
    )

    class Meta:
        ordering = ("session", "person__last_name", "person__first_name")
        verbose_name = _("attendance record")
        verbose_name_plural = _("attendance records")
        constraints = (models.UniqueConstraint(fields=["session", "person"], name="one_record_each"),)
        indexes = (models.Index(fields=["person", "session"]), models.Index(fields=["session", "status"]))

    def __str__(self) -> str:
        return f"{self.person} · {self.get_status_display()}"

    @property
    def seen_by(self) -> str:
        return seen_by(self.source)


class Doubt(models.Model):
    """A person was seen who may be one of the roster, or the same person in two rooms at once, or a picture may have
    been held to the camera: a teacher looks. Whose picture it was is not said, for it may have been none.
    """

    class Kind(models.TextChoices):
        UNCERTAIN = "uncertain", _("Uncertain match")
        TWO_PLACES = "two_places", _("Seen in two places at once")
        PICTURE = "picture", _("Possible photo attack")
        DENIED = "denied", _("Reported as another person")
        PHONE = "phone", _("Doubtful mark by phone")

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="doubts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    person = models.ForeignKey(  # no one, of a possible picture
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField()
    looks = models.PositiveIntegerField(default=1)
    detail = models.JSONField(default=dict)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed = models.BooleanField(null=True)

    class Meta:
        ordering = ("at",)
        verbose_name = _("uncertain face")
        verbose_name_plural = _("uncertain faces")
        constraints = (models.UniqueConstraint(fields=["session", "person", "kind"], name="one_doubt_each"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()}" if self.person else self.get_kind_display()


class Appeal(models.Model):
    """A person says that their status is wrong; the teacher answers. One open appeal for each record."""

    record = models.ForeignKey(AttendanceRecord, models.CASCADE, related_name="appeals")
    message = models.CharField(_("message"), max_length=1000)
    made_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    accepted = models.BooleanField(_("accepted"), null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # One open appeal for each record, on every database: MariaDB has no partial unique index, but NULLs repeat.
    open_slot = models.PositiveSmallIntegerField(null=True, blank=True, default=1, editable=False)

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = (models.UniqueConstraint(fields=["record", "open_slot"], name="one_open_appeal"),)

    def __str__(self) -> str:
        return f"{self.record} · {timezone.localtime(self.made_at):%Y-%m-%d}"
