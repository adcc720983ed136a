"""Corrections: one person or several, with a reason that they can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.identity.signed_in import asker
from accounts.models import User
from attendance.models import STATUS_CHOICES, AttendanceRecord, ClassSession
from attendance.records import corrections
from attendance.records.page_rows import rows_of
from attendance.records.views.session import roll_context
from attendance.roll import denials, own_statuses, roster
from attendance.roll.own_statuses import OWN, StatusChoice
from attendance.rules.guards import done_or_said, for_roll_keepers, in_dialog, is_part, session_of
from attendance.rules.labels import REASONS
from config.errors import Refused


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def person(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """One person in one session: what was seen, what was corrected and why; and a form that sets the status."""
    session, somebody = session_of(request, pk), get_object_or_404(User, pk=person)
    if request.method == "POST":
        return _corrected(request, session, somebody)
    return in_dialog(request, "attendance/_person.html", _person_context(request, session, somebody))


def _person_context(request: HttpRequest, session: ClassSession, somebody: User) -> dict[str, Any]:
    """404 for a person who is neither on the roll nor on the roster."""
    record = session.records.filter(person=somebody).first()
    if record is None:
        if not roster.belongs(session, somebody):
            get_object_or_404(AttendanceRecord, session=session, person=somebody)
        record = AttendanceRecord(session=session, person=somebody)
    choices = own_statuses.set_of(session.course).choices()
    chosen = _chosen(request.GET.get("status", ""), record, choices)
    lines = corrections.history(record)
    return {
        "session": session,
        "record": record,
        "lines": lines,
        "deniable": denials.deniable(lines),
        "choices": choices,
        "chosen": chosen.value,
        "reasons": REASONS.get(chosen.kind, ()),
        "reason": request.GET.get("reason", ""),
    }


def _chosen(asked: str, record: AttendanceRecord, choices: list[StatusChoice]) -> StatusChoice:
    """What the form begins with: as asked, by value or by kind; as the record is; else the first."""
    wanted = (asked, f"{OWN}{record.own_status_id}", record.status, "present")
    fitting = (one for value in wanted for one in choices if value in (one.value, one.kind))
    return next(fitting, choices[0])


def _corrected(request: HttpRequest, session: ClassSession, somebody: User) -> HttpResponse:
    status, reason = request.POST.get("status", ""), request.POST.get("common") or request.POST.get("reason", "")

    def act() -> str:
        corrections.correct(session, somebody, status, by=asker(request), reason=reason)
        words = {"name": somebody.get_full_name(), "status": dict(_labels(session)).get(status, status)}
        return _("%(name)s: %(status)s.") % words

    if not is_part(request):
        done_or_said(request, act)
        return redirect("attendance:session", session.pk)
    said = act()
    context = roll_context(request, session)
    row = rows_of(session, [somebody.pk])[0]
    answer = render(request, "attendance/_corrected.html", context | {"row": row, "said": said})
    return trigger_client_event(answer, "done")


def _labels(session: ClassSession) -> Iterator[tuple[str, str]]:
    yield from ((code, str(label)) for code, label in STATUS_CHOICES)
    yield from ((one.value, one.label) for one in own_statuses.set_of(session.course).choices())


@require_POST
@for_roll_keepers
def set_many(request: HttpRequest, pk: int) -> HttpResponse:
    """The same status for everyone who was chosen: all of them or none."""
    session = session_of(request, pk)
    chosen = [number for number in request.POST.getlist("person") if number.isdecimal()]

    def act() -> str:
        people = list(User.objects.filter(pk__in=chosen))
        if not people:
            raise Refused("nobody", _("Choose at least one person."))
        reason = request.POST.get("reason", "")
        number = corrections.correct_many(
            session, people, request.POST.get("status", ""), by=asker(request), reason=reason
        )
        return ngettext("%(n)d person was set.", "%(n)d people were set.", number) % {"n": number}

    if not is_part(request):
        done_or_said(request, act)
        return redirect("attendance:session", pk)
    said = act()
    return render(request, "attendance/_roll_and_sums.html", roll_context(request, session) | {"said": said})
