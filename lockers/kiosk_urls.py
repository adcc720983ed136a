"""What the page of a paired browser beside a bank asks. No address and no field ever names a person."""

from __future__ import annotations

from django.urls import path

from lockers import kiosk_views

app_name = "lockers_kiosk"
urlpatterns = [
    path("say-who/", kiosk_views.say_who, name="say_who"),
    path("begin/", kiosk_views.begin, name="begin"),
    path("cancel/", kiosk_views.cancel, name="cancel"),
    path("key/", kiosk_views.key, name="key"),
    path("redeem/", kiosk_views.redeem, name="redeem"),
    path("openings/<int:pk>/", kiosk_views.opening, name="opening"),
]
