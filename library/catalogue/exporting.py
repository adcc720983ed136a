"""The whole catalogue as MARCXML or CSV, piece by piece: memory stays the same however many titles there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import prefetch_related_objects

from config.tables.as_csv import csv_chunks
from config.tables.table import Column, Kind, Table
from library.catalogue.drafts import clean, own_key
from library.models import Copy, Title

PAGE = 500  # titles
TITLE_COLUMNS = ("title", "authors", "isbn", "edition", "publisher", "year", "subjects", "call_number", "language")
COLUMNS = (*TITLE_COLUMNS, "barcode", "location", "item_type", "status", "source_key")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'


def titles() -> Iterator[Title]:
    """All, by key, a page at a time: MariaDB would send a whole result at once. Copies come with them."""
    last = 0
    while page := list(Title.objects.filter(pk__gt=last).order_by("pk")[:PAGE]):
        prefetch_related_objects(page, "copies")
        yield from page
        last = page[-1].pk


# --- CSV ----------------------------------------------------------------------------------------


def csv_file() -> Iterator[bytes]:
    """One line for each copy, and one for each title without any. What a spreadsheet would run is neutralised."""
    columns = tuple(Column(name, name, Kind.NUMBER if name == "year" else Kind.TEXT) for name in COLUMNS)
    yield from csv_chunks(Table("catalogue", "Catalogue", columns, _rows()))


def _rows() -> Iterator[tuple[Any, ...]]:
    for title in titles():
        facts = (title.title, title.authors, title.isbn or "", title.edition, title.publisher, title.year)
        more = (title.subjects.replace("\n", "; "), title.call_number, title.language)
        copies = [(copy.barcode, copy.location, copy.item_type, copy.status) for copy in title.copies.all()]
        for carried in copies or [("", "", "", "")]:
            yield (*facts, *more, *carried, title.source_key or own_key(title.pk))


# --- MARCXML ------------------------------------------------------------------------------------


def marcxml_file() -> Iterator[bytes]:
    """MARC 21 in XML, with a holding (852) for each copy. Our own import reads it back as the same titles."""
    yield HEAD.encode()
    for title in titles():
        yield "".join(_record(title)).encode()
    yield b"</collection>\n"


def _record(title: Title) -> Iterator[str]:
    owner, number = _owner_and_number(title)
    yield "<record><leader>00000nam a2200000 i 4500</leader>"
    yield f'<controlfield tag="001">{escape(number)}</controlfield>'
    yield f'<controlfield tag="003">{escape(owner)}</controlfield>' if owner else ""
    year = f"{title.year or '':>4}".replace(" ", "|")
    language = f"{title.language:<3.3}".replace(" ", "|")
    yield f'<controlfield tag="008">000000s{year}    xx |||||||||||||| ||{language}||</controlfield>'
    yield _field("020", a=title.isbn or "")
    yield _field("041", a=title.language)
    yield _field("090", a=title.call_number)
    yield from (_field("100" if first else "700", a=name) for first, name in _numbered(title.authors, ";"))
    yield _field("245", a=title.title)
    yield _field("250", a=title.edition)
    yield _field("264", b=title.publisher, c=str(title.year or ""))
    yield from (_field("650", a=subject) for _first, subject in _numbered(title.subjects, "\n"))
    yield from map(_holding, title.copies.all())
    yield "</record>\n"


def _owner_and_number(title: Title) -> tuple[str, str]:
    """Its own number where it came with one; ours else."""
    kind, _colon, rest = (title.source_key or own_key(title.pk)).partition(":")
    if kind == "marc":
        owner, _bar, number = rest.partition("|")
        return owner, number
    owner, _bar, number = own_key(title.pk).removeprefix("marc:").partition("|")
    return owner, number


def _numbered(text: str, separator: str) -> Iterator[tuple[bool, str]]:
    parts = [part.strip() for part in text.split(separator) if part.strip()]
    yield from ((place == 0, part) for place, part in enumerate(parts))


def _holding(copy: Copy) -> str:
    return _field("952", p=copy.barcode, c=copy.location, y=copy.item_type)


def _field(tag: str, **subfields: str) -> str:
    parts = [(code, escape(clean(value))) for code, value in subfields.items() if value]
    inside = "".join(f'<subfield code="{code}">{value}</subfield>' for code, value in parts)
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{inside}</datafield>' if inside else ""


FORMATS: dict[str, tuple[Callable[[], Iterator[bytes]], str]] = {
    "marcxml": (marcxml_file, "application/marcxml+xml"),
    "csv": (csv_file, "text/csv; charset=utf-8"),
}
