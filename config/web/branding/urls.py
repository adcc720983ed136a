"""The institution's page and what is shown of it, below /institution/."""

from __future__ import annotations

from django.urls import path

from config.web.branding import views

app_name = "branding"
urlpatterns = [
    path("", views.institution, name="institution"),
    path("logo.png", views.logo, name="logo"),
    path("icon-<int:side>.png", views.icon, name="icon"),
    path("colours.css", views.style, name="style"),
]
