"""What waits for a person's eye: uncertain faces, the same face in two places, possible pictures, and appeals."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from attendance.models import SETTABLE, Appeal, AttendanceRecord, Doubt, Excuse
from attendance.records import corrections
from attendance.roll.review_queue import appeals_for, doubts_for, waiting_excuses_for
from attendance.rules.guards import done_or_said, for_roll_keepers, is_part
from attendance.rules.statuses import Status
from attendance.rules.visibility import courses_for
from attendance.sessions import station_app

MOST = 50  # of each at a time; the rest follows when these are done


@require_GET
@for_roll_keepers
def review(request: HttpRequest) -> HttpResponse:
    people = ("person", "session", "session__course")
    doubts = list(doubts_for(asker(request)).select_related(*people).order_by("-at")[:MOST])
    statuses = _statuses(doubts)
    records = ("record", "record__person", "record__session", "record__session__course")
    context = {
        "doubts": [(doubt, statuses.get((doubt.session_id, doubt.person_id), "")) for doubt in doubts],
        "appeals": appeals_for(asker(request)).select_related(*records).order_by("made_at")[:MOST],
        "excuses": _excuses(request),
        "settable": SETTABLE,
    }
    return render(request, "attendance/review.html", context)


def _excuses(request: HttpRequest) -> QuerySet[Excuse]:
    """Without their files, which may be large."""
    waiting = waiting_excuses_for(asker(request)).defer("file_sealed").select_related("person", "course")
    return waiting.order_by("since", "pk")[:MOST]


def _statuses(doubts: list[Doubt]) -> dict[tuple[int, int | None], str]:
    """What the rolls say at present of the people in doubt."""
    people = {doubt.person_id for doubt in doubts if doubt.person_id is not None}
    rows = AttendanceRecord.objects.filter(session__in={doubt.session_id for doubt in doubts}, person__in=people)
    return {(session, person): status for session, person, status in rows.values_list("session", "person", "status")}


@require_POST
@for_roll_keepers
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, it was this person; or no."""
    doubt = get_object_or_404(
        Doubt.objects.select_related("session__course", "person"),
        pk=pk,
        session__course__in=courses_for(asker(request)),
    )
    confirmed = request.POST.get("answer") == "yes"

    def act() -> str:
        if request.POST.get("answer") == "denied" and doubt.kind == Doubt.Kind.TWO_PLACES:
            station_app.not_here(doubt, by=asker(request))
        corrections.resolve(doubt, confirmed=confirmed, by=asker(request))
        return _decided(doubt, confirmed)

    return _answered(request, act)


def _decided(doubt: Doubt, confirmed: bool) -> str:
    if doubt.person is None:
        return _("Possible photo attack: marked as checked.")
    name = {"name": doubt.person.get_full_name()}
    if doubt.kind == Doubt.Kind.TWO_PLACES:
        return _("%(name)s: marked as checked. If the roll is wrong, correct it.") % name
    if doubt.kind == Doubt.Kind.DENIED and not confirmed:
        return _("It was not %(name)s. The roll was corrected.") % name
    return (_("Yes: %(name)s was there.") if confirmed else _("No: this was not %(name)s.")) % name


@require_POST
@for_roll_keepers
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The teacher's answer to an appeal; accepting it sets the status."""
    mine = Appeal.objects.filter(record__session__course__in=courses_for(asker(request)))
    asked = get_object_or_404(mine.select_related("record__session__course", "record__person"), pk=pk)
    accepted = request.POST.get("answer") == "yes"
    status = request.POST.get("status") or str(Status.PRESENT)

    def act() -> str:
        words = request.POST.get("words", "")
        corrections.answer(asked, accepted=accepted, words=words, by=asker(request), status=status)
        return _("%(name)s can read your answer.") % {"name": asked.record.person.get_full_name()}

    return _answered(request, act, part="#appeals")


def _answered(request: HttpRequest, act: Callable[[], str], *, part: str = "") -> HttpResponse:
    """To htmx one line in the place of the question; otherwise the queue again."""
    if is_part(request):
        return render(request, "attendance/_answered.html", {"said": act()})
    done_or_said(request, act)
    answer = redirect("attendance:review")
    answer["Location"] += part
    return answer
