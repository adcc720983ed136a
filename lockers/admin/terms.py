"""Terms of banks: administrators publish a version, and no one changes one. Answers are looked at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.identity.signed_in import asker
from lockers.admin.records import PERSON
from lockers.admin.rights import EveryBankAdmin
from lockers.admin.setup import AdministratorsSetUp
from lockers.bank.terms import terms
from lockers.models import BankTerms, TermsAnswer


class TermsForm(forms.ModelForm[BankTerms]):
    class Meta:
        model = BankTerms
        fields = ("bank", "text", "in_force_from", "grace_days")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        bank, day = cleaned.get("bank"), cleaned.get("in_force_from")
        if bank and day and (against := terms.fault_of(bank, day, timezone.localdate())):
            raise ValidationError({"in_force_from": against})
        return cleaned


@admin.register(BankTerms)
class BankTermsAdmin(AdministratorsSetUp):
    form = TermsForm
    search_fields = ("bank__name", "text")
    list_display = ("bank", "version", "in_force_from", "grace_days", "published_at", "published_by")
    list_filter = ("bank",)
    list_select_related = ("bank", "published_by")

    def get_fields(self, request: HttpRequest, obj: BankTerms | None = None) -> tuple[str, ...]:
        more = ("version", "published_at", "published_by") if obj else ()
        return ("bank", *more, "text", "in_force_from", "grace_days")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: BankTerms, form: Any, change: bool) -> None:
        """Through the service: the version, the log, and who it was."""
        made = terms.publish(
            obj.bank, obj.text, in_force_from=obj.in_force_from, grace_days=obj.grace_days, by=asker(request)
        )
        obj.pk, obj.version = made.pk, made.version
        obj._state.adding = False


@admin.register(TermsAnswer)
class TermsAnswerAdmin(EveryBankAdmin):
    list_display = ("at", "person", "terms", "answer", "how", "until", "by")
    list_filter = ("answer", "how", "terms__bank")
    list_select_related = ("person", "terms__bank", "by")
    date_hierarchy = "at"
    search_fields = PERSON
    fields = ("terms", "person", "answer", "until", "how", "at", "by", "text_sha256")
