"""What is done with a session as a whole: open, stop, cancel, recalculate, note, and its CSV file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from attendance.models import ClassSession
from attendance.roll import csv_file
from attendance.rules.guards import done_or_said, for_roll_keepers, in_dialog, is_part, sent, session_of
from attendance.sessions import sessions
from attendance.sessions.forms import CancelForm, NoteForm
from config.errors import Refused
from config.web.files.downloads import download as send


@require_POST
@for_roll_keepers
def open_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_of(request, pk)

    def act() -> str:
        sessions.open_session(session, by=asker(request))
        return _("%(course)s has started.") % {"course": session.course.title}

    done_or_said(request, act)
    return redirect("attendance:session", pk)


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first: everyone's status is calculated from the time that was held."""
    session = session_of(request, pk)
    if request.method == "GET":
        return in_dialog(request, "attendance/_stop.html", {"session": session})

    def act() -> str:
        sessions.close_session(session, by=asker(request))
        return _("%(course)s was closed, and the status of each person was calculated.") % {
            "course": session.course.title
        }

    done_or_said(request, act)
    return redirect("attendance:session", pk)


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first, and for a reason that people can read."""
    session = session_of(request, pk)
    form = CancelForm(sent(request))
    if request.method == "GET" or not form.is_valid():
        return in_dialog(request, "attendance/_cancel.html", {"session": session, "form": form})

    def act() -> str:
        sessions.cancel(session, by=asker(request), reason=form.cleaned_data["reason"])
        return _("The session of %(course)s was cancelled.") % {"course": session.course.title}

    done_or_said(request, act)
    return redirect("attendance:session", pk)


@require_POST
@for_roll_keepers
def judge_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The records follow the roll, the coverage and the course's rules as they are now. Corrections stand."""
    session = session_of(request, pk)

    def act() -> str:
        if session.state not in (ClassSession.State.OPEN, ClassSession.State.CLOSED):
            raise Refused("not_begun", _("This session has not begun, so it has no roll yet."), status=409)
        sessions.recompute(session)
        return _("All records were recalculated by the current rules. Corrections were kept.")

    done_or_said(request, act)
    return redirect("attendance:session", pk)


@require_POST
@for_roll_keepers
def note(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_of(request, pk)
    form = NoteForm(request.POST)
    saved = form.is_valid()
    if saved:
        sessions.set_note(session, form.cleaned_data["note"])
    if is_part(request):
        context = {"session": session, "note_form": form, "saved": saved}
        return render(request, "attendance/_note.html", context, status=200 if saved else 422)
    if saved:
        messages.success(request, _("The note was saved."))
    else:
        messages.error(request, " ".join(map(str, form.errors.get("note", []))))
    return redirect("attendance:session", pk)


@require_GET
@for_roll_keepers
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The session's CSV file, made again from the database: equal to the one on the disk."""
    session = session_of(request, pk)
    lines = (line.encode() for line in csv_file.whole(session))
    return send(request, lines, csv_file.path_of(session).name, "text/csv; charset=utf-8")
