"""My attendance: how I stand, every record with its reasons, and a word to the teacher where one is wrong."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from attendance.models import AtRisk, AttendanceRecord, Course
from attendance.notices import attendance_rate
from attendance.notices.at_risk import is_below
from attendance.records import corrections
from attendance.records.my_records import chosen, courses_of, explained, in_order, weeks_on_premises
from attendance.rules.guards import done_or_said, for_roll_keepers, is_part, signed_in
from attendance.rules.visibility import courses_for, records_for
from attendance.sessions.forms import RecordPeriodForm

A_PAGE = 30


@require_GET
@never_cache
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    me = asker(request)
    context = _records(request, me, AttendanceRecord.objects.filter(person=me))
    return render(request, "attendance/mine.html", context | {"own": True})


@require_GET
@for_roll_keepers
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for who keeps the rolls: one person in one's own courses. 404 when there is nothing to see."""
    person = get_object_or_404(User, pk=pk)
    records = records_for(asker(request)).filter(person=person)
    if not records.exists():
        get_object_or_404(courses_for(asker(request)).filter(enrollments__person=person)[:1])
    return render(request, "attendance/mine.html", _records(request, person, records) | {"own": False})


def _records(request: HttpRequest, person: User, records: QuerySet[AttendanceRecord]) -> dict[str, Any]:
    courses = list(courses_of(person, records))
    form = RecordPeriodForm(request.GET or None, courses=[(course.code, course.title) for course in courses])
    given = form.cleaned_data if form.is_valid() else {}
    wanted = {name: given.get(name) or default for name, default in _ANY.items()}
    weeks = weeks_on_premises(person, records, **wanted)
    records = chosen(records, **wanted)
    page = Paginator(in_order(records), A_PAGE).get_page(request.GET.get("page"))
    standings = attendance_rate.of_records(records)
    falls = AtRisk.objects.filter(person=person, standing=True, course__in=courses)
    since = dict(falls.values_list("course", "fell_at"))
    return {
        "person": person,
        "form": form,
        "filtered": any(given.values()),
        "page": page,
        "rows": explained(page),
        "standings": [
            (course, standings[course.pk], is_below(course, standings[course.pk]), since.get(course.pk))
            for course in courses
            if course.kind == Course.Kind.CLASS and course.pk in standings
        ],
        "weeks": weeks,
    }


_ANY: dict[str, Any] = {"course": "", "since": None, "until": None}


@require_POST
@signed_in
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """My status is wrong: a word to the teacher. Another person's record is not there for me."""
    record = get_object_or_404(
        AttendanceRecord.objects.select_related("session__course", "person"), pk=pk, person=asker(request)
    )

    def act() -> str:
        corrections.appeal(record, request.POST.get("message", ""), by=asker(request))
        return _("Your message was sent. The answer will appear here.")

    if not is_part(request):
        done_or_said(request, act)
        return redirect("attendance:mine")
    act()
    [row] = explained(in_order(AttendanceRecord.objects.filter(pk=pk)))
    return render(request, "attendance/_mine_row.html", {"row": row, "own": True})
