"""Banks, their kiosks and lockers: administrators set them up, officers look."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config.admin_lookups import OnlyItsFilters
from config.admin_rights import AdministratorsOnly
from lockers.models import Bank, Locker, LockerStation


class AdministratorsSetUp(AdministratorsOnly, OnlyItsFilters):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(f"lockers.view_{self.opts.model_name}"))


@admin.register(Bank)
class BankAdmin(AdministratorsSetUp):
    list_display = ("code", "name", "place")
    search_fields = ("code", "name")


@admin.register(LockerStation)
class LockerStationAdmin(AdministratorsSetUp):
    """Which kiosk gives out and takes the keys of which bank."""

    list_display = ("station", "bank")
    list_select_related = ("station", "bank")


@admin.register(Locker)
class LockerAdmin(AdministratorsSetUp):
    list_display = ("__str__", "kind", "door", "door_since", "out_of_service")
    list_filter = ("bank", "kind", "door", "out_of_service")
    list_select_related = ("bank",)
    search_fields = ("number", "bank__code")
    fields = ("bank", "number", "kind", "address", "out_of_service", "note", "door", "door_since", "heard_at")
    readonly_fields = ("door", "door_since", "heard_at")
