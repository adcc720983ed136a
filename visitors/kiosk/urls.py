"""The pages of a paired kiosk of the reception, below /kiosk/visitors/. No address names a person."""

from __future__ import annotations

from django.urls import path

from visitors.kiosk import views

app_name = "visitors_kiosk"
urlpatterns = [
    path("", views.start, name="start"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("arrive/", views.arrive, name="arrive"),
    path("look/", views.look, name="look"),
    path("scan/", views.scan, name="scan"),
]
