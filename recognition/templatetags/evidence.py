"""How figures look on the evidence page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from recognition.stations.ways import way_counts

register = template.Library()


@register.filter
def share(value: Any) -> str:
    """0.0207 as "2.07 %", on one line; what was not measured is said."""
    return f"{100 * value:.2f}\u00a0%" if isinstance(value, int | float) else _("not measured")


@register.filter
def at(rates: Any, name: str) -> Any:
    """The value of one rate, None where there is none."""
    return rates.get(name) if isinstance(rates, Mapping) else None


@register.filter
def thousands(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else "–"


@register.filter
def figure(value: Any) -> str:
    """Four digits that mean something."""
    return f"{value:,.4g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


@register.filter
def way_words(way: str) -> str:
    return way_counts.words(way)


@register.filter
def refused_share(way: Mapping[str, int]) -> float | None:
    total = way["accepted"] + way["refused"]
    return way["refused"] / total if total else None


@register.simple_tag(name="origin")
def origin_words(origin: str | None) -> str:
    return _("measured on this site") if origin == "site" else _("published with Ostiary, not measured on this site")
