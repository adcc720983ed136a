"""The page of analytics, and its pictures."""

from __future__ import annotations

import hashlib
from typing import Any

from csp.decorators import csp
from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.identity.signed_in import asker
from accounts.models import User
from attendance.notices.at_risk import LEAST_COUNTED
from attendance.reports.analytics.chart_data import Numbers, numbers
from attendance.reports.analytics.charts import CHARTS
from attendance.reports.choices import PeriodForm
from attendance.reports.views import choices, complaints, part_or_page, said
from attendance.rules.guards import signed_in
from config.errors import Refused
from config.tables.cell_text import text_of
from config.web import charts

KEPT = 60  # s: the page and its pictures are drawn from the same numbers, and a second look is quick
SHOWN = 100  # people at risk


class AnalyticsForm(PeriodForm):
    below = forms.FloatField(
        min_value=0,
        max_value=100,
        required=False,
        label=_("At risk below (%)"),
        widget=forms.NumberInput(attrs={"step": "1", "inputmode": "numeric"}),
        help_text=_("Empty: each course's own limit."),
    )
    field_order = ("course", "from", "to", "below", "department", "group", "person")

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data, by=by)
        self.order_fields(self.field_order)


@require_GET
@never_cache
@signed_in
def analytics(request: HttpRequest) -> HttpResponse:
    form = AnalyticsForm(said(request), by=asker(request))
    context = choices(request, form) | (_shown(form, asker(request)) if form.is_valid() else {})
    part, page = "attendance/reports/_analytics.html", "attendance/reports/analytics.html"
    return render(request, part_or_page(request, part, page), context)


@require_GET
@signed_in
@csp(charts.CSP)  # type: ignore[arg-type]  # it takes views with arguments too
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """Refused `bad_choice`."""
    if name not in CHARTS:
        raise Http404
    form = AnalyticsForm(said(request), by=asker(request))
    if not form.is_valid():
        raise Refused("bad_choice", complaints(form)[0])
    svg = _kept(form, asker(request), name, lambda: CHARTS[name].draw(_numbers(form, asker(request))))
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": f"private, max-age={KEPT}"})


def _shown(form: AnalyticsForm, by: User) -> dict[str, Any]:
    found, wanted = _numbers(form, by), form.wanted()
    drawn = [
        {"chart": chart, "says": chart.says(found), "head": rows[0], "rows": rows[1:]}
        for chart in CHARTS.values()
        if len(rows := chart.rows(found)) > 1
    ]
    return {
        "numbers": found,
        "drawn": drawn if found.total.lines else [],
        "at_risk": found.at_risk[:SHOWN],
        "facts": [(column.title, text_of(column, value)) for column, value in found.total.facts()],
        "least": LEAST_COUNTED,
        "subtitle": " · ".join(wanted.subtitles()),
    }


def _numbers(form: AnalyticsForm, by: User) -> Numbers:
    below = form.cleaned_data.get("below")
    return _kept(form, by, "numbers", lambda: numbers(form.wanted(), by, below=below))


def _kept(form: AnalyticsForm, by: User, what: str, make: Any) -> Any:
    """What was counted or drawn for this person and this choice a moment ago."""
    wanted = form.wanted()
    chosen = f"{by.pk} {by.role} {what} {wanted.name} {wanted.group} {form.cleaned_data.get('below')}"
    key = "analytics." + hashlib.sha256(chosen.encode()).hexdigest()
    found = cache.get(key)
    if not isinstance(found, Numbers | str):  # not there, or nothing of ours
        cache.set(key, found := make(), KEPT)
    return found
