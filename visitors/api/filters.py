"""How today's visitors are narrowed."""

from __future__ import annotations

import django_filters

from visitors.models import GuestVisit


class GuestVisitFilter(django_filters.FilterSet):
    host = django_filters.CharFilter(field_name="host__id_number", label="Id number of the host")
    inside = django_filters.BooleanFilter(method="by_inside", label="Signed in and not out")

    class Meta:
        model = GuestVisit
        fields = ("host", "inside")

    def by_inside(self, rows: object, name: str, value: bool) -> object:
        inside = GuestVisit.objects.inside().values("pk")
        return rows.filter(pk__in=inside) if value else rows.exclude(pk__in=inside)  # type: ignore[attr-defined]
