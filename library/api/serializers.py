"""The library's rows, as the API speaks of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import NamedPersonField
from accounts.models import User
from config.api.strict import Strict
from library.circulation import fines, policy
from library.models import CirculationEvent, Copy, ExitPass, Hold, Loan, Title, Transit, Visit


class TitleSerializer(serializers.ModelSerializer[Title]):
    """`owned`: copies that are not lost or withdrawn; `free`: those on the shelf.

    `title_original` and the like: in their own script, where the others are romanised.
    """

    owned = serializers.IntegerField(read_only=True)
    free = serializers.IntegerField(read_only=True)

    class Meta:
        model = Title
        fields = (
            "id",
            "title",
            "authors",
            "isbn",
            "edition",
            "publisher",
            "year",
            "subjects",
            "call_number",
            "language",
            "title_original",
            "authors_original",
            "publisher_original",
            "owned",
            "free",
        )
        read_only_fields = fields


class CopySerializer(serializers.ModelSerializer[Copy]):
    """Never says who has it."""

    title = serializers.CharField(source="title.title", read_only=True)
    title_id = serializers.IntegerField(read_only=True)
    branch = serializers.CharField(
        source="branch.code", read_only=True, default=None, allow_null=True, help_text="Code of its home branch."
    )

    class Meta:
        model = Copy
        fields = ("barcode", "title", "title_id", "branch", "location", "item_type", "status", "acquired_on")
        read_only_fields = fields


class LoanSerializer(serializers.ModelSerializer[Loan]):
    barcode = serializers.CharField(source="copy.barcode", read_only=True)
    title = serializers.CharField(source="copy.title.title", read_only=True)
    person = NamedPersonField()

    class Meta:
        model = Loan
        fields = (
            "id",
            "barcode",
            "title",
            "person",
            "taken_at",
            "due_at",
            "by_hour",
            "returned_at",
            "renewals",
            "station",
        )
        read_only_fields = fields


class HoldSerializer(serializers.ModelSerializer[Hold]):
    title = serializers.CharField(source="title.title", read_only=True)
    title_id = serializers.IntegerField(read_only=True)
    barcode = serializers.CharField(source="copy.barcode", read_only=True, default=None, allow_null=True)
    person = NamedPersonField()

    class Meta:
        model = Hold
        fields = ("id", "title", "title_id", "barcode", "person", "state", "placed_at", "ready_at", "pick_up_by")
        read_only_fields = fields


class TransitSerializer(serializers.ModelSerializer[Transit]):
    barcode = serializers.CharField(source="copy.barcode", read_only=True)
    title = serializers.CharField(source="copy.title.title", read_only=True)
    origin = serializers.CharField(source="origin.code", read_only=True, default=None, allow_null=True)
    destination = serializers.CharField(source="copy.branch.code", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Transit
        fields = ("id", "barcode", "title", "origin", "destination", "since")
        read_only_fields = fields


class VisitSerializer(serializers.ModelSerializer[Visit]):
    person = NamedPersonField()

    class Meta:
        model = Visit
        fields = ("id", "person", "entered_at", "entry_station", "lane")
        read_only_fields = fields


class PassSerializer(serializers.ModelSerializer[ExitPass]):
    class Meta:
        model = ExitPass
        fields = ("number", "station", "loans", "decided_at", "used_at")
        read_only_fields = fields


class EventSerializer(serializers.ModelSerializer[CirculationEvent]):
    person = NamedPersonField()
    barcode = serializers.CharField(source="copy.barcode", read_only=True, default=None, allow_null=True)

    class Meta:
        model = CirculationEvent
        fields = ("id", "kind", "at", "person", "barcode", "loan_id", "station", "detail")
        read_only_fields = fields


class PatronSerializer(serializers.Serializer[User]):
    """The standing of one person, and everything that they have or wait for."""

    id_number = serializers.CharField()
    name = serializers.CharField(source="get_full_name")
    valid = serializers.BooleanField(source="state.valid")
    blocked = serializers.CharField(source="state.blocked", help_text="Why they are blocked. Empty when they are not.")
    overdue = serializers.IntegerField(source="state.overdue")
    unpaid = serializers.DecimalField(8, 2)
    loans = LoanSerializer(many=True)
    holds = HoldSerializer(many=True)

    def to_representation(self, instance: User) -> Any:
        known: Any = instance
        known.state = policy.person_state(instance)
        known.unpaid = fines.owed_by(instance)
        mine = Loan.objects.filter(person=instance, open_slot=1).select_related("copy__title", "person")
        waiting = Hold.objects.filter(person=instance, open_slot=1).select_related("title", "copy", "person")
        shown = {"loans": mine.order_by("due_at", "pk"), "holds": waiting}
        found = {name: field.to_representation(shown[name]) for name, field in self.fields.items() if name in shown}
        plain = {
            name: field.to_representation(field.get_attribute(known))
            for name, field in self.fields.items()
            if name not in shown
        }
        return plain | found


# --- what is asked for ----------------------------------------------------------------------------


class CheckOutSerializer(Strict, serializers.Serializer[Any]):
    patron = serializers.CharField(max_length=64, help_text="Id number, or the card's barcode.")
    barcode = serializers.CharField(max_length=64)
    station = serializers.CharField(max_length=50, required=False, default="api")


class CheckInSerializer(Strict, serializers.Serializer[Any]):
    barcode = serializers.CharField(max_length=64)
    station = serializers.CharField(max_length=50, required=False, default="api")


class ReturnSerializer(CheckInSerializer):
    branch = serializers.CharField(
        max_length=32,
        required=False,
        default="",
        allow_blank=True,
        help_text="Code of the branch where it is returned. Without it: that of the station.",
    )


class RenewSerializer(CheckInSerializer):
    pass


class RenewAllSerializer(Strict, serializers.Serializer[Any]):
    patron = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    station = serializers.CharField(max_length=50, required=False, default="api")


class RenewalSerializer(serializers.Serializer[Any]):
    """`code` is empty when it was renewed, else that of the refusal; `sentence` says it in words."""

    loan = LoanSerializer()
    code = serializers.CharField()
    sentence = serializers.CharField()


class PlaceHoldSerializer(Strict, serializers.Serializer[Any]):
    title = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    patron = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class CheckedInSerializer(serializers.Serializer[Any]):
    """`loan` is null when no one had it. `hold`: put it on the hold shelf.

    `transit`: code of the branch to send it to.
    """

    barcode = serializers.CharField()
    loan = LoanSerializer(allow_null=True)
    hold = serializers.BooleanField()
    transit = serializers.CharField(allow_null=True)


class AlarmSerializer(Strict, serializers.Serializer[Any]):
    station = serializers.SlugField(max_length=50, help_text="Short name of the exit beside the gate.")
    ringing = serializers.BooleanField()
