"""Who wanted in: attempts with their steps, and who has to wait or is shut out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from lockers.access import attempt_messages
from lockers.access import attempts as tries
from lockers.bank import places
from lockers.models import AccessAttempt, Lockout, PasskeyTally
from lockers.rules.guards import day_of, done_or_said, for_officers, words_of
from lockers.rules.visibility import hidden_people, kept_attempts

A_PAGE = 50


@require_GET
@for_officers
def attempts(request: HttpRequest) -> HttpResponse:
    filters = {
        "day": day_of(request, "day"),
        "state": words_of(request, "state"),
        "person": words_of(request, "person"),
        "locker": words_of(request, "locker"),
    }
    rows = _chosen(kept_attempts(request.user), filters).select_related("person", "locker__bank")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {"page": page, "filters": filters, "states": AccessAttempt.State.choices, "query": rest.urlencode()}
    return render(request, "lockers/attempts.html", context | {"tab": "attempts"})


def _chosen(rows: QuerySet[AccessAttempt], filters: dict[str, Any]) -> QuerySet[AccessAttempt]:
    if filters["day"]:
        begin = timezone.make_aware(datetime.combine(filters["day"], time.min))
        rows = rows.filter(started_at__gte=begin, started_at__lt=begin + timedelta(days=1))
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    if filters["locker"]:
        rows = rows.filter(locker__number__iexact=filters["locker"])
    for word in filters["person"].split()[:6]:
        name = Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word)
        rows = rows.filter(name | Q(person__id_number__iexact=word))
    return rows


@require_GET
@for_officers
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(kept_attempts(request.user).select_related("person", "locker__bank", "confirmed_by"), pk=pk)
    context = {
        "attempt": row,
        "station": places.station_names().get(row.station, row.station),
        "steps": attempt_messages.steps(row),
        "comparison": attempt_messages.comparison(row.distances),
        "liveness": attempt_messages.liveness(row.liveness),
        "tab": "attempts",
    }
    return render(request, "lockers/attempt.html", context)


@require_GET
@for_officers
def lockouts(request: HttpRequest) -> HttpResponse:
    """Who has failed lately: shut out first, then who has to wait."""
    others = hidden_people(request.user)
    rows = Lockout.objects.filter(Q(failures__gt=0) | Q(disabled_at__isnull=False)).select_related("person")
    rows = rows.exclude(person__in=others)
    shut_out_first = F("disabled_at").desc(nulls_last=True)  # PostgreSQL would put those without it first
    page = Paginator(rows.order_by(shut_out_first, "-failures", "pk"), A_PAGE).get_page(request.GET.get("page"))
    passkeys = PasskeyTally.objects.filter(failures__gt=0).exclude(person__in=others).select_related("person")
    passkeys = passkeys.order_by("-failures", "pk")[:A_PAGE]
    context = {"page": page, "passkeys": passkeys, "now": timezone.now(), "tab": "lockouts"}
    return render(request, "lockers/lockouts.html", context)


@require_POST
@for_officers
def lift(request: HttpRequest, person: int) -> HttpResponse:
    one = get_object_or_404(User, pk=person)

    def act() -> str:
        tries.lift(one, by=asker(request), reason=request.POST.get("reason", ""))
        return _("%(name)s can try again.") % {"name": one.get_full_name()}

    done_or_said(request, act)
    return redirect("lockers:lockouts")
