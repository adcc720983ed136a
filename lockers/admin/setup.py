"""Banks, their kiosks and lockers: administrators set them up, officers look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext_lazy

from config.web.admin.bulk import BulkAct, ask_then_do
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly
from lockers.admin.rights import EveryBankAdmin, of_every_bank
from lockers.models import Bank, BankOfficer, ClosedDay, Locker, LockerSize, LockerStation


class AdministratorsSetUp(AdministratorsOnly, OnlyItsFilters):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(f"lockers.view_{self.opts.model_name}"))


@admin.register(Bank)
class BankAdmin(AdministratorsSetUp):
    list_filter = ("own_officers", "officer_for_vaults")
    list_display = ("code", "name", "place", "officer_for_vaults", "home_assistant_opens", "own_officers")
    search_fields = ("code", "name")
    fields = ("code", "name", "place", "officer_for_vaults", "own_officers", "home_assistant_opens", "hours")
    readonly_fields = ("hours",)  # on the page “Hours”, where they are read and written down in the log


@admin.register(ClosedDay)
class BankClosedDayAdmin(EveryBankAdmin):
    """Set on the page “Hours”."""

    search_fields = ("bank__name", "note")
    list_display = ("bank", "first", "last", "note")
    list_filter = ("bank",)
    list_select_related = ("bank",)
    fields = ("bank", "first", "last", "note")


@admin.register(BankOfficer)
class BankOfficerAdmin(AdministratorsSetUp):
    """Who are the officers of a bank that has officers of its own."""

    search_fields = ("bank__name", "person__id_number", "person__first_name", "person__last_name")
    list_display = ("bank", "person")
    list_filter = ("bank",)
    list_select_related = ("bank", "person")
    autocomplete_fields = ("person",)


@admin.register(LockerStation)
class LockerStationAdmin(AdministratorsSetUp):
    """Which kiosk gives out and takes the keys of which bank."""

    search_fields = ("station__name", "bank__name")
    list_filter = ("bank",)
    list_display = ("station", "bank")
    list_select_related = ("station", "bank")


@admin.register(LockerSize)
class LockerSizeAdmin(AdministratorsSetUp):
    search_fields = ("name",)
    list_display = ("name", "width_cm", "height_cm", "depth_cm", "order")
    fields = ("name", ("width_cm", "height_cm", "depth_cm"), "order")


@admin.register(Locker)
class LockerAdmin(AdministratorsSetUp):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and of_every_bank(request)

    list_display = ("__str__", "kind", "size", "door", "door_since", "out_of_service")
    list_filter = ("bank", "kind", "size", "door", "out_of_service")
    list_select_related = ("bank", "size")
    search_fields = ("number", "bank__code")
    fields = (
        "bank",
        "number",
        "kind",
        "size",
        "address",
        ("row", "column", "width", "height"),
        "out_of_service",
        "note",
        "door",
        "door_since",
        "heard_at",
    )
    readonly_fields = ("door", "door_since", "heard_at")
    actions = ("set_size",)

    @admin.action(description=gettext_lazy("Change the size"), permissions=["change"])
    def set_size(self, request: HttpRequest, queryset: QuerySet[Locker]) -> Any:
        act = BulkAct(
            title=gettext_lazy("Change the size"),
            form=SizeForm,
            act=_resize,
            done=ngettext_lazy("%(n)d locker has the new size.", "%(n)d lockers have the new size.", "n"),
            log=gettext_lazy("Size changed in the list"),
        )
        return ask_then_do(self, request, queryset, act)


class SizeForm(forms.Form):
    size = forms.ModelChoiceField(LockerSize.objects.all(), label=gettext_lazy("Size"), required=False)


def _resize(locker: Locker, chosen: dict[str, Any]) -> None:
    locker.size = chosen["size"]
    locker.save(update_fields=["size"])
