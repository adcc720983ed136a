"""Today: my sessions, and what waits for me."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.asking import asker
from attendance import sessions
from attendance.forms import StartForm
from attendance.models import ClassSession
from attendance.rules import ATTENDED
from attendance.times import DAY
from attendance.views.doors import for_roll_keepers, is_part, signed_in
from attendance.visibility import courses_for, keeps_rolls, sessions_for
from attendance.waiting import unverified_for
from config.errors import Refused

MOST = 100  # sessions on one page: an administrator sees those of the whole house
SOON = timedelta(minutes=30)  # what is planned so near may be started by hand


@require_GET
@signed_in
def today(request: HttpRequest) -> HttpResponseBase:
    """For those who keep rolls; whoever only has an attendance of their own is sent to it."""
    if not keeps_rolls(request.user):
        return redirect("attendance:mine")
    return _today(request)


@for_roll_keepers
def _today(request: HttpRequest, form: StartForm | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "now": timezone.localtime(now),
        "sessions": _sessions(asker(request), now)[:MOST],
        "soon": now + SOON,
    }
    if is_part(request):
        return render(request, "attendance/_today_sessions.html", context)
    context |= {
        "unverified": unverified_for(asker(request), now)[:8],
        "form": form or StartForm(courses=courses_for(asker(request))),
    }
    return render(request, "attendance/today.html", context, status=400 if form and form.errors else 200)


def _sessions(user: Any, now: datetime) -> QuerySet[ClassSession]:
    """Those of the site's own day, and those still open; `here` of `expected` say how many have come."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    of_today = Q(starts_at__gte=midnight, starts_at__lt=midnight + DAY) | Q(state=ClassSession.State.OPEN)
    here = Count("records", filter=Q(records__status__in=ATTENDED))
    return (
        sessions_for(user)
        .filter(of_today)
        .select_related("course")
        .annotate(expected=Count("records"), here=here)
        .order_by("starts_at", "pk")
    )


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
