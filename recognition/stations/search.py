"""The stations' part of the search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from config.ops.registries.search_providers import Hit, SearchQuery
from recognition.stations.visibility import stations_seen_by


def stations(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    """Administrators come to the station's own page, others to the live one."""
    if not query.is_long_enough:
        return
    for one in stations_seen_by(viewer):
        if query.fits(one.name, one.place, one.slug):
            yield Hit(one.name, _address(one, viewer), one.place or one.get_purpose_display(), one.slug == query.text)


def _address(station: Any, viewer: Any) -> str:
    if viewer.is_administrator:
        return reverse("admin:recognition_station_change", args=[station.pk])
    return reverse("recognition:stations")
