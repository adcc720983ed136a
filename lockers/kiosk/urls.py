"""What the page of a paired browser beside a bank asks. No address and no field ever names a person."""

from __future__ import annotations

from django.urls import path

from lockers.kiosk import views as kiosk_views

app_name = "lockers_kiosk"
urlpatterns = [
    path("say-who/", kiosk_views.say_who, name="say_who"),
    path("begin/", kiosk_views.begin, name="begin"),
    path("cancel/", kiosk_views.cancel, name="cancel"),
    path("passkey/", kiosk_views.passkey, name="passkey"),
    path("passkey/options/", kiosk_views.passkey_options, name="passkey_options"),
    path("passkey/prove/", kiosk_views.passkey_prove, name="passkey_prove"),
    path("key/", kiosk_views.key, name="key"),
    path("terms/", kiosk_views.terms, name="terms"),
    path("redeem/", kiosk_views.redeem, name="redeem"),
    path("officer/", kiosk_views.officer, name="officer"),
    path("openings/<int:pk>/", kiosk_views.opening, name="opening"),
]
