from __future__ import annotations

from django.urls import path

from attendance.imports.timetable_files import views as pages

urlpatterns = [
    path("timetables/import/", pages.choose, name="timetable_import"),
    path("timetables/import/apply/", pages.apply, name="timetable_import_apply"),
]
