"""When a course meets: its timetable, its closed days, and its sessions past and coming."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.identity.signed_in import asker
from attendance.models import ClassSession, ClosedDay, Course, TimetableRule
from attendance.rules.guards import course_of, for_roll_keepers, in_dialog, is_part, sent
from attendance.rules.statuses import ATTENDED
from attendance.sessions import timetable, timetable_changes
from attendance.sessions.forms import LineForm, OneMoreForm
from attendance.sessions.of_today import SOON
from attendance.sessions.views.courses import head
from config.errors import Refused

PAST_PAGE = 30
COMING = 20


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def lines(request: HttpRequest, code: str) -> HttpResponse:
    """The timetable; a POST adds a line to it."""
    course = course_of(request, code)
    form = LineForm(sent(request), instance=TimetableRule(course=course))
    if request.method == "POST" and _saved(request, form):
        return redirect("attendance:timetable", code)
    context = head(course) | {
        "tab": "timetable",
        "lines": course.timetable.order_by("weekday", "starts"),
        "form": form,
        "closed_days": _closed_days(course),
    }
    return render(request, "attendance/course_timetable.html", context, status=400 if form.errors else 200)


def _closed_days(course: Course) -> Any:
    mine = Q(department=None) | Q(department_id=course.department_id or 0)
    return ClosedDay.objects.filter(mine, day__gte=timezone.localdate()).order_by("day")[:40]


def _saved(request: HttpRequest, form: LineForm) -> bool:
    """Whether the line was kept. What speaks against it stands in the form."""
    if not form.is_valid():
        return False
    try:
        timetable_changes.save_line(form.save(commit=False), by=asker(request))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("The timetable was saved, and its sessions were planned."))
    return True


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def line(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change one line."""
    course = course_of(request, code)
    rule = get_object_or_404(course.timetable, pk=pk)
    form = LineForm(sent(request), instance=rule)
    if request.method == "POST" and _saved(request, form):
        return _back(request, course)
    context = {"course": course, "line": rule, "form": form}
    return in_dialog(request, "attendance/_line.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def remove_line(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Asks first: sessions that have not begun go with their line."""
    course = course_of(request, code)
    rule = get_object_or_404(course.timetable, pk=pk)
    if request.method == "GET":
        coming = rule.sessions.filter(state=ClassSession.State.PLANNED, starts_at__gt=timezone.now()).count()
        return in_dialog(request, "attendance/_remove_line.html", {"course": course, "line": rule, "coming": coming})
    timetable_changes.remove_line(rule, by=asker(request))
    messages.success(request, _("The line was removed from the timetable."))
    return redirect("attendance:timetable", code)


def _back(request: HttpRequest, course: Course) -> HttpResponse:
    answer = redirect("attendance:timetable", course.code)
    return HttpResponseClientRedirect(answer.url) if is_part(request) else answer


# --- sessions -----------------------------------------------------------------------------------


@require_GET
@for_roll_keepers
def course_sessions(request: HttpRequest, code: str) -> HttpResponse:
    return _sessions_page(request, course_of(request, code), OneMoreForm())


@require_POST
@for_roll_keepers
def one_more(request: HttpRequest, code: str) -> HttpResponse:
    """One more session, outside the timetable."""
    course = course_of(request, code)
    form = OneMoreForm(request.POST)
    if form.is_valid():
        try:
            session = timetable.add_session(course, *form.times())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Planned: %(when)s.") % {"when": timetable.when(session)})
            return redirect("attendance:sessions", code)
    return _sessions_page(request, course, form, status=400)


def _sessions_page(request: HttpRequest, course: Course, form: OneMoreForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    here = Count("records", filter=Q(records__status__in=ATTENDED))
    rows = course.sessions.annotate(expected=Count("records"), here=here)
    ahead = Q(ends_at__gt=now) & ~Q(state=ClassSession.State.CLOSED)
    page = Paginator(rows.exclude(ahead).order_by("-starts_at", "-pk"), PAST_PAGE).get_page(request.GET.get("page"))
    context = head(course) | {
        "tab": "sessions",
        "coming": rows.filter(ahead).order_by("starts_at", "pk")[:COMING],
        "page": page,
        "form": form,
        "soon": now + SOON,
    }
    return render(request, "attendance/course_sessions.html", context, status=status)
