"""Stations and their paired devices in the admin: for administrators only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from config.web.admin.rights import AdministratorsOnly
from recognition.admin import pairing_page
from recognition.admin.station_forms import CameraForm, StationForm
from recognition.models import Station, StationDevice, StationOutage
from recognition.stations import presence, stations


class PairedDevices(AdministratorsOnly, admin.TabularInline):
    """What is paired with the station. Pairings are made by codes and tokens, and end by the action on devices."""

    model = StationDevice
    fields = ("name", "kind", "paired_at", "paired_by", "last_seen_at", "standing")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("Paired devices")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("state"))
    def standing(self, device: StationDevice) -> SafeString:
        return standing(device)


@admin.register(Station)
class StationAdmin(AdministratorsOnly, admin.ModelAdmin):
    form = StationForm
    change_form_template = "admin/recognition/station/change_form.html"
    list_display = ("name", "slug", "place", "purpose", "roster_rule", "liveness", "paired", "live", "active")
    list_filter = ("purpose", "active", "view", "liveness")
    search_fields = ("name", "slug", "place")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PairedDevices,)
    fieldsets = (
        (None, {"fields": (("name", "slug"), "place", "purpose", "view", "active")}),
        (gettext_lazy("Who it looks for"), {"fields": (("roster_rule", "roster_value"), "target_fmr")}),
        (gettext_lazy("Camera and recognition"), {"fields": ("liveness", "is_film", "min_face_px", "forget_after")}),
        (gettext_lazy("The screen while no one is there"), {"fields": ("idle_after", ("opens_at", "closes_at"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Station]:
        paired = Count("devices", filter=Q(devices__revoked_at=None))
        return super().get_queryset(request).annotate(paired_devices=paired)

    @admin.display(description=gettext_lazy("devices"))
    def paired(self, station: Any) -> int:
        return int(station.paired_devices)

    @admin.display(description=gettext_lazy("live"), boolean=True)
    def live(self, station: Station) -> bool:
        return presence.of([station.slug])[station.slug]["online"]

    # --- codes and tokens, shown once -------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/pairing-code/", wrap(never_cache(self.pairing_code)), name="recognition_station_code"),
            path("<int:pk>/camera-token/", wrap(never_cache(self.camera_token)), name="recognition_station_token"),
            *super().get_urls(),
        ]

    def pairing_code(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked first, because a new code ends the older ones; then the code, this once."""
        station = self._station(request, pk)
        context: dict[str, Any] = {"title": _("New pairing code")}
        if request.method == "POST":
            context |= pairing_page.new_pairing(request, station)
        return self._page(request, "code", station, context)

    def camera_token(self, request: HttpRequest, pk: int) -> HttpResponse:
        station = self._station(request, pk)
        form = CameraForm(request.POST or None)
        context: dict[str, Any] = {"title": _("New camera token"), "form": form}
        if form.is_valid():
            context["token"] = stations.new_camera_token(station, by=_editor(request), name=form.cleaned_data["name"])
            context["server"] = request.build_absolute_uri("/").rstrip("/")
        return self._page(request, "token", station, context)

    def _station(self, request: HttpRequest, pk: int) -> Station:
        if not self._allowed(request):
            raise PermissionDenied
        return get_object_or_404(Station, pk=pk)

    def _page(self, request: HttpRequest, name: str, station: Station, context: dict[str, Any]) -> HttpResponse:
        everywhere = self.admin_site.each_context(request) | {"opts": self.opts, "station": station}
        return render(request, f"admin/recognition/station/{name}.html", everywhere | context)


@admin.register(StationDevice)
class StationDeviceAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ("name", "station", "kind", "paired_at", "paired_by", "last_seen_at", "state")
    list_filter = ("kind", "station", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("station", "paired_by")
    search_fields = ("name", "station__name")
    fields = ("name", "station", "kind", "paired_at", "paired_by", "last_seen_at", "state")
    readonly_fields = ("station", "kind", "paired_at", "paired_by", "last_seen_at", "state")
    actions = ("end_pairing",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("state"))
    def state(self, device: StationDevice) -> SafeString:
        return standing(device)

    @admin.action(description=gettext_lazy("End the pairing of the chosen devices"), permissions=["change"])
    def end_pairing(self, request: HttpRequest, queryset: QuerySet[StationDevice]) -> None:
        devices = list(queryset.filter(revoked_at=None))
        for device in devices:
            stations.revoke(device, by=_editor(request))
        done = ngettext("%(n)d pairing ended.", "%(n)d pairings ended.", len(devices))
        messages.success(request, done % {"n": len(devices)})


@admin.register(StationOutage)
class StationOutageAdmin(AdministratorsOnly, admin.ModelAdmin):
    """When stations were offline: to look at. Rows are written by the watch alone."""

    list_display = ("station", "began_at", "ended_at", "told_at")
    list_filter = ("station", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("station",)
    search_fields = ("station__name", "station__slug")
    fields = readonly_fields = ("station", "began_at", "ended_at", "told_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def standing(device: StationDevice) -> SafeString:
    tone, word = ("error", _("ended")) if device.revoked_at else ("success", _("paired"))
    return format_html('<span class="badge {}">{}</span>', tone, word)


def _editor(request: HttpRequest) -> Any:
    return request.user
