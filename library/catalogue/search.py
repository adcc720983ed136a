"""The search that everyone may use: titles, never people."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from library.models import Copy, Title
from library.rules import isbn, text_folding
from library.rules.lending import CopyStatus

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
        found = with_words(found, query, field)
    if available:
        found = found.filter(Exists(Copy.objects.filter(title=OuterRef("pk"), status__in=FREE)))
    return found.order_by("sort_title", "pk")


def with_words(found: QuerySet[Title], query: str, field: str = "") -> QuerySet[Title]:
    """Those with every word of the query, each in one of its spellings."""
    needles = text_folding.needles(query, field)
    if not needles:
        return found.none()  # signs only
    for ways in needles[:12]:
        found = found.filter(reduce(or_, map(_all_of, ways)))
    return found


def _all_of(words: text_folding.Spelling) -> Q:
    return reduce(and_, (Q(search_text__contains=word) for word in words))


def with_numbers(titles: QuerySet[Title]) -> QuerySet[Title]:
    """`.owned` copies, of which `.free` are available."""
    owned = Count("copies", filter=~Q(copies__status__in=GONE), distinct=True)
    return titles.annotate(owned=owned, free=Count("copies", filter=Q(copies__status__in=FREE), distinct=True))
