"""“Not this person”: a roll entry that the camera wrote about another person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.identity.signed_in import asker
from attendance.models import AttendanceRecord, RollEntry
from attendance.records.my_records import explained, in_order
from attendance.records.page_rows import rows_of
from attendance.records.views.session import roll_context
from attendance.rules.guards import done_or_said, for_roll_keepers, is_part, session_of, signed_in
from attendance.sessions import station_app


@require_POST
@for_roll_keepers
def not_them(request: HttpRequest, pk: int, person: int, line: int) -> HttpResponse:
    """The person who keeps this roll says so: the line is struck, and its look may be learned from."""
    session = session_of(request, pk)
    lines = RollEntry.objects.select_related("person", "session__course")
    entry = get_object_or_404(lines, pk=line, session=session, person=person)

    def act() -> str:
        return station_app.not_this_person(entry, by=asker(request))

    if not is_part(request):
        done_or_said(request, act)
        return redirect("attendance:session", pk)
    said = act()
    row = rows_of(session, [person])[0]
    answer = render(request, "attendance/_corrected.html", roll_context(request, session) | {"row": row, "said": said})
    return trigger_client_event(answer, "done")


@require_POST
@signed_in
def not_me(request: HttpRequest, pk: int) -> HttpResponse:
    """The person themself says that they were not there: for the teacher's review."""
    records = AttendanceRecord.objects.select_related("session__course", "person")
    record = get_object_or_404(records, pk=pk, person=asker(request))

    def act() -> str:
        station_app.not_me(record, by=asker(request))
        return _("Thank you. Your teacher will check it.")

    if not is_part(request):
        done_or_said(request, act)
        return redirect("attendance:mine")
    said = act()
    [row] = explained(in_order(AttendanceRecord.objects.filter(pk=pk)))
    return render(request, "attendance/_mine_row.html", {"row": row, "own": True, "said": said})
