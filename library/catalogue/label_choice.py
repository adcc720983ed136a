"""Which copies get a label: those of a search, of a stretch of barcodes, of a shelf, or that were added lately."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from library.catalogue.labels import MOST, Label
from library.catalogue.search import GONE, search
from library.models import Copy


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """Everything that is given must be true of a copy; nothing given chooses nothing."""

    words: str = ""
    first: str = ""  # barcodes, both included, in the order of letters
    last: str = ""
    location: str = ""
    since: date | None = None  # added on this day of the site's calendar or later: an import, for instance

    def __bool__(self) -> bool:
        return any((self.words, self.first, self.last, self.location, self.since))


def copies(choice: LabelChoice) -> QuerySet[Copy]:
    """In the order of their barcodes. What is lost or withdrawn needs no label."""
    if not choice:
        return Copy.objects.none()
    found = Copy.objects.exclude(status__in=GONE)
    if choice.words:
        found = found.filter(title__in=search(choice.words).order_by().values("pk"))
    if choice.first:
        found = found.filter(barcode__gte=choice.first)
    if choice.last:
        found = found.filter(barcode__lte=choice.last)
    if choice.location:
        found = found.filter(location=choice.location)
    if choice.since:
        midnight = datetime.combine(choice.since, time.min, tzinfo=timezone.get_default_timezone())
        found = found.filter(added_at__gte=midnight)
    return found.select_related("title").order_by("barcode")


def labels_of(chosen: QuerySet[Copy]) -> list[Label]:
    """One more than a file may hold at most, so that too many are refused and not printed in part."""
    return list(_labels(chosen.select_related("title").order_by("barcode")[: MOST + 1]))


def _labels(found: Iterable[Copy]) -> Iterator[Label]:
    for copy in found:
        yield Label(copy.barcode, copy.title.title, copy.title.call_number)
