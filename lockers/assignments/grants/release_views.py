"""Releasing the lockers of a grant together: what is due, what was opened, and the boxes that an officer ticks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from lockers.assignments.grants import bulk_release
from lockers.assignments.grants.messages import why
from lockers.bank.release_words import CHECKS
from lockers.models import Grant
from lockers.rules.guards import done_or_said, for_officers
from lockers.rules.opening import RELEASE_CHECKLIST
from lockers.rules.visibility import grants_for

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NAMED = 5  # lockers that were not released and are named one by one


def _grant(request: HttpRequest, pk: int) -> Grant:
    return get_object_or_404(grants_for(request.user).select_related("bank"), pk=pk)


@require_GET
@for_officers
def due(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview. Nothing that was opened is ticked beforehand."""
    row, now = _grant(request, pk), timezone.now()
    rows = bulk_release.preview(row, by=asker(request), now=now)
    context = {"grant": row, "seen_at": now.isoformat(), "tab": "grants", "total": _left(row, now)}
    return render(request, "lockers/grant_release.html", context | _parts(rows))


def _parts(rows: list[bulk_release.DueLocker]) -> dict[str, Any]:
    return {
        "unused": [one for one in rows if not one.code and not one.used],
        "used": [one for one in rows if not one.code and one.used],
        "blocked": [(one, why(one.code)) for one in rows if one.code],
        "checks": [(name, CHECKS[name]) for name in RELEASE_CHECKLIST],
        "shown": len(rows),
    }


def _left(grant: Grant, now: datetime) -> int:
    return bulk_release.due(grant, timezone.localdate(now)).count()


@require_POST
@for_officers
def release(request: HttpRequest, pk: int) -> HttpResponse:
    row = _grant(request, pk)

    def act() -> str:
        chosen = [int(number) for number in request.POST.getlist("assignment") if number.isascii() and number.isdigit()]
        ticked = {name: name in request.POST for name in RELEASE_CHECKLIST}
        found = bulk_release.release(row, chosen, by=asker(request), checklist=ticked, seen_at=_seen_at(request))
        _say_refused(request, found)
        words = ngettext("%(n)d locker is released.", "%(n)d lockers are released.", len(found.done))
        return words % {"n": len(found.done)}

    done_or_said(request, act)
    return redirect("lockers:grant_release", pk)


def _seen_at(request: HttpRequest) -> datetime:
    """When the preview was read. A page that does not say so has seen nothing: all that was ever opened stays."""
    try:
        found = parse_datetime(request.POST.get("seen_at", ""))
    except ValueError:
        found = None
    return found if found is not None and timezone.is_aware(found) else NEVER


def _say_refused(request: HttpRequest, found: bulk_release.Released) -> None:
    for one in found.refused[:NAMED]:
        said = {"number": one.assignment.locker.number, "why": one.why.message}
        messages.warning(request, _("Locker %(number)s was not released. %(why)s") % said)
    if left := len(found.refused[NAMED:]):
        words = ngettext("%(n)d more was not released.", "%(n)d more were not released.", left)
        messages.warning(request, words % {"n": left})
