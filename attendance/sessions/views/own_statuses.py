"""The institution's own statuses: those of the site, and those of one course."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.identity.signed_in import asker
from attendance.models import Course, OwnStatus
from attendance.roll import own_statuses
from attendance.rules.guards import course_of, for_roll_keepers, sent
from attendance.sessions.forms import OwnStatusForms
from attendance.sessions.views.courses import head
from config.errors import Refused


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def of_site(request: HttpRequest) -> HttpResponse:
    if not asker(request).is_administrator:
        raise PermissionDenied
    return _page(request, None, "attendance/statuses_of_site.html", {})


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def of_course(request: HttpRequest, code: str) -> HttpResponse:
    course = course_of(request, code)
    context = head(course) | {"tab": "statuses", "of_site": OwnStatus.objects.filter(course=None, active=True)}
    return _page(request, course, "attendance/course_statuses.html", context)


def _page(request: HttpRequest, course: Course | None, template: str, context: dict[str, Any]) -> HttpResponse:
    rows = OwnStatus.objects.filter(course=course, active=True).order_by("pk")
    forms = OwnStatusForms(sent(request), queryset=rows)
    said = ""
    if request.method == "POST" and forms.is_valid():
        said = _saved(request, forms, course)
        if not said:
            return redirect(request.path)
    wrong = bool(said) or (request.method == "POST")
    return render(request, template, context | {"forms": forms, "refusal": said}, status=400 if wrong else 200)


def _saved(request: HttpRequest, forms: Any, course: Course | None) -> str:
    """Empty, or why not."""
    gone = {form.instance.pk for form in forms.deleted_forms}
    kept = [form.instance for form in forms if form.instance.short and form.instance.pk not in gone]
    try:
        own_statuses.save(kept, course=course, by=asker(request))
        for form in forms.deleted_forms:
            own_statuses.remove(form.instance, by=asker(request))
    except Refused as refusal:
        return refusal.message
    messages.success(request, _("The statuses were saved."))
    return ""
