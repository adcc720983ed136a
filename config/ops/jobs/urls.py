"""The page of the timed jobs, for administrators."""

from __future__ import annotations

from django.urls import path

from config.ops.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs, name="list"),
    path("<str:job>/run/", views.run_now, name="run"),
]
