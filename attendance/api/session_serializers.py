"""Sessions and what they say of people, doubts and appeals, as the API speaks of them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from attendance.api.fields import CourseOfMine, Moment, NamedPerson
from attendance.models import (
    SETTABLE,
    STATUS_CHOICES,
    Appeal,
    AttendanceRecord,
    ClassSession,
    Doubt,
    Liveness,
    RollEntry,
    SeenBy,
)
from attendance.roll import coverage, state
from attendance.rules.labels import NOTES
from attendance.rules.statuses import Status
from config.api.strict import Strict


class SessionSerializer(serializers.ModelSerializer[ClassSession]):
    course = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    title = serializers.CharField(source="course.title", read_only=True)
    stations = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = ClassSession
        fields: tuple[str, ...] = (
            "id",
            "course",
            "title",
            "stations",
            "state",
            "starts_at",
            "ends_at",
            "opened_at",
            "closed_at",
            "strangers",
            "group",
            "note",
            "takes_phones",
        )
        read_only_fields = fields


class CountsSerializer(serializers.Serializer[Any]):
    """How many people have each status."""

    def get_fields(self) -> dict[str, Any]:
        return {status.value: serializers.IntegerField() for status in Status}


class SessionDetailSerializer(SessionSerializer):
    """`coverage`: % of the time so far in which a camera was really seeing; null before it begins."""

    counts = serializers.SerializerMethodField()
    coverage = serializers.SerializerMethodField()
    open_doubts = serializers.SerializerMethodField()

    class Meta(SessionSerializer.Meta):
        fields = (*SessionSerializer.Meta.fields, "counts", "coverage", "open_doubts")
        read_only_fields = fields

    @extend_schema_field(CountsSerializer)
    def get_counts(self, session: ClassSession) -> dict[str, int]:
        return state.counts(session)

    def get_coverage(self, session: ClassSession) -> int | None:
        share = coverage.share(session, timezone.now())
        return None if share is None else round(100 * share)

    def get_open_doubts(self, session: ClassSession) -> int:
        return session.doubts.filter(resolved_at=None).count()


class AddSessionSerializer(Strict, serializers.Serializer[Any]):
    """One more meeting, outside the timetable."""

    course = CourseOfMine()
    starts_at = Moment()
    ends_at = Moment()
    group = serializers.CharField(max_length=40, allow_blank=True, default="", help_text="Empty: everyone.")


class StartSerializer(Strict, serializers.Serializer[Any]):
    course = CourseOfMine()
    minutes = serializers.IntegerField(default=60, min_value=1, max_value=1440)


class PhoneSwitchSerializer(Strict, serializers.Serializer[Any]):
    on = serializers.BooleanField()


class PhoneCodeSerializer(serializers.Serializer[Any]):
    """`address` is what the QR code holds; `path` draws it in an SVG of `size` by `size`."""

    address = serializers.CharField()
    size = serializers.IntegerField()
    path = serializers.CharField()
    seconds_left = serializers.FloatField(help_text="Then ask again.")


class CancelSerializer(Strict, serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class ArrivalSerializer(Strict, serializers.Serializer[Any]):
    """`at`: now, when it is not given. `nonce`: your own mark of this message; the same one again changes nothing."""

    id_number = serializers.CharField(max_length=32)
    at = Moment(required=False)
    nonce = serializers.CharField(max_length=64, required=False, allow_blank=True)


class CorrectionSerializer(Strict, serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=SETTABLE)
    own_status = serializers.CharField(
        max_length=4, required=False, help_text="Short code of one of your own statuses. It must be of that `status`."
    )
    reason = serializers.CharField(max_length=500, help_text="The person can read it.")


class CorrectionBySessionSerializer(CorrectionSerializer):
    id_number = serializers.CharField(max_length=32)


# No one has said anything yet about who is only expected.
RECORD_SOURCES = [("", "Nothing yet"), *RollEntry.Source.choices]
RECORD_SEEN_BY = [("", "Nothing yet"), *SeenBy.choices]
RECORD_LIVENESS = [("", "No face"), *Liveness.choices]


LIVENESS_HELP = (
    "The strongest liveness policy that the face has passed: `off` (a photo would also have been accepted), `passive` "
    "or `challenge`; empty where no face was compared. `life`: the liveness score, 0 to 1. Only cameras give one."
)


class RecordSerializer(serializers.ModelSerializer[AttendanceRecord]):
    """`note` says in a word why a status is what it is, `note_text` in a sentence."""

    course = serializers.CharField(source="session.course.code", read_only=True)
    starts_at = serializers.DateTimeField(source="session.starts_at", read_only=True)
    ends_at = serializers.DateTimeField(source="session.ends_at", read_only=True)
    person = NamedPerson()
    status = serializers.ChoiceField(choices=STATUS_CHOICES, read_only=True)
    source: Any = serializers.ChoiceField(choices=RECORD_SOURCES, read_only=True)
    seen_by = serializers.ChoiceField(choices=RECORD_SEEN_BY, read_only=True)
    liveness = serializers.ChoiceField(choices=RECORD_LIVENESS, read_only=True, help_text=LIVENESS_HELP)
    life = serializers.FloatField(read_only=True, allow_null=True, min_value=0, max_value=1)
    own_status = serializers.CharField(
        source="own_status.short",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Its short code.",
    )
    note_text = serializers.SerializerMethodField()

    class Meta:
        model = AttendanceRecord
        fields = (
            "id",
            "session",
            "course",
            "starts_at",
            "ends_at",
            "person",
            "status",
            "own_status",
            "first_seen",
            "last_seen",
            "sightings",
            "confidence",
            "source",
            "seen_by",
            "liveness",
            "life",
            "note",
            "note_text",
            "corrected",
        )
        read_only_fields = fields

    def get_note_text(self, record: AttendanceRecord) -> str:
        return str(NOTES.get(record.note, ""))


class RollLineSerializer(serializers.ModelSerializer[RollEntry]):
    """One roll entry about a person. `by`: who corrected, in words."""

    seen_by = serializers.ChoiceField(choices=SeenBy.choices, read_only=True)
    liveness = serializers.ChoiceField(choices=RECORD_LIVENESS, read_only=True, help_text=LIVENESS_HELP)
    life = serializers.FloatField(read_only=True, allow_null=True, min_value=0, max_value=1)
    by = serializers.SerializerMethodField()

    class Meta:
        model = RollEntry
        fields = (
            *("id", "at", "kind", "source", "station", "status", "confidence"),
            *("seen_by", "liveness", "life", "by", "reason"),
        )
        read_only_fields = fields

    def get_by(self, line: RollEntry) -> str | None:
        return line.by.get_full_name() if line.by else None


class DoubtDetailSerializer(serializers.Serializer[Any]):
    station = serializers.CharField(
        required=False, help_text="Where else the person was seen. For a possible photo attack: the station."
    )
    life = serializers.FloatField(required=False, allow_null=True, help_text="Liveness score, 0 to 1.")
    cues = serializers.DictField(child=serializers.FloatField(), required=False, help_text="The signs that were found.")
    distance = serializers.FloatField(required=False, allow_null=True)
    threshold = serializers.FloatField(required=False, allow_null=True)
    why: Any = serializers.ListField(
        child=serializers.ChoiceField(choices=("device", "new_device", "network", "place")),
        required=False,
        help_text="What speaks against a mark by phone.",
    )
    others: Any = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="People marked with the same phone, by id."
    )


class DoubtSerializer(serializers.ModelSerializer[Doubt]):
    course = serializers.CharField(source="session.course.code", read_only=True)
    person = NamedPerson(allow_null=True, help_text="null for a possible photo attack: no one is named.")
    detail = DoubtDetailSerializer(read_only=True)

    class Meta:
        model = Doubt
        fields = ("id", "session", "course", "kind", "person", "at", "looks", "detail", "resolved_at", "confirmed")
        read_only_fields = fields


class ResolveSerializer(Strict, serializers.Serializer[Any]):
    confirmed = serializers.BooleanField(help_text="Yes, that was this person.")


class AppealSerializer(serializers.ModelSerializer[Appeal]):
    session = serializers.IntegerField(source="record.session_id", read_only=True)
    course = serializers.CharField(source="record.session.course.code", read_only=True)
    person = NamedPerson(source="record.person")
    status = serializers.ChoiceField(
        source="record.status", choices=STATUS_CHOICES, read_only=True, help_text="The record's current status."
    )

    class Meta:
        model = Appeal
        fields = (
            "id",
            "record",
            "session",
            "course",
            "person",
            "status",
            "message",
            "made_at",
            "accepted",
            "answer",
            "answered_at",
        )
        read_only_fields = fields


class AppealingSerializer(Strict, serializers.Serializer[Any]):
    record = serializers.PrimaryKeyRelatedField(queryset=AttendanceRecord.objects.all())
    message = serializers.CharField(max_length=1000)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Another person's record is as unknown as one that does not exist."""
        super().__init__(*args, **options)
        request = self.context.get("request")
        if request is not None:
            mine: Any = self.fields["record"]
            mine.queryset = AttendanceRecord.objects.filter(person=request.user)


class AnswerSerializer(Strict, serializers.Serializer[Any]):
    """`status` is what an accepted appeal sets."""

    accepted = serializers.BooleanField()
    words = serializers.CharField(max_length=1000, help_text="The person can read it.")
    status = serializers.ChoiceField(choices=SETTABLE, default=Status.PRESENT.value)
