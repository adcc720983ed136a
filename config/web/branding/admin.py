"""The institution's row in the administration; the page /institution/ has the same form with a look at the result."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config.web.admin.rights import AdministratorsOnly
from config.web.branding.forms import BrandingForm
from config.web.branding.models import SiteBranding


@admin.register(SiteBranding)
class SiteBrandingAdmin(AdministratorsOnly, admin.ModelAdmin):
    form = BrandingForm
    list_display = ("__str__", "colour", "changed_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not SiteBranding.objects.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.apply()
        obj.pk = SiteBranding.ONLY
