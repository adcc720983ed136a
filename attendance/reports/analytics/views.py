"""The page of analytics: charts, their numbers, and who is at risk."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.identity.signed_in import asker
from accounts.models import User
from attendance.notices.at_risk import LEAST_COUNTED
from attendance.reports.analytics.chart_data import Numbers, numbers
from attendance.reports.analytics.charts import CHARTS
from attendance.reports.analytics.links import of_person
from attendance.reports.choices import PeriodForm
from attendance.reports.views import choices, part_or_page, said
from attendance.rules.guards import signed_in
from config.tables.cell_text import text_of

KEPT = 60  # s: a second look is quick
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


def _shown(form: AnalyticsForm, by: User) -> dict[str, Any]:
    found, wanted = _numbers(form, by), form.wanted()
    drawn = [
        {
            "chart": chart,
            "says": chart.says(found),
            "picture": chart.draw(found, wanted),
            "head": chart.head(found),
            "rows": rows,
        }
        for chart in CHARTS.values()
        if (rows := chart.rows(found, wanted))
    ]
    return {
        "numbers": found,
        "drawn": drawn if found.total.lines else [],
        "at_risk": [(line, of_person(wanted, line.id_number, line.course)) for line in found.at_risk[:SHOWN]],
        "facts": [(column.title, text_of(column, value)) for column, value in found.total.facts()],
        "least": LEAST_COUNTED,
        "subtitle": " · ".join(wanted.subtitles()),
    }


def _numbers(form: AnalyticsForm, by: User) -> Numbers:
    """What was counted for this person and this choice a moment ago."""
    wanted, below = form.wanted(), form.cleaned_data.get("below")
    chosen = f"{by.pk} {by.role} {wanted.name} {wanted.group} {below}"
    key = "analytics." + hashlib.sha256(chosen.encode()).hexdigest()
    found = cache.get(key)
    if not isinstance(found, Numbers):  # not there, or nothing of ours
        cache.set(key, found := numbers(wanted, by, below=below), KEPT)
    return found
