"""What is asked and answered when someone sends a picture: identify (1:N over a roster) and verify (1:1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.permissions import caller
from accounts.models import User
from accounts.roles import Purpose
from recognition.api.serializers import NamedPersonSerializer, QualitySerializer
from recognition.faces.permissions import purposes_for
from recognition.models import Station

MOST_PEOPLE = 500
REASONS = ("match", "too_far", "too_close_to_call", "empty_roster", "impostor_example")


class StationOfMine(serializers.SlugRelatedField[Station]):
    """A station whose purpose the caller's role serves. Any other is as unknown as one that does not exist."""

    def get_queryset(self) -> Any:
        return Station.objects.filter(active=True, purpose__in=purposes_for(caller(self.context["request"])))


class IdentifySerializer(serializers.Serializer[Any]):
    """A picture and whom to look for: a station's roster, or the people named for one purpose."""

    schema_adds: ClassVar[dict[str, Any]] = {"anyOf": [{"required": ["station"]}, {"required": ["purpose", "people"]}]}

    image = serializers.FileField(allow_empty_file=True)
    station = StationOfMine(slug_field="slug", queryset=Station.objects.all(), required=False)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False, help_text="Together with `people`.")
    people = serializers.ListField(
        child=serializers.CharField(max_length=32),
        required=False,
        allow_empty=False,
        max_length=MOST_PEOPLE,
        help_text="Id numbers of the people to look for.",
    )

    def validate_people(self, id_numbers: list[str]) -> frozenset[int]:
        """From id numbers to rows. Someone who does not exist would silently shrink the roster."""
        known = dict(User.objects.filter(id_number__in=id_numbers).values_list("id_number", "pk"))
        unknown = sorted(set(id_numbers) - set(known))
        if unknown:
            names = ", ".join(unknown[:5])
            raise serializers.ValidationError(_("No one has the id number %(names)s.") % {"names": names}, "unknown")
        return frozenset(known.values())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by_name = {"purpose", "people"} & set(attrs)
        if "station" in attrs and by_name:
            raise serializers.ValidationError(_("Send a station, or a purpose and people, not both."), "ambiguous")
        if "station" not in attrs and len(by_name) < 2:
            raise serializers.ValidationError(_("Send a station, or a purpose and the people to look for."), "required")
        return attrs


NOT_CHECKED = "not_checked"
STILL_LIVENESS = ((NOT_CHECKED, "Not checked"),)
NOT_CHECKED_HELP = (
    "Always `not_checked`: one still picture cannot show whether it is a person or a photograph. "
    "Where liveness matters, let a station recognise people."
)


class FaceAnswerSerializer(serializers.Serializer[Any]):
    """One face and who it is. Boxes are x, y, width, height in pixels of the upright picture."""

    box = serializers.ListField(child=serializers.IntegerField(), min_length=4, max_length=4)
    person = NamedPersonSerializer(allow_null=True)
    distance = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField()
    margin = serializers.FloatField(allow_null=True)
    quality = QualitySerializer()
    reason = serializers.ChoiceField(choices=REASONS)


class IdentifyAnswerSerializer(serializers.Serializer[Any]):
    liveness = serializers.ChoiceField(choices=STILL_LIVENESS, default=NOT_CHECKED, help_text=NOT_CHECKED_HELP)
    faces = FaceAnswerSerializer(many=True)


class VerifySerializer(serializers.Serializer[Any]):
    image = serializers.FileField(allow_empty_file=True)
    id_number = serializers.SlugRelatedField(slug_field="id_number", queryset=User.objects.all(), source="person")
    purpose = serializers.ChoiceField(choices=Purpose.choices)


class VerifyDecisionSerializer(serializers.Serializer[Any]):
    profile = serializers.CharField()
    model = serializers.CharField()
    distance = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField()
    target_fmr = serializers.FloatField()
    template_photos = serializers.IntegerField()
    probe_frames = serializers.IntegerField()
    quality = QualitySerializer()
    reason = serializers.ChoiceField(choices=REASONS)


class VerifyAnswerSerializer(serializers.Serializer[Any]):
    match = serializers.BooleanField()
    liveness = serializers.ChoiceField(choices=STILL_LIVENESS, default=NOT_CHECKED, help_text=NOT_CHECKED_HELP)
    decision = VerifyDecisionSerializer()
