"""The terms of banks over HTTP: read, answered for oneself, taken down on paper by officers, published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import PARAMETER, once
from accounts.api.permissions import ADMINISTRATOR, SIGNED_IN, caller
from accounts.api.serializers import NamedPersonField
from config.api.strict import Strict
from config.errors import Refused
from lockers.api.views import KEEP, Looking, asked, person_named
from lockers.bank.terms import terms
from lockers.models import Bank, BankTerms, TermsAnswer
from lockers.rules.visibility import answers_for, terms_for

How = TermsAnswer.How


class TermsSerializer(serializers.ModelSerializer[BankTerms]):
    bank = serializers.CharField(source="bank.code", read_only=True)

    class Meta:
        model = BankTerms
        fields = ("id", "bank", "version", "text", "in_force_from", "grace_days", "published_at")
        read_only_fields = fields


class TermsAnswerSerializer(serializers.ModelSerializer[TermsAnswer]):
    bank = serializers.CharField(source="terms.bank.code", read_only=True)
    version = serializers.IntegerField(source="terms.version", read_only=True)
    person = NamedPersonField()
    answer = serializers.CharField(read_only=True)
    how = serializers.CharField(read_only=True)
    by = NamedPersonField()

    class Meta:
        model = TermsAnswer
        fields = ("id", "bank", "version", "person", "answer", "until", "how", "at", "by", "text_sha256")
        read_only_fields = fields


class PublishSerializer(Strict, serializers.Serializer[Any]):
    bank = serializers.CharField(max_length=32, help_text="Its code.")
    text = serializers.CharField(max_length=50_000)
    in_force_from = serializers.DateField()
    grace_days = serializers.IntegerField(min_value=0, max_value=365, required=False, default=30)


class YesOrNoSerializer(Strict, serializers.Serializer[Any]):
    accepted = serializers.BooleanField()


class OnPaperSerializer(Strict, serializers.Serializer[Any]):
    person = serializers.CharField(max_length=32, help_text="The person's id number.")
    accepted = serializers.BooleanField(required=False, allow_null=True, default=None)
    until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Instead of an answer: more time, until this day."
    )


@extend_schema_view(
    list=extend_schema(summary="Terms of banks"), retrieve=extend_schema(summary="One version of the terms")
)
class TermsViewSet(Looking):
    """All for officers; those of the banks where one has a locker for everyone else."""

    queryset = BankTerms.objects.none()
    serializer_class = TermsSerializer
    needs: ClassVar[dict[str, str]] = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "answer": SIGNED_IN,
        "create": ADMINISTRATOR,
        "on_paper": KEEP,
    }
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (404,)}

    def get_queryset(self) -> QuerySet[BankTerms]:
        return terms_for(self.request.user).select_related("bank")

    @extend_schema(
        summary="Publish the next version",
        request=PublishSerializer,
        parameters=[PARAMETER],
        responses={201: TermsSerializer},
    )
    @once
    def create(self, request: Request) -> Response:
        wanted = asked(PublishSerializer, request)
        bank = get_object_or_404(Bank, code=wanted.pop("bank"))
        made = terms.publish(bank, wanted.pop("text"), by=caller(request), **wanted)
        return Response(TermsSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Accept or refuse the terms for yourself",
        request=YesOrNoSerializer,
        parameters=[PARAMETER],
        responses=TermsAnswerSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def answer(self, request: Request, pk: str) -> Response:
        accepted, row, me = asked(YesOrNoSerializer, request)["accepted"], self.get_object(), caller(request)
        if not terms.has_locker_in(me, row.bank):
            raise Refused("no_locker_here", _("You have no locker in this bank."), status=409)
        return Response(TermsAnswerSerializer(terms.answer(row, me, accepted=accepted, how=How.PAGE)).data)

    @extend_schema(
        summary="Record an answer on paper, or give more time",
        request=OnPaperSerializer,
        parameters=[PARAMETER],
        responses=TermsAnswerSerializer,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    @once
    def on_paper(self, request: Request, pk: str) -> Response:
        wanted, row, by = asked(OnPaperSerializer, request), self.get_object(), caller(request)
        person, accepted, until = person_named(wanted["person"]), wanted["accepted"], wanted["until"]
        if (accepted is None) == (until is None):
            raise Refused("no_answer", _("Give either an answer or a day."))
        if until is not None:
            return Response(TermsAnswerSerializer(terms.postpone(row, person, until, by=by)).data)
        made = terms.answer(row, person, accepted=bool(accepted), how=How.PAPER, by=by)
        return Response(TermsAnswerSerializer(made).data)


@extend_schema_view(list=extend_schema(summary="Answers to terms"), retrieve=extend_schema(summary="One answer"))
class TermsAnswerViewSet(Looking):
    """All for officers, one's own for everyone else."""

    queryset = TermsAnswer.objects.none()
    serializer_class = TermsAnswerSerializer
    needs: ClassVar[dict[str, str]] = {"list": SIGNED_IN, "retrieve": SIGNED_IN}

    def get_queryset(self) -> QuerySet[TermsAnswer]:
        return answers_for(self.request.user).select_related("terms__bank", "person", "by")
