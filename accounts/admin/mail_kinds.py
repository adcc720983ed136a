"""The kinds of e-mail in lists and forms: their labels instead of their codes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.mail import kinds


def label_of(code: str) -> str:
    kind = kinds.find(code)
    return str(kind.label) if kind else code


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.code, kind.label) for kind in kinds.all_kinds().values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset
