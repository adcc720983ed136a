"""Finding a guest by name, company or badge number."""

from __future__ import annotations

from typing import Any

from config.ops.registries.search_providers import SearchQuery
from visitors.models import GuestVisit
from visitors.register.rights import guests_for

RECENT = 20_000  # visits that are looked through, the newest first: far more than are kept at most places
MOST = 50


def find(viewer: Any, query: SearchQuery) -> list[GuestVisit]:
    """The newest first, at most MOST, of those that this person may see."""
    if not query.is_long_enough:
        return []
    rows = guests_for(viewer).order_by("-pk").values_list("pk", "name", "company")[:RECENT]
    fitting = [pk for pk, name, company in rows if query.fits(name, company)][:MOST]
    return list(GuestVisit.objects.filter(pk__in=fitting).select_related("host").order_by("-pk"))
