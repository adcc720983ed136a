from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Department


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "how_many")
    list_display_links = ("code", "name")
    search_fields = ("code", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        return super().get_queryset(request).annotate(how_many=Count("people"))

    @admin.display(description=_("people"), ordering="how_many")
    def how_many(self, department: Department) -> int:
        return int(getattr(department, "how_many", 0))
