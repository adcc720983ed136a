"""The first steps of a site, below /home/first-steps/."""

from __future__ import annotations

from django.urls import path

from home.first_steps import views

app_name = "first_steps"
urlpatterns = [path("<slug:name>/<slug:act>/", views.change, name="change")]
