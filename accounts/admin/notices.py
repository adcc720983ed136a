"""Privacy notices. A text that someone agreed to stays as it was; a change is a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeText


@admin.register(NoticeText)
class NoticeAdmin(admin.ModelAdmin):
    search_fields = ("text",)
    list_display = ("purpose", "version", "created_at", "agreed")
    list_display_links = ("purpose", "version")
    list_filter = ("purpose",)
    fields = ("purpose", "version", "text", "keeps_looks", "created_at", "agreed")
    readonly_fields = ("version", "created_at", "agreed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeText]:
        return super().get_queryset(request).annotate(agreed=Count("consents"))

    def get_readonly_fields(self, request: HttpRequest, obj: NoticeText | None = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "purpose") if obj else self.readonly_fields

    @admin.display(description=_("people who agreed to it"), ordering="agreed")
    def agreed(self, notice: NoticeText) -> int:
        return int(getattr(notice, "agreed", 0))

    def save_model(self, request: HttpRequest, obj: NoticeText, form: Any, change: bool) -> None:
        if not change:
            newest = NoticeText.objects.filter(purpose=obj.purpose).aggregate(newest=Max("version"))["newest"]
            obj.version = (newest or 0) + 1
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: NoticeText | None = None) -> bool:
        return super().has_change_permission(request, obj) and _untouched(obj)

    def has_delete_permission(self, request: HttpRequest, obj: NoticeText | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _untouched(obj)


def _untouched(notice: NoticeText | None) -> bool:
    return notice is None or not notice.consents.exists()
