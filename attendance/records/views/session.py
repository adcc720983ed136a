"""The page of one session: its roll, and the live board."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from attendance.models import SETTABLE, STATUS_CHOICES, ClassSession
from attendance.records.board.messages import board_words
from attendance.records.page_rows import groups_of, rows_of, summary_of, without_row
from attendance.roll import own_statuses
from attendance.rules.guards import for_roll_keepers, session_of
from attendance.sessions.forms import NoteForm
from attendance.sessions.of_today import SOON

A_PAGE = 300  # rows; an entrance may see more people than that in a day


@require_GET
@for_roll_keepers
def session_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or to htmx only the roll (a filter was changed) or the numbers (they are asked for again)."""
    session = session_of(request, pk)
    htmx: Any = getattr(request, "htmx", None)
    context = roll_context(request, session)
    if htmx and htmx.target == "summary":
        return render(request, "attendance/_summary.html", context)
    if htmx and htmx.target == "roll":
        return render(request, "attendance/_roll_and_sums.html", context)
    context |= {"note_form": NoteForm(initial={"note": session.note}), "soon": timezone.now() + SOON}
    return render(request, "attendance/session.html", context)


def roll_context(request: HttpRequest, session: ClassSession) -> dict[str, Any]:
    """What the roll's parts need. The filter stands in the address, or in the form that was sent."""
    asked = request.POST if request.method == "POST" else request.GET
    show, words = asked.get("show", ""), asked.get("q", "")
    prefetch_related_objects([session], "coverage", "stations")
    groups = groups_of(session)
    statuses = own_statuses.set_of(session.course)
    rows = rows_of(session, groups=groups, statuses=statuses)
    page = Paginator([row for row in rows if row.fits(show, words)], A_PAGE).get_page(asked.get("page"))
    return {
        "session": session,
        "summary": summary_of(session, rows),
        "page": page,
        "missing": [] if session.state == ClassSession.State.CANCELLED else without_row(rows, groups),
        "show": show,
        "q": words,
        "settable": SETTABLE,
        "choices": statuses.choices(),
    }


@require_GET
@for_roll_keepers
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """The live board. Everything on it comes over the websocket; the page brings the frame and the words."""
    session = session_of(request, pk)
    stations = [station.name for station in session.stations.all()]
    context = {"session": session, "stations": stations, "statuses": STATUS_CHOICES, "words": board_words()}
    return render(request, "attendance/board.html", context)
