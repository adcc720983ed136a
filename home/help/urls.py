"""The documents, below /help/."""

from __future__ import annotations

from django.urls import path

from home.help import views

app_name = "help"
urlpatterns = [
    path("", views.about, name="about"),
    path("<slug:name>/", views.document, name="document"),
]
