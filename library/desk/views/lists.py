"""What the day brings: today, what is overdue, the hold shelf, and who is inside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from library.catalogue.tags import switching
from library.desk import inside
from library.kiosk import exit_alarms
from library.models import CirculationEvent, ExitPass, Hold, LibraryStation, Loan, Title, Visit
from library.rules.guards import done_or_said, for_librarians
from library.visits import exit_passes, visits

A_PAGE = 50
EVENTS = 40  # of today


@require_GET
@for_librarians
def today(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    events = CirculationEvent.objects.filter(at__gte=midnight)
    passes = ExitPass.objects.filter(decided_at__gte=midnight)
    numbers = {kind: events.filter(kind=kind).count() for kind in ("entered", "loaned", "returned", "renewed")}
    context = {
        "now": now,
        "inside": Visit.objects.filter(open_slot=1).count(),
        "numbers": numbers,
        "refused": [
            (row, exit_passes.why(row))
            for row in passes.filter(allowed=False).select_related("person").order_by("-pk")[:10]
        ],
        "failed": exit_passes.failed(now).filter(decided_at__gte=now - exit_passes.AGAIN_WITHIN)[:10],
        "tags": switching.failures(now)[:20],
        "events": _told(events.select_related("person", "copy__title").order_by("-at", "-pk")[:EVENTS]),
        "overdue": Loan.objects.filter(open_slot=1, due_at__lt=now).exclude(person=None).count(),
        "ready": Hold.objects.filter(state=Hold.State.READY, open_slot=1).count(),
        "tab": "today",
    }
    return render(request, "library/today.html", context)


def _told(events: Iterable[CirculationEvent]) -> list[tuple[CirculationEvent, Title | None, str]]:
    """Each event with its title (a hold waits for a title, not for a copy) and the name of its place."""
    rows = list(events)
    wanted = Title.objects.in_bulk([row.detail["title"] for row in rows if row.copy is None and "title" in row.detail])
    places = dict(LibraryStation.objects.values_list("station__slug", "station__name"))
    return [
        (row, row.copy.title if row.copy else wanted.get(row.detail.get("title")), places.get(row.station, row.station))
        for row in rows
    ]


@require_GET
@for_librarians
def overdue(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    late = Loan.objects.filter(open_slot=1, due_at__lt=now).exclude(person=None)
    rows = late.select_related("copy__title", "person").order_by("due_at", "pk")
    return render(request, "library/overdue.html", _page(request, rows) | {"now": now, "tab": "overdue"})


@require_GET
@for_librarians
def hold_shelf(request: HttpRequest) -> HttpResponse:
    """What waits to be picked up, and how many wait for what."""
    ready = Hold.objects.filter(state=Hold.State.READY, open_slot=1).select_related("title", "copy", "person")
    waiting = Hold.objects.filter(state=Hold.State.WAITING, open_slot=1).select_related("title", "person")
    context = _page(request, waiting.order_by("placed_at", "pk"))
    context |= {"ready": ready.order_by("pick_up_by", "pk")[:500], "now": timezone.now(), "tab": "holds"}
    return render(request, "library/holds.html", context)


def _page(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    return {"page": Paginator(rows, A_PAGE).get_page(request.GET.get("page"))}


@require_GET
@for_librarians
def who_is_inside(request: HttpRequest) -> HttpResponse:
    """The page fills itself: static/library/inside.js listens at ws/library/desk/."""
    return render(request, "library/inside.html", {"state": inside.hello(), "tab": "inside"})


@require_POST
@for_librarians
def end_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """A person went out unseen."""
    visit = get_object_or_404(Visit.objects.select_related("person").exclude(person=None), pk=pk)

    def act() -> str:
        visits.end(visit, how="desk", station="desk")
        name = visit.person.get_full_name() if visit.person else ""
        return _("The visit of %(name)s has ended.") % {"name": name}

    done_or_said(request, act)
    return redirect("library:inside")


@require_POST
@for_librarians
def end_alarm(request: HttpRequest, slug: str) -> HttpResponse:
    """A librarian has looked at what rang."""

    def act() -> str:
        ended = exit_alarms.end(slug, by=asker(request))
        return _("The alarm has ended.") if ended else _("There is no alarm at this gate any more.")

    done_or_said(request, act)
    return redirect("library:today")
