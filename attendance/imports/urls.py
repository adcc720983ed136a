from __future__ import annotations

from django.urls import include, path

from attendance.imports import views as pages

urlpatterns = [
    path("import/", pages.into_any, name="import"),
    path("import/apply/", pages.apply, name="import_apply"),
    path("courses/<slug:code>/import/", pages.into_course, name="import_roster"),
    path("", include("attendance.imports.timetable_files.urls")),
    path("", include("attendance.imports.mark_files.urls")),
]
