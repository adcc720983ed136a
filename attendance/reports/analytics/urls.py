"""The addresses of analytics, below /attendance/."""

from __future__ import annotations

from django.urls import path

from attendance.reports.analytics import views

urlpatterns = [
    path("analytics/", views.analytics, name="analytics"),
]
