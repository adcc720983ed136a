"""The access log: read, taken along as a file, and held against its own arithmetic."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import Refused
from config.web.files.downloads import download
from config.web.guards import only
from lockers.assignments import customers
from lockers.bank.log import access_log, files
from lockers.desk import log_messages as log_words
from lockers.models import AccessLog, Locker
from lockers.rules.guards import day_of, words_of
from lockers.rules.visibility import sees_every_bank

A_PAGE = 100
for_officers = only(sees_every_bank)  # the chain is one for all banks, and cannot be told apart
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson"}
SUFFIX = {"csv": "csv", "json": "jsonl"}


@require_GET
@for_officers
def log(request: HttpRequest) -> HttpResponse:
    return render(request, "lockers/log.html", _page(request))


@require_POST
@for_officers
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain, and say where it is broken."""
    return render(request, "lockers/log.html", _page(request) | {"verdict": access_log.verify()})


def _page(request: HttpRequest) -> dict[str, Any]:
    filters = {
        "begin": day_of(request, "begin"),
        "end": day_of(request, "end"),
        "kind": words_of(request, "kind"),
        "locker": words_of(request, "locker"),
        "person": words_of(request, "person"),
    }
    page = Paginator(_chosen(filters), A_PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    kinds = [(kind, str(words)) for kind, words in log_words.KINDS.items()]
    shown = {"filters": filters, "kinds": kinds, "query": rest.urlencode(), "tab": "log"}
    return shown | {"page": page, "lines": log_words.lines(page.object_list)}


def _chosen(filters: dict[str, Any]) -> QuerySet[AccessLog]:
    rows = files.chosen(_midnight(filters["begin"]), _midnight(filters["end"], days=1)).order_by("-seq")
    if filters["kind"]:
        rows = rows.filter(kind=filters["kind"])
    if filters["locker"]:
        found = Locker.objects.filter(number__iexact=filters["locker"]).values_list("pk", flat=True)
        rows = rows.filter(_one_of("locker", found))
    if filters["person"]:
        people = customers.find(filters["person"]).values_list("pk", flat=True)[:50]
        rows = rows.filter(_one_of("person", people) | _one_of("by", people))
    return rows


def _one_of(name: str, numbers: Any) -> Q:
    """The details are canonical JSON text without blanks: a number ends with a comma or a brace."""
    fitting = Q(pk__in=[])
    for number in numbers:
        fitting |= Q(details__contains=f'"{name}":{number},') | Q(details__contains=f'"{name}":{number}}}')
    return fitting


def _midnight(day: Any, *, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min)) if day else None


@require_GET
@for_officers
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Of the chosen days, oldest first. Refused `no_such_format` (404)."""
    if form not in files.FORMATS:
        raise Refused("no_such_format", _("This file type is not available. Choose CSV or JSON."), status=404)
    rows = files.chosen(_midnight(day_of(request, "begin")), _midnight(day_of(request, "end"), days=1))
    pieces = (line.encode() for line in files.FORMATS[form](rows))
    return download(request, pieces, f"access-log.{SUFFIX[form]}", KINDS[form])
