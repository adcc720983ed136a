"""Who comes in, and to what: the questions that every attendance page asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from accounts.identity.signed_in import asker
from attendance.models import ClassSession, Course
from attendance.rules.visibility import courses_for, keeps_rolls, sessions_for
from config.errors import Refused

View = Callable[..., HttpResponseBase]


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return bool(getattr(request, "htmx", False))


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when it is empty; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def signed_in(view: View) -> View:
    """Sends others to sign in. A part of a page that htmx asks for cannot show that: the whole page is loaded again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_part(request):
            return HttpResponseClientRefresh()
        return redirect_to_login(request.get_full_path())

    return guarded


def for_roll_keepers(view: View) -> View:
    """Teachers and administrators. What is theirs among the courses is asked by `course_of` and `session_of`."""

    @never_cache
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not keeps_rolls(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def course_of(request: HttpRequest, code: str) -> Course:
    """404 also for a course of another person's: they are not told that it exists."""
    return get_object_or_404(courses_for(asker(request)).select_related("department"), code=code)


def session_of(request: HttpRequest, pk: int) -> ClassSession:
    return get_object_or_404(sessions_for(asker(request)).select_related("course", "course__department"), pk=pk)


def in_dialog(request: HttpRequest, part: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A small form: over the page it was asked from, or as a page of its own where no script runs."""
    if is_part(request):
        return render(request, part, context | {"dialog": True}, status=422 if status >= 400 else status)
    return render(request, "attendance/dialog_page.html", context | {"part": part}, status=status)


def done_or_said(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do it and say so, or say why not: on the page that is shown next. htmx hears the refusal in place instead."""
    try:
        messages.success(request, act())
    except Refused as refusal:
        if is_part(request):
            raise
        messages.error(request, refusal.message)
        return False
    return True
