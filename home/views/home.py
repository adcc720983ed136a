"""The page after signing in: what needs this person, and what is going on now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.ops.registries.alerts import ALERTS
from config.ops.registries.home_parts import HOME, URGENCY, HomeCard, Need
from config.web.guards import signed_in
from home.first_steps.checklist import for_home


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime()
    parts = [one for part in HOME for one in part(request.user, now)]
    context = {
        "now": now,
        "needs": _by_urgency([one for one in parts if isinstance(one, Need)]),
        "cards": [one for one in parts if isinstance(one, HomeCard)],
        "alerts": _alerts(request.user),
        "first_steps": for_home(request.user),
    }
    return render(request, "home/home.html", context)


def _by_urgency(needs: list[Need]) -> list[Need]:
    return sorted((need for need in needs if need.count), key=lambda need: URGENCY.index(need.tone))


def _alerts(person: object) -> list[str]:
    """What the first page of the administration says: mails that failed, late jobs, a full disk."""
    return [words for part in ALERTS for words in part()] if getattr(person, "is_administrator", False) else []
