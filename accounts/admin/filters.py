"""Filters of the people list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identity.signed_in import asker
from accounts.models import Consent
from accounts.roles import ENROLS_FOR, Purpose


class Validity(admin.SimpleListFilter):
    title = _("validity")
    parameter_name = "validity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("valid", _("Valid today")),
            ("ended", _("Ended")),
            ("coming", _("Not started")),
            ("off", _("Deactivated")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        today = timezone.localdate()
        if self.value() == "valid":
            return queryset.valid_on(today)
        wanted = {"ended": Q(valid_until__lt=today), "coming": Q(valid_from__gt=today), "off": Q(is_active=False)}
        return queryset.filter(wanted.get(self.value() or "", Q()))


class StandingConsent(admin.SimpleListFilter):
    """Asks only about the purposes that the role looks after: the library is not told who rents a locker."""

    title = _("consent")
    parameter_name = "consent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        mine = _purposes(request)
        return [*(choice for choice in Purpose.choices if choice[0] in mine), ("none", _("To nothing"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        mine = _purposes(request)
        if self.value() == "none":
            return queryset.exclude(
                Exists(Consent.objects.filter(person=OuterRef("pk"), standing=True, purpose__in=mine))
            )
        return queryset.consenting_to(self.value()) if self.value() in mine else queryset


def _purposes(request: HttpRequest) -> frozenset[str]:
    return ENROLS_FOR.get(asker(request).role, frozenset())
