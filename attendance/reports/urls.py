"""The addresses of reports, below /attendance/."""

from __future__ import annotations

from django.urls import path

from attendance.reports import views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:form>/", views.download, name="report_file"),
]
