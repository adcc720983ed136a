"""Stations, face photos and sightings as the API speaks of them. No serializer here has a pixel or a vector."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import NamedPersonSerializer
from accounts.models import User
from accounts.roles import Purpose
from config.api.strict import Strict
from recognition.models import FaceSample, Sighting, Station
from recognition.stations import liveness_policy, rosters, stations
from recognition.stations.liveness_policy import LivenessLevel

MOST_PHOTOS = 20


class QualitySerializer(serializers.Serializer[Any]):
    """How fit a face is for recognition. Angles in degrees, light and contrast in grey levels."""

    size = serializers.FloatField(required=False)
    sharpness = serializers.FloatField(required=False)
    light = serializers.FloatField(required=False)
    contrast = serializers.FloatField(required=False)
    yaw = serializers.FloatField(required=False)
    pitch = serializers.FloatField(required=False)
    roll = serializers.FloatField(required=False)
    eyes_open = serializers.FloatField(required=False)
    score = serializers.FloatField(required=False)
    eye_light = serializers.FloatField(required=False)
    mouth_detail = serializers.FloatField(required=False)


class PairingCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Eight characters, to be typed at /kiosk/pair/.")
    link = serializers.CharField(help_text="Opens the page on which the screen is paired by one button.")
    expires_at = serializers.DateTimeField()


class UptimeSerializer(serializers.Serializer[Any]):
    online = serializers.BooleanField()
    day = serializers.IntegerField(
        allow_null=True, help_text="Percent of its opening hours of the last 24 hours. null: there were none."
    )
    week = serializers.IntegerField(allow_null=True, help_text="The same of the last 7 days.")
    seen_at = serializers.DateTimeField(allow_null=True, help_text="When it was last online. null: never.")


class StationSerializer(Strict, serializers.ModelSerializer[Station]):
    class Meta:
        model = Station
        fields = (
            "slug",
            "name",
            "place",
            "purpose",
            "view",
            "roster_rule",
            "roster_value",
            "target_fmr",
            "min_face_px",
            "forget_after",
            "liveness",
            "is_film",
            "idle_after",
            "opens_at",
            "closes_at",
            "active",
        )
        extra_kwargs = {"is_film": {"help_text": "Plays a demo film instead of a camera picture. Its tile says so."}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A station whose roster cannot be found would recognise no one: the rule says so now (`wrong_roster`)."""
        before = {str(name): getattr(self.instance, str(name)) for name in self.fields if self.instance}
        station = Station(**{**before, **attrs})
        rosters.rule_named(station.roster_rule)(station)
        stations.require_whole_hours(station.opens_at, station.closes_at)
        if self.instance:
            stations.require_same_purpose(self.instance.pk, station.purpose)
        return attrs | {"liveness": self._liveness(station, attrs)}

    def _liveness(self, station: Station, attrs: dict[str, Any]) -> str:
        """What is asked for, where the place leaves a choice (`wrong_liveness`); else what the place asks for."""
        if "liveness" not in attrs or "liveness" not in self.initial_data:
            return liveness_policy.following(self.instance, station.purpose, station.view)
        liveness_policy.require_possible(station.purpose, station.view, attrs["liveness"])
        return str(attrs["liveness"])


class FaceSampleSerializer(serializers.ModelSerializer[FaceSample]):
    """What is known about an enrolled photo. `purposes` are those that the caller's role looks after."""

    person: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(slug_field="id_number", read_only=True)
    purposes = serializers.SerializerMethodField()
    quality = QualitySerializer(read_only=True)

    class Meta:
        model = FaceSample
        fields = ("id", "person", "purposes", "source", "profile", "quality", "created_at")
        read_only_fields = fields

    def get_purposes(self, sample: FaceSample) -> list[str]:
        return sorted(use.purpose for use in sample.uses.all())


class EnrolSerializer(serializers.Serializer[Any]):
    person = serializers.SlugRelatedField(slug_field="id_number", queryset=User.objects.all())
    purposes = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices), allow_empty=False)
    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), allow_empty=False, max_length=MOST_PHOTOS
    )
    dry_run = serializers.BooleanField(default=False, help_text="Only check the photos. Nothing is stored.")


class PhotoVerdictSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    accepted = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    sample = serializers.IntegerField(allow_null=True, help_text="Id of the face sample that was kept.")
    quality = QualitySerializer(allow_null=True)


class EnrolmentWarningSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="`few_photos`, `looks_like_somebody_else` or `differs_from_kept`.")
    message = serializers.CharField()


class EnrolmentSerializer(serializers.Serializer[Any]):
    """The verdict on each photo. `photos`: how many the person has now for these purposes."""

    verdicts = PhotoVerdictSerializer(many=True)
    warnings = EnrolmentWarningSerializer(many=True)
    photos = serializers.IntegerField()
    undecided = serializers.BooleanField(
        help_text="The photos do not look like one person, so none was kept. Send photos that show this person alone."
    )


class DistanceField(serializers.FloatField):
    """Four digits: what a distance is good for, and what `identify` says too."""

    def to_representation(self, value: Any) -> Any:
        return round(float(value), 4)


class RateField(serializers.FloatField):
    """An error rate with three digits that mean something."""

    def to_representation(self, value: Any) -> Any:
        return float(f"{value:.3g}")


class LifeSerializer(serializers.Serializer[Any]):
    """How sure a station was that someone is alive, and what spoke for it. Numbers: no picture is kept."""

    state = serializers.ChoiceField(choices=["waiting", "living", "picture"], required=False)
    score = serializers.FloatField(required=False, min_value=0, max_value=1)
    cues = serializers.DictField(child=serializers.FloatField(), required=False)
    since = serializers.FloatField(required=False, help_text="How long the face had been watched, in seconds.")


class DecisionSerializer(serializers.Serializer[Any]):
    """Why a station decided as it did."""

    reason = serializers.CharField(required=False)
    roster_size = serializers.IntegerField(required=False)
    target_fmr = RateField(required=False)
    template_photos = serializers.IntegerField(required=False)
    probe_frames = serializers.IntegerField(required=False)
    quality = QualitySerializer(required=False)
    liveness = serializers.ChoiceField(
        choices=[("", "Not asked"), *LivenessLevel.choices],
        required=False,
        help_text="The station's policy at that time.",
    )
    life = LifeSerializer(required=False)
    kind = serializers.ChoiceField(
        choices=["picture", "scene"],
        required=False,
        help_text="For a suspected picture: signs of a picture, or a still face that is ignored from now on.",
    )
    times = serializers.IntegerField(required=False, help_text="For a suspected picture: how many in a row.")


class SightingSerializer(serializers.ModelSerializer[Sighting]):
    station: serializers.SlugRelatedField[Station] = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    person = serializers.SerializerMethodField()
    decision = DecisionSerializer(source="record", read_only=True)
    distance = DistanceField(read_only=True, allow_null=True)
    threshold = DistanceField(read_only=True, allow_null=True)
    margin = DistanceField(read_only=True, allow_null=True)

    class Meta:
        model = Sighting
        fields = ("id", "station", "person", "outcome", "at", "distance", "threshold", "margin", "decision")
        read_only_fields = fields

    @extend_schema_field(NamedPersonSerializer(allow_null=True))
    def get_person(self, sighting: Sighting) -> dict[str, str] | None:
        person = sighting.person
        return {"id_number": person.id_number, "name": person.get_full_name()} if person else None
