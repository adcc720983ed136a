"""Devices of doors in the administration: presets, the secret that is never shown, trying a door out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from config.door_relays import device_secret, trials
from config.door_relays.models import DoorDevice, DoorTemplate
from config.door_relays.presets import PRESETS
from config.errors import Refused
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly


@admin.register(DoorTemplate)
class DoorTemplateAdmin(AdministratorsOnly, OnlyItsFilters):
    list_filter = ("method", "auth")
    list_display = ("name", "method", "url", "auth")
    search_fields = ("name",)
    add_form_template = "admin/door_relays/template_add.html"
    fieldsets = (
        (None, {"fields": ("name",)}),
        (gettext_lazy("To open"), {"fields": ("method", "url", "headers", "body", "auth")}),
        (
            gettext_lazy("How to tell that it has opened"),
            {"fields": (("least_status", "most_status"), "success_path", "success_value")},
        ),
        (gettext_lazy("Door status"), {"fields": ("state_url", "state_path", "states")}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return dict(PRESETS.get(request.GET.get("preset", ""), {}))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        presets = [(key, one["name"]) for key, one in PRESETS.items()]
        return super().add_view(request, form_url, {**(extra_context or {}), "presets": presets})


class DeviceForm(forms.ModelForm[DoorDevice]):
    new_secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "{secret}: a password or token. It is stored encrypted and never shown again. Leave empty to keep it."
        ),
    )
    no_secret = forms.BooleanField(label=gettext_lazy("Delete the secret"), required=False)

    class Meta:
        model = DoorDevice
        fields = ("place", "door", "template", "host", "device", "channel", "pulse", "user", "secret_name", "active")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        row = DoorDevice(host=found.get("host", ""), secret_name=found.get("secret_name", ""))
        row.sealed = self.instance.sealed
        try:
            device_secret.require_again(row, self.initial.get("host", row.host), **self._about_the_secret(found))
        except Refused as no:
            raise ValidationError({"new_secret": no.message}) from no
        return found

    def save(self, commit: bool = True) -> DoorDevice:
        device_secret.settle(self.instance, **self._about_the_secret(self.cleaned_data))
        return super().save(commit)

    @staticmethod
    def _about_the_secret(found: dict[str, Any]) -> dict[str, Any]:
        return {"secret": found.get("new_secret") or "", "forget": bool(found.get("no_secret"))}


@admin.register(DoorDevice)
@method_decorator(sensitive_post_parameters("new_secret"), "changeform_view")
class DoorDeviceAdmin(AdministratorsOnly, OnlyItsFilters):
    form = DeviceForm
    list_display = ("__str__", "template", "host", "channel", "has_secret", "active")
    list_filter = ("place", "template", "active")
    list_select_related = ("template",)
    search_fields = ("door", "host")
    change_form_template = "admin/door_relays/device_change.html"
    fieldsets = (
        (None, {"fields": ("place", "door", "active")}),
        (gettext_lazy("Device"), {"fields": ("template", "host", "device", "channel", "pulse")}),
        (gettext_lazy("Sign in"), {"fields": ("user", "new_secret", "no_secret", "secret_name")}),
    )

    @admin.display(description=gettext_lazy("secret"), boolean=True)
    def has_secret(self, device: DoorDevice) -> bool:
        return bool(device.sealed or device.secret_name)

    def get_urls(self) -> list[Any]:
        own = path("<int:pk>/try/", self.admin_site.admin_view(self.try_out), name="door_relays_doordevice_try")
        return [own, *super().get_urls()]

    def try_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the device for its door status, or open the door: what exactly was sent, and what came back."""
        device = DoorDevice.objects.select_related("template").filter(pk=pk).first()
        if device is None or not self.has_change_permission(request, device):
            raise Http404
        door = (request.POST.get("door") or device.door).strip()
        trial = None
        if request.method == "POST":
            trial = trials.run(device, door, by=request.user, opens="open" in request.POST)
            self.log_change(request, device, trial.summary)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try this door"),
            "opts": self.opts,
            "device": device,
            "door": "" if door.endswith("*") else door,
            "whole_group": device.door.endswith("*"),
            "can_ask": bool(device.template.state_url),
            "trial": trial,
        }
        return render(request, "admin/door_relays/try.html", context)
