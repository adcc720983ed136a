"""The library's shelves and people, for stories about books."""

from __future__ import annotations

from library.models import Copy, LibraryStation, Title
from library.visits import visits
from recognition.models import Station


def book(barcode="B-1", title="Pride and Prejudice", **fields) -> Copy:
    made, _created = Title.objects.get_or_create(title=title, defaults={"authors": "Jane Austen"})
    return Copy.objects.create(title=made, barcode=barcode, **fields)


def station(kind="exit", slug=None, **fields) -> Station:
    made = Station.objects.create(
        slug=slug or f"library-{kind}", name=f"Library {kind}", purpose="library", roster_rule="library"
    )
    LibraryStation.objects.create(station=made, kind=kind, **fields)
    return made


def inside(person):
    """Somebody who came in."""
    visits.enter(person)
    return person
