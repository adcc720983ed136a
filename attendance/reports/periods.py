"""Periods that people ask for again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.tables import Words

DAYS = 30  # of a report that no one gave a period


@dataclass(frozen=True, slots=True)
class Period:
    label: Words
    since: date
    until: date

    def as_data(self) -> dict[str, str]:
        """As the fields of the form are called."""
        return {"from": f"{self.since}", "to": f"{self.until}"}


def usual_periods(today: date | None = None) -> list[Period]:
    """The first one is taken where nothing else was said."""
    today = today or timezone.localdate()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_month = first - timedelta(days=1)
    return [
        Period(_("Last 30 days"), today - timedelta(days=DAYS - 1), today),
        Period(_("This week"), monday, today),
        Period(_("Last week"), monday - timedelta(days=7), monday - timedelta(days=1)),
        Period(_("This month"), first, today),
        Period(_("Last month"), last_month.replace(day=1), last_month),
    ]
