"""The addresses of grades, below /attendance/."""

from __future__ import annotations

from django.urls import path

from attendance.reports.grades import views

urlpatterns = [
    path("courses/<slug:code>/grades/", views.grades_page, name="grades"),
    path("courses/<slug:code>/grades/<slug:form>.csv", views.file, name="grades_file"),
]
