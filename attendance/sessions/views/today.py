"""Today: my sessions, and what waits for me."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from attendance.roll.review_queue import unverified_for
from attendance.rules.guards import for_roll_keepers, is_part, signed_in
from attendance.rules.visibility import courses_for, keeps_rolls
from attendance.sessions import sessions
from attendance.sessions.forms import StartForm
from attendance.sessions.of_today import SOON, kept_by
from config.errors import Refused

MOST = 100  # sessions on one page: an administrator sees those of the whole house


@require_GET
@signed_in
def today(request: HttpRequest) -> HttpResponseBase:
    """For those who keep rolls. Others are sent to their own attendance."""
    if not keeps_rolls(request.user):
        return redirect("attendance:mine")
    return _today(request)


@for_roll_keepers
def _today(request: HttpRequest, form: StartForm | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "now": timezone.localtime(now),
        "sessions": kept_by(asker(request), now)[:MOST],
        "soon": now + SOON,
    }
    if is_part(request):
        return render(request, "attendance/_today_sessions.html", context)
    context |= {
        "unverified": unverified_for(asker(request), now)[:8],
        "form": form or StartForm(courses=courses_for(asker(request))),
    }
    return render(request, "attendance/today.html", context, status=400 if form and form.errors else 200)


@require_POST
@for_roll_keepers
def start(request: HttpRequest) -> HttpResponseBase:
    """Start a session of one of my courses now: the one that is planned, or one more."""
    form = StartForm(request.POST, courses=courses_for(asker(request)))
    if form.is_valid():
        try:
            session = sessions.start_now(
                form.cleaned_data["course"], by=asker(request), minutes=form.cleaned_data["minutes"]
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(course)s has started.") % {"course": session.course.title})
            return redirect("attendance:session", session.pk)
    return _today(request, form)
