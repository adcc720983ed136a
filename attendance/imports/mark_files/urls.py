from __future__ import annotations

from django.urls import path

from attendance.imports.mark_files import views as pages

urlpatterns = [
    path("marks/import/", pages.into_any, name="marks_import"),
    path("marks/import/apply/", pages.apply, name="marks_import_apply"),
    path("marks/import/template/<slug:kind>.csv", pages.example, {"form": "csv"}, name="marks_template_csv"),
    path("marks/import/template/<slug:kind>.xlsx", pages.example, {"form": "xlsx"}, name="marks_template_xlsx"),
    path("courses/<slug:code>/marks/import/", pages.into_course, name="course_marks_import"),
]
