"""People and their consents as the API speaks of them. Every field is named: what is not listed never leaves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.permissions import caller
from accounts.credentials.lost_cards import lost_among, sentence
from accounts.models import Consent, Department, User
from accounts.roles import Purpose, Role
from config.api.strict import Strict

RESERVED = "me"  # /people/me/ is the caller


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ("code", "name")


class PersonSerializer(Strict, serializers.ModelSerializer[User]):
    """The card opens doors, so only administrators and its owner read it. Guardians are named to staff alone."""

    department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.all(), allow_null=True, required=False
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True, required=False)

    class Meta:
        model = User
        fields = (
            "id_number",
            "first_name",
            "last_name",
            "email",
            "language",
            "guardian_name",
            "guardian_email",
            "role",
            "affiliation",
            "department",
            "valid_from",
            "valid_until",
            "card_barcode",
            "is_active",
        )

    def validate_id_number(self, value: str) -> str:
        if value == RESERVED:
            raise serializers.ValidationError(_("'me' is reserved."), "reserved")
        if self.instance is not None and value != self.instance.id_number:
            raise serializers.ValidationError(_("An id number cannot be changed through the API."), "immutable")
        return value

    def validate_card_barcode(self, value: str | None) -> str | None:
        if value and lost_among([value]):
            raise serializers.ValidationError(sentence(value), "card_lost")
        return value or None  # unique, so an empty card must be no card

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first = attrs.get("valid_from", getattr(self.instance, "valid_from", None))
        last = attrs.get("valid_until", getattr(self.instance, "valid_until", None))
        if first and last and last < first:
            raise serializers.ValidationError({"valid_until": [_invalid_period()]})
        if self.instance == self._caller and not _stays_administrator(attrs):
            raise serializers.ValidationError(
                _("You cannot remove your own administrator role. Ask another administrator."), "own_administration"
            )
        return attrs

    def to_representation(self, instance: User) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not (self._caller.is_administrator or self._caller == instance):
            del shown["card_barcode"]
        if not self._caller.has_perm("accounts.view_user"):
            del shown["guardian_name"], shown["guardian_email"]
        return shown

    @property
    def _caller(self) -> User:
        return caller(self.context["request"])

    def create(self, validated_data: dict[str, Any]) -> User:
        return User.objects.create_user(**validated_data)  # without a password: no signing in until one is set


class NamedPersonSerializer(serializers.Serializer[Any]):
    """Someone in a list of something else."""

    id_number = serializers.CharField()
    name = serializers.CharField()


@extend_schema_field(NamedPersonSerializer)
class NamedPersonField(serializers.Field[User, Any, dict[str, str], Any]):
    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: User) -> dict[str, str]:
        return {"id_number": value.id_number, "name": value.get_full_name()}


def _stays_administrator(attrs: dict[str, Any]) -> bool:
    return bool(attrs.get("is_active", True)) and attrs.get("role", Role.ADMINISTRATOR) == Role.ADMINISTRATOR


def _invalid_period() -> serializers.ErrorDetail:
    return serializers.ErrorDetail(str(_("This day is before 'valid from'.")), "ends_before_it_begins")


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    person: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(slug_field="id_number", read_only=True)
    notice_version = serializers.IntegerField(source="notice.version", read_only=True)
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Consent
        fields = ("id", "person", "purpose", "notice_version", "standing", "given_at", "how", "withdrawn_at")
        read_only_fields = fields

    def get_standing(self, consent: Consent) -> bool:
        return bool(consent.standing)


class VisiblePerson(serializers.SlugRelatedField[User]):
    """Someone whom the caller may see. Anyone else is as unknown as who does not exist."""

    def get_queryset(self) -> Any:
        user = caller(self.context["request"])
        people = User.objects.all()
        return people if user.has_perm("accounts.view_user") else people.filter(pk=user.pk)


class GiveConsentSerializer(Strict, serializers.Serializer[Any]):
    person = VisiblePerson(slug_field="id_number", queryset=User.objects.all())
    purpose = serializers.ChoiceField(choices=Purpose.choices)


class ChoicesSerializer(Strict, serializers.Serializer[Any]):
    """What a person decided on one form. What is in neither list stays as it is."""

    agreed = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices), default=list)
    withdrawn = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices), default=list)
    how = serializers.ChoiceField(choices=Consent.How.choices)
    on = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if both := sorted(set(attrs["agreed"]) & set(attrs["withdrawn"])):
            words = _("%(purposes)s: agreed and withdrawn at once. Choose one of the two.")
            raise serializers.ValidationError(words % {"purposes": ", ".join(both)}, "contradiction")
        return attrs

    @property
    def choices(self) -> dict[str, bool]:
        said = self.validated_data
        return dict.fromkeys(said["agreed"], True) | dict.fromkeys(said["withdrawn"], False)


class RecordedSerializer(serializers.Serializer[Any]):
    """What was changed; empty where everything stood already."""

    given = ConsentSerializer(many=True)
    withdrawn = ConsentSerializer(many=True)


class TokenSerializer(serializers.Serializer[Any]):
    """What signing in answers. The token is shown once; only its hash is kept."""

    token = serializers.CharField(read_only=True)
    expiry = serializers.DateTimeField(read_only=True)
