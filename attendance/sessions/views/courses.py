"""My courses: the list, who belongs to each and how they stand, and what each one asks for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.identity.signed_in import asker
from attendance.models import ClassSession, Course, Enrollment
from attendance.notices import attendance_rate
from attendance.notices.at_risk import is_below
from attendance.notices.attendance_rate import Standing
from attendance.rules.guards import course_of, for_roll_keepers, sent
from attendance.rules.visibility import courses_for
from attendance.sessions import sessions
from attendance.sessions.forms import RulesForm

A_PAGE = 25  # courses
ROSTER_PAGE = 100  # people


@require_GET
@for_roll_keepers
def courses(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = Paginator(_found(request, words), A_PAGE).get_page(request.GET.get("page"))
    standings = attendance_rate.of_courses(course.pk for course in page)
    rows = [(course, standings.get(course.pk, Standing())) for course in page]
    context = {"page": page, "rows": rows, "q": words, "now": timezone.now()}
    return render(request, "attendance/courses.html", context)


def _found(request: HttpRequest, words: str) -> QuerySet[Course]:
    """With the number of people, and the start of the session that is open or comes next."""
    ahead = ClassSession.objects.filter(
        course=OuterRef("pk"),
        state__in=(ClassSession.State.PLANNED, ClassSession.State.OPEN),
        ends_at__gt=timezone.now(),
    ).order_by("starts_at")
    found = courses_for(asker(request)).annotate(
        people=Count("enrollments", distinct=True), next_start=Subquery(ahead.values("starts_at")[:1])
    )
    if words:
        found = found.filter(Q(code__icontains=words) | Q(title__icontains=words))
    return found.select_related("department").order_by("-active", "code")


@require_GET
@for_roll_keepers
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """Who belongs to the course, and how they stand; the page opens with it."""
    course = course_of(request, code)
    standings = attendance_rate.of_people(course)
    words, at_risk = request.GET.get("q", "").strip(), request.GET.get("show") == "at_risk"
    enrolled = _enrolled(course, words)
    if at_risk:
        risky = [pk for pk, one in standings.items() if is_below(course, one)]
        enrolled = enrolled.filter(person__in=risky)
    page = Paginator(enrolled, ROSTER_PAGE).get_page(request.GET.get("page"))
    context = head(course) | {
        "tab": "roster",
        "page": page,
        "rows": [_roster_row(course, one, standings) for one in page],
        "risks": sum(is_below(course, one) for one in standings.values()),
        "q": words,
        "at_risk": at_risk,
    }
    return render(request, "attendance/course_roster.html", context)


def _enrolled(course: Course, words: str) -> QuerySet[Enrollment]:
    found = course.enrollments.select_related("person")
    for word in words.split():
        found = found.filter(
            Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
            | Q(person__id_number__icontains=word)
            | Q(group__icontains=word)
        )
    return found.order_by("person__last_name", "person__first_name", "pk")


def _roster_row(course: Course, enrollment: Enrollment, standings: dict[int, Standing]) -> dict[str, Any]:
    one = standings.get(enrollment.person_id, Standing())
    return {"enrollment": enrollment, "standing": one, "at_risk": is_below(course, one)}


def head(course: Course) -> dict[str, Any]:
    """What every page of one course shows at its top."""
    return {
        "course": course,
        "standing": attendance_rate.of_courses([course.pk]).get(course.pk, Standing()),
        "open_session": course.sessions.filter(state=ClassSession.State.OPEN).first(),
    }


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """What the course asks for. It applies to the open session at once, to a closed one when it is recalculated."""
    course = course_of(request, code)
    form = RulesForm(sent(request), instance=course)
    if request.method == "POST" and form.is_valid():
        form.save()
        for session in course.sessions.filter(state=ClassSession.State.OPEN):
            sessions.recompute(session)
        messages.success(request, _("The rules were saved and apply from now on."))
        return redirect("attendance:rules", code)
    context = head(course_of(request, code)) | {"tab": "rules", "form": form}
    return render(request, "attendance/course_rules.html", context, status=400 if form.errors else 200)
