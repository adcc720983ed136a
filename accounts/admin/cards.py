"""Lost cards, for administrators to read. They are reported and unblocked on the person's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import LostCard
from config.web.admin.rights import ReadOnlyAdmin


@admin.register(LostCard)
class LostCardAdmin(ReadOnlyAdmin):
    list_display = ("person", "barcode", "at", "reported_by", "found_at", "found_by")
    list_filter = (("found_at", admin.EmptyFieldListFilter), "at")
    list_select_related = ("person", "reported_by", "found_by")
    search_fields = ("person__id_number", "person__first_name", "person__last_name", "=barcode")
    date_hierarchy = "at"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
