"""The whole catalogue as MARCXML or CSV, piece by piece: memory stays the same however many titles there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import prefetch_related_objects

from config.tables.as_csv import csv_chunks
from config.tables.table import Column, Kind, Table
from library.catalogue.formats import linked_script
from library.catalogue.formats.incoming_records import LATEST, LONGEST, Unread, clean, fitted, own_key, plain
from library.catalogue.formats.items.statuses import STATUS_FLAGS
from library.catalogue.formats.marc import EXACTLY, OURS, draft_of
from library.models import Branch, Copy, Title

PAGE = 500  # titles
TITLE_COLUMNS = ("title", "authors", "isbn", "edition", "publisher", "year", "subjects", "call_number", "language")
ORIGINALS = ("title_original", "authors_original", "publisher_original")
COPY_COLUMNS = ("barcode", "location", "item_type", "status", "price", "acquired_on", "note")
COLUMNS = (*TITLE_COLUMNS, *ORIGINALS, *COPY_COLUMNS, "source_key")
LINK, MOST_LINKS = linked_script.LINK, 99
Field = tuple[str, str | dict[str, str]]  # a tag, and what a control field says or the subfields
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'


def titles() -> Iterator[Title]:
    """All, by key, a page at a time: MariaDB would send a whole result at once. Copies come with them."""
    last = 0
    while page := list(Title.objects.filter(pk__gt=last).order_by("pk")[:PAGE]):
        prefetch_related_objects(page, "copies__branch")
        yield from page
        last = page[-1].pk


# --- CSV ----------------------------------------------------------------------------------------


def csv_file() -> Iterator[bytes]:
    """One line for each copy, and one for each title without any. What a spreadsheet would run is neutralised.

    With the code of its branch at the end where there are any.
    """
    branches = ("branch",) if Branch.objects.exists() else ()
    columns = tuple(Column(name, name, Kind.TEXT) for name in (*COLUMNS, *branches))
    yield from csv_chunks(Table("catalogue", "Catalogue", columns, _rows(branches)))


def _rows(branches: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    for title in titles():
        text = _texts(title)
        facts = (text["title"], text["authors"], title.isbn or "", text["edition"], text["publisher"], _year(title))
        more = (text["subjects"].replace("\n", "; "), text["call_number"], text["language"])
        originals = tuple(text[name] for name in ORIGINALS)
        copies = [(_copy_cells(copy), _branch(copy)) for copy in title.copies.all()]
        for carried, branch in copies or [(("",) * len(COPY_COLUMNS), "")]:
            key = title.source_key or own_key(title.pk)
            yield (*facts, *more, *originals, *carried, key, *(branch for _column in branches))


def _copy_cells(copy: Copy) -> tuple[str, ...]:
    where = (copy.barcode, plain(copy.location), copy.item_type, copy.status)
    return (*where, _price(copy), _day(copy), plain(copy.note))


def _branch(copy: Copy) -> str:
    return copy.branch.code if copy.branch else ""


def _price(copy: Copy) -> str:
    return f"{copy.price:.2f}" if copy.price else ""


def _day(copy: Copy) -> str:
    return copy.acquired_on.isoformat() if copy.acquired_on else ""


# --- MARCXML ------------------------------------------------------------------------------------


def marcxml_file() -> Iterator[bytes]:
    """MARC 21 in XML, with a holding (852) for each copy. Our own import reads it back as the same titles."""
    yield HEAD.encode()
    for title in titles():
        yield "".join(_record(title)).encode()
    yield b"</collection>\n"


def _record(title: Title) -> Iterator[str]:
    fields = [*_control_fields(title), *_linked(list(_data_fields(title)), list(_original_fields(title)))]
    if lost := _lost(title, fields):
        fields.append((EXACTLY, {"a": json.dumps(lost, ensure_ascii=False, sort_keys=True), "2": OURS}))
    yield "<record><leader>00000nam a2200000 i 4500</leader>"
    yield from (_field(tag, said) for tag, said in fields)
    yield from (_field("952", _holding(copy)) for copy in title.copies.all())
    yield "</record>\n"


def _control_fields(title: Title) -> Iterator[Field]:
    owner, number = _owner_and_number(title)
    year = _year(title) if title.year and title.year <= LATEST else "||||"
    language = fitted("language", title.language)
    language = language if re.fullmatch(r"[a-z]{3}", language) else "|||"
    yield "001", number
    yield "003", owner
    yield "008", f"000000s{year}    xx |||||||||||||| ||{language}||"


def _data_fields(title: Title) -> Iterator[Field]:
    text = _texts(title)
    yield "020", {"a": title.isbn or ""}
    yield "041", {"a": text["language"]}
    yield "090", {"a": text["call_number"]}
    yield from (("100" if first else "700", {"a": name}) for first, name in _numbered(text["authors"], ";"))
    yield "245", {"a": text["title"]}
    yield "250", {"a": text["edition"]}
    yield "264", {"b": text["publisher"], "c": _year(title)}
    yield from (("650", {"a": subject}) for _first, subject in _numbered(text["subjects"], "\n"))


def _original_fields(title: Title) -> Iterator[tuple[str, str, str]]:
    """Tag, subfield and text of what is there in its own script."""
    text = _texts(title)
    yield "245", "a", text["title_original"]
    yield from (("100" if first else "700", "a", name) for first, name in _numbered(text["authors_original"], ";"))
    yield "264", "b", text["publisher_original"]


def _linked(fields: list[Field], originals: list[tuple[str, str, str]]) -> Iterator[Field]:
    """With a field 880 for each original; it and the field that it belongs to name each other in $6."""
    linked: list[Field] = []
    for number, (tag, code, text) in enumerate(filter(lambda one: one[2], originals), 1):
        owner = next((said for name, said in fields if name == tag and _may_be_linked(said)), None)
        if isinstance(owner, dict) and number <= MOST_LINKS:
            owner[LINK] = f"{linked_script.TAG}-{number:02}"
        else:
            number = 0  # of an original that belongs to no other field
        linked.append((linked_script.TAG, {LINK: f"{tag}-{number:02}", code: text}))
    yield from (*fields, *linked)


def _may_be_linked(said: str | dict[str, str]) -> bool:
    return isinstance(said, dict) and LINK not in said and any(said.values())


def _texts(title: Title) -> dict[str, str]:
    return {name: fitted(name, getattr(title, name)) for name in LONGEST}


def _year(title: Title) -> str:
    """Four digits, so that a year of three is not taken for something else."""
    return f"{title.year:04}" if title.year else ""


def _lost(title: Title, fields: list[Field]) -> dict[str, Any]:
    """The facts that these fields do not bring back: MARC takes signs at the end of a text for its punctuation."""
    facts = _texts(title) | {"year": title.year or None}
    back = draft_of(_as_pymarc(fields))
    return {name: fact for name, fact in facts.items() if isinstance(back, Unread) or getattr(back, name) != fact}


def _as_pymarc(fields: list[Field]) -> Any:
    from pymarc import Field, Indicators, Record, Subfield

    record = Record()
    for tag, said in fields:
        if isinstance(said, str):
            record.add_field(Field(tag, data=said))
        else:
            values = [Subfield(code, value) for code, value in said.items() if value]
            record.add_field(Field(tag, Indicators(" ", " "), values))
    return record


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


def _holding(copy: Copy) -> dict[str, str]:
    """In the subfields of Koha. What is on loan today does not belong in a catalogue."""
    flags = {STATUS_FLAGS[copy.status]: "1"} if copy.status in STATUS_FLAGS else {}
    more = {"v": _price(copy), "d": _day(copy), "z": plain(copy.note)}
    branch = {"a": _branch(copy), "b": _branch(copy)}
    return flags | branch | {"p": copy.barcode, "c": plain(copy.location), "y": copy.item_type} | more


def _field(tag: str, said: str | dict[str, str]) -> str:
    if isinstance(said, str):
        return f'<controlfield tag="{tag}">{escape(clean(said))}</controlfield>' if said else ""
    parts = [(code, escape(clean(value))) for code, value in sorted(said.items(), key=_link_first) if value]
    inside = "".join(f'<subfield code="{code}">{value}</subfield>' for code, value in parts)
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{inside}</datafield>' if inside else ""


def _link_first(part: tuple[str, str]) -> bool:
    return part[0] != LINK


FORMATS: dict[str, tuple[Callable[[], Iterator[bytes]], str]] = {
    "marcxml": (marcxml_file, "application/marcxml+xml"),
    "csv": (csv_file, "text/csv; charset=utf-8"),
}
