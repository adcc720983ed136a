"""The live pages."""

from __future__ import annotations

from django.urls import include, path

from recognition import views

app_name = "recognition"
urlpatterns = [
    path("kiosk/", views.kiosk, name="kiosk"),
    path("kiosk/without-face/", views.without_face, name="without_face"),
    path("kiosk/pair/", views.pair, name="pair"),
    path("stations/", views.all_stations, name="stations"),
    path("stations/<slug:slug>/frame.jpg", views.frame, name="frame"),
    path("enrol/", include("recognition.enrol_urls")),
]
