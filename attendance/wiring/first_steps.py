"""The first step of attendance on a new site (config.ops.registries.first_steps)."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from attendance.models import Course
from config.ops.registries.first_steps import FirstStep

FIRST_CLASS = FirstStep(
    _("Add the first class"),
    _("Add a course with its teachers, people and timetable, or import a roster."),
    reverse_lazy("attendance:courses"),
    lambda: Course.objects.exists(),
    optional=True,
)
