"""The live pages."""

from __future__ import annotations

from django.urls import include, path

from recognition.admin import camera_test_page, model_pages, own_looks, pairing_page
from recognition.admin.evidence.views import evidence, evidence_json
from recognition.live import views

app_name = "recognition"
urlpatterns = [
    path("kiosk/", views.kiosk, name="kiosk"),
    path("kiosk/without-face/", views.without_face, name="without_face"),
    path("kiosk/not-me/", views.not_me, name="not_me"),
    path("kiosk/pair/", views.pair, name="pair"),
    path("stations/", views.all_stations, name="stations"),
    path("stations/test-a-camera/", camera_test_page.test_camera, name="test_camera"),
    path("stations/<slug:slug>/pair/", pairing_page.pair_station, name="pair_station"),
    path("stations/<slug:slug>/frame.jpg", views.frame, name="frame"),
    path("face-models/", model_pages.face_models, name="face_models"),
    path("face-models/use/", model_pages.use_profile, name="face_models_use"),
    path("face-models/recalculate/", model_pages.recalculate, name="face_models_recalculate"),
    path("me/looks/", own_looks.page, name="own_looks"),
    path("evidence/", evidence, name="evidence"),
    path("evidence/evidence.json", evidence_json, name="evidence_json"),
    path("", include("recognition.enrol.newcomers.urls")),
    path("", include("recognition.enrol.own_photos.urls")),
    path("enrol/", include("recognition.enrol.urls")),
]
