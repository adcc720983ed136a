"""People by the beginnings of their names, or by the very number of theirs or of their card; accents do not matter.

No database that we run on compares names without accents as the others do, so names are compared here: 10,000 of them
take a twentieth of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Q, QuerySet

from accounts.models import User
from config.ops.registries.search_providers import MOST, SearchQuery


def by_very_number(query: SearchQuery) -> list[User]:
    """Whose card or id number this is."""
    return list(User.objects.filter(Q(card_barcode=query.text) | Q(id_number__iexact=query.text))[:2])


def people_like(query: SearchQuery, people: QuerySet[User], *, numbers: bool = True) -> list[User]:
    """Of these people; in their order, at most MOST. Without `numbers` by their names alone."""
    if not query.is_long_enough:
        return []
    found = people.in_bulk(list(islice(_fitting(query, people, numbers), MOST)))
    return list(found.values())


def _fitting(query: SearchQuery, people: QuerySet[User], numbers: bool) -> Iterator[int]:
    rows = people.values_list("pk", "first_name", "last_name", "id_number")
    for pk, first, last, number in rows.iterator(chunk_size=2000):
        if query.fits(first, last, number if numbers else ""):
            yield pk
