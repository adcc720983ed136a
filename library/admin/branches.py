"""Branches, and forms that do not speak of them while there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import ReadOnlyAdmin
from library.models import Branch, Copy, Transit
from library.rules.lending import CopyStatus


class NoTraceOfBranches:
    """Leaves the field, the column and the filter `branch` out where the library has one house."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._said(super().get_fields(request, obj))  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The branches are read once, not for each row of an inline."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "branch" and field is not None:
            field.choices = list(field.choices)
        return field

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)  # type: ignore[misc]
        return (*shown, "branch") if Branch.objects.exists() else shown

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)  # type: ignore[misc]
        return (*filters, "branch") if Branch.objects.exists() else filters

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return (*super().get_list_select_related(request), "branch")  # type: ignore[misc]

    @staticmethod
    def _said(fields: Any) -> list[Any]:
        return [name for name in fields if name != "branch" or Branch.objects.exists()]


class StatusFilter(admin.ChoicesFieldListFilter):
    """Of a copy. In one library nothing is in transit."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        left_out = "" if Branch.objects.exists() else dict(Copy.STATUSES)[CopyStatus.IN_TRANSIT.value]
        return (choice for choice in super().choices(changelist) if choice["display"] != left_out)


@admin.register(Branch)
class BranchAdmin(OnlyItsFilters):
    """One with copies or stations cannot be deleted: move them first."""

    list_display = ("code", "name", "address")
    list_display_links = ("code", "name")
    list_filter = ("name",)
    search_fields = ("code", "name")


@admin.register(Transit)
class TransitAdmin(ReadOnlyAdmin):
    """To look at: a copy arrives where it is scanned."""

    list_display = ("copy", "origin", "destination", "since")
    list_filter = ("origin", "copy__branch")
    list_select_related = ("copy__branch", "origin")
    search_fields = ("copy__barcode",)
    date_hierarchy = "since"
    fields = ("copy", "origin", "destination", "since")
    readonly_fields = ("destination",)

    @admin.display(description=_("to branch"), ordering="copy__branch")
    def destination(self, row: Transit) -> Branch | None:
        return row.copy.branch

    def has_module_permission(self, request: HttpRequest) -> bool:
        """One library has no line for it."""
        return super().has_module_permission(request) and Branch.objects.exists()
