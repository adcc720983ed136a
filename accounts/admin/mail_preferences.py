"""Who does not want which e-mails: for someone who says so on the telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.mail_kinds import KindFilter, label_of
from accounts.mail import kinds
from accounts.models import MailOptOut
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly


class WishForm(forms.ModelForm):
    class Meta:
        model = MailOptOut
        fields = ("person", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        optional = [(kind.code, kind.label) for kind in kinds.all_kinds().values() if kind.may_opt_out]
        self.fields["kind"] = forms.ChoiceField(label=gettext_lazy("Kind"), choices=optional)


@admin.register(MailOptOut)
class MailWishAdmin(AdministratorsOnly, OnlyItsFilters):
    form = WishForm
    list_display = ("person", "which", "since")
    list_filter = (KindFilter,)
    list_select_related = ("person",)
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    autocomplete_fields = ("person",)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def which(self, row: MailOptOut) -> str:
        return label_of(row.kind)

    def has_change_permission(self, request: HttpRequest, obj: MailOptOut | None = None) -> bool:
        return False
