"""Who fell below a course's limit, and who has recovered: for which warnings went to the teachers. For reading."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from attendance.models import AtRisk
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsRead


@admin.register(AtRisk)
class FallAdmin(AdministratorsRead, OnlyItsFilters):
    list_display = ("person", "course", "fell_at", "recovered_at", "stands")
    list_filter = (("standing", admin.EmptyFieldListFilter), "course", "fell_at")
    list_select_related = ("person", "course")
    list_per_page = 50
    search_fields = ("person__id_number", "person__first_name", "person__last_name", "course__code")
    date_hierarchy = "fell_at"
    fields = ("person", "course", "fell_at", "recovered_at")

    @admin.display(description=gettext_lazy("still at risk"), boolean=True, ordering="standing")
    def stands(self, fall: AtRisk) -> bool:
        return bool(fall.standing)
