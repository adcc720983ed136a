"""The admin site: Django's own, under the product's name, behind the product's own sign-in page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from config.ops.registries.alerts import ALERTS
from config.web.admin.areas import areas_of, nav_areas

# What the packages call their parts of the admin says nothing to an administrator.
PARTS = {"axes": _("Sign-ins"), "knox": _("API access"), "django_tasks_database": _("Background work")}


class OstiaryAdminSite(admin.AdminSite):
    site_header = _("Administration")
    site_title = "Ostiary"
    index_title = _("Administration")
    site_url = "/home/"
    enable_nav_sidebar = False  # ours stands beside the pages instead: templates/admin/_areas.html

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in page for everyone: lock-out and wording are the same. Signed in without the role is a 403."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.path), settings.LOGIN_URL)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The first page also tells an administrator what waits for them."""
        told = ALERTS if getattr(request.user, "is_administrator", False) else ()
        alerts = [alert for part in told for alert in part()]
        every = "tables" in request.GET
        areas = [] if every else areas_of(self, request, self.get_app_list(request))
        return super().index(request, {"alerts": alerts, "areas": areas, "every": every, **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        return context | {"nav_areas": nav_areas(request.path, context["available_apps"])}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return [{**app, "name": PARTS.get(app["app_label"], app["name"])} for app in apps]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("accounts:password_change")
