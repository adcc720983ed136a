"""The demo's sign-in buttons. On a site that is not a demo each answers 404."""

from __future__ import annotations

from django.urls import path

from recognition.demo.sign_in.views import SignInAs

app_name = "demo_sign_in"
urlpatterns = [path("<slug:id_number>/", SignInAs.as_view(), name="as")]
