"""The page of a course's grades, and its files for Moodle and Canvas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.identity.signed_in import asker
from attendance.models import Course
from attendance.reports.grades.files import CANVAS, MOODLE, table
from attendance.reports.grades.grades import GradeRow, grades
from attendance.rules.guards import course_of, for_roll_keepers
from attendance.sessions.views.courses import head
from config.errors import Refused
from config.tables.files import table_response

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GradesForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    until = forms.DateField(label=gettext_lazy("To"), widget=DAY)
    out_of = forms.DecimalField(
        label=gettext_lazy("Grade out of"), min_value=1, max_value=1000, max_digits=6, decimal_places=2
    )
    title = forms.CharField(label=gettext_lazy("Name of the grade"), max_length=60)


def _form(request: HttpRequest) -> GradesForm:
    today = timezone.localdate()
    usual = {
        "since": f"{today.replace(month=1, day=1)}",
        "until": f"{today}",
        "out_of": "100",
        "title": _("Attendance"),
    }
    return GradesForm(usual | request.GET.dict())


def _rows(form: GradesForm, course: Course, request: HttpRequest) -> list[GradeRow]:
    """Refused `bad_choice`, `bad_period`."""
    if not form.is_valid():
        raise Refused("bad_choice", _("Check the period and the highest grade."))
    given = form.cleaned_data
    return grades(course, given["since"], given["until"], given["out_of"], by=asker(request))


@require_GET
@for_roll_keepers
def grades_page(request: HttpRequest, code: str) -> HttpResponse:
    course, form = course_of(request, code), _form(request)
    context: dict[str, Any] = head(course) | {"tab": "grades", "form": form, "query": request.GET.urlencode()}
    try:
        context["rows"] = _rows(form, course, request)
    except Refused as refusal:
        return render(request, "attendance/course_grades.html", context | {"refusal": refusal}, status=400)
    return render(request, "attendance/course_grades.html", context)


@require_GET
@for_roll_keepers
def file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    course, asked = course_of(request, code), _form(request)
    if form not in (MOODLE, CANVAS):
        raise Http404
    rows, given = _rows(asked, course, request), asked.cleaned_data
    name = f"grades-{form}-{course.code}-{given['since']}-{given['until']}"
    made = table(form, course, rows, title=given["title"], out_of=given["out_of"], name=name)
    return table_response(request, made, "csv")
