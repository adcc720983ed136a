"""Every address of the project starts here."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from config.web.error_pages import not_there
from home.search.views import search
from home.views import language, theme
from home.views.home import home
from recognition.live.views import welcome

urlpatterns = [
    path("", welcome, name="welcome"),
    path("", include("recognition.urls")),
    path("kiosk/", include("home.installed.urls")),
    path("kiosk/library/", include("library.kiosk.urls")),
    path("kiosk/lockers/", include("lockers.kiosk.urls")),
    path("kiosk/visitors/", include("visitors.kiosk.urls")),
    path("sign-in/demo/", include("recognition.demo.sign_in.urls")),
    path("try-it/", include("recognition.demo.try_it.urls")),
    path("home/", home, name="home"),
    path("home/first-steps/", include("home.first_steps.urls")),
    path("search/", search, name="search"),
    path("help/", include("home.help.urls")),
    path("theme/", theme.choose, name="theme"),
    path("language/", language.choose, name="language"),
    path("bell/", include("home.bell.urls")),
    path("", include("accounts.urls")),
    path("attendance/", include("attendance.urls")),
    path("library/", include("library.urls")),
    path("lockers/", include("lockers.urls")),
    path("visitors/", include("visitors.urls")),
    path("institution/", include("config.web.branding.urls")),
    path("jobs/", include("config.ops.jobs.urls")),
    path("api/", include("config.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("config.ops.health.urls")),
]

if settings.DEMO:  # in debug mode Django would list every address instead of saying that there is no such page
    urlpatterns.append(re_path(r".*/$", not_there))
