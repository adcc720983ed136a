"""What belongs to the kiosk as an app, below /kiosk/."""

from __future__ import annotations

from django.urls import path

from home.installed import views

app_name = "kiosk_app"
urlpatterns = [
    path("app.webmanifest", views.manifest, name="manifest"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
    path("version/", views.now, name="version"),
    path("language/", views.language, name="language"),
]
