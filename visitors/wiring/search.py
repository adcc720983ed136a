"""Guests by name or company: all of them for the reception, one's own for a host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from config.ops.registries.search_providers import MOST, Hit, SearchQuery
from visitors.models import GuestVisit
from visitors.register.find import find
from visitors.register.rights import may_receive


def guests(viewer: Any, query: SearchQuery) -> Iterator[Hit]:
    for guest in find(viewer, query)[:MOST]:
        yield Hit(guest.name, _page(viewer, guest), _note(guest))


def _page(viewer: Any, guest: GuestVisit) -> str:
    if guest.host_id == viewer.pk or not may_receive(viewer):
        return reverse("visitors:mine") + f"#guest-{guest.pk}"
    return reverse("visitors:desk") + f"#guest-{guest.pk}"


def _note(guest: GuestVisit) -> str:
    at = guest.arrived_at or guest.expected_at
    return f"{date_format(timezone.localtime(at), 'SHORT_DATETIME_FORMAT')} · {guest.company}".strip(" ·") if at else ""
