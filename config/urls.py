"""Every address of the project starts here."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from accounts.views.home import home
from config.errors_web import not_there
from recognition.views import welcome

urlpatterns = [
    path("", welcome, name="welcome"),
    path("", include("recognition.urls")),
    path("kiosk/library/", include("library.kiosk_urls")),
    path("kiosk/lockers/", include("lockers.kiosk_urls")),
    path("home/", home, name="home"),
    path("", include("accounts.urls")),
    path("attendance/", include("attendance.urls")),
    path("library/", include("library.urls")),
    path("lockers/", include("lockers.urls")),
    path("api/", include("config.api_urls")),
    path("admin/", admin.site.urls),
    path("", include("config.health_urls")),
]

if settings.DEMO:  # in debug mode Django would list every address instead of saying that there is no such page
    urlpatterns.append(re_path(r".*/$", not_there))
