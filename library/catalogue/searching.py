"""The search that everybody may use: titles, never people."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from library import folding, isbn
from library.models import Copy, Title
from library.rules import CopyStatus

FREE = (CopyStatus.AVAILABLE, CopyStatus.REFERENCE)
GONE = (CopyStatus.LOST, CopyStatus.WITHDRAWN)


def search(query: str = "", field: str = "", *, available: bool = False) -> QuerySet[Title]:
    """Titles with every word of the query, in one field (folding.FIELDS) or anywhere; by title.

    A sound ISBN in any writing finds its title, also as the ISBN-10 of an ISBN-13.
    """
    found = Title.objects.all()
    number = isbn.read(query) if field in ("", "isbn") else None
    if number:
        found = found.filter(isbn=number)
    elif query.strip():
        found = _with_words(found, folding.needles(query, field))
    if available:
        found = found.filter(Exists(Copy.objects.filter(title=OuterRef("pk"), status__in=FREE)))
    return found.order_by("title", "pk")


def _with_words(found: QuerySet[Title], needles: list[str]) -> QuerySet[Title]:
    if not needles:
        return found.none()  # signs only
    wanted = Q()
    for needle in needles[:12]:
        wanted &= Q(search_text__contains=needle)
    return found.filter(wanted)


def with_numbers(titles: QuerySet[Title]) -> QuerySet[Title]:
    """`.owned` copies, of which `.free` stand on the shelf."""
    owned = Count("copies", filter=~Q(copies__status__in=GONE), distinct=True)
    return titles.annotate(owned=owned, free=Count("copies", filter=Q(copies__status__in=FREE), distinct=True))
