"""Records of a CSV file or a workbook, one by one: columns by their names, numbers as spreadsheets have left them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming import MOST_BYTES, IncomingRow, IncomingTable, delimited, open_table, sentence_for
from config.tables.incoming.cells import is_error
from config.tables.incoming.decoding import text_of
from config.tables.incoming.identifiers import fault_of, normal
from library.catalogue.formats.incoming_records import FIELDS, CopyDraft, Draft, Read, Unread, year_in
from library.catalogue.formats.items import values
from library.catalogue.formats.items.statuses import is_unknown_status, status_in
from library.rules import isbn
from library.rules.text_folding import words_of

# Our column, and the names under which others know it, without case and signs. The first one found counts.
COLUMNS = {
    "title": ("title", "originaltitle", "name"),
    "authors": ("authors", "author", "creator"),
    "isbn": ("isbn13", "ean", "isbn"),
    "isbn10": ("isbn10", "isbn"),
    "edition": ("edition",),
    "publisher": ("publisher",),
    "year": ("year", "originalpublicationyear", "publicationyear", "date"),
    "subjects": ("subjects", "subject", "keywords"),
    "call_number": ("callnumber", "shelfmark", "signature"),
    "language": ("language", "languagecode"),
    "title_original": ("titleoriginal",),
    "authors_original": ("authorsoriginal",),
    "publisher_original": ("publisheroriginal",),
    "barcode": ("barcode", "copybarcode"),
    "branch": ("branchcode", "branch", "homebranch"),
    "location": ("location", "shelf", "branch"),
    "item_type": ("itemtype", "type"),
    "status": ("status",),
    "price": ("price",),
    "acquired": ("acquiredon", "dateacquired", "acquired"),
    "note": ("note", "copynote"),
    "key": ("sourcekey", "controlnumber", "recordid"),
}
TEXTS = (
    *("authors", "edition", "publisher", "call_number", "language"),
    *("title_original", "authors_original", "publisher_original"),
)
IDENTIFIERS = ("isbn", "isbn10", "barcode", "key")
MOST_LINES = 1_000_000
PACKED = (b"PK", b"\xd0\xcf\x11\xe0")  # workbooks, new and old


def looks_like_a_table(head: bytes) -> bool:
    """By the first bytes: a workbook, or text whose first line that is not empty has columns."""
    if head.startswith(PACKED):
        return True
    text = text_of(head)
    lines = text.splitlines() or [""]
    first = lines[min(delimited.names_line(lines), len(lines) - 1)]
    return not set("\0\x1b") & set(text) and (bool(set(",;\t|=") & set(first)) or first.strip().lower() == "title")


def read(file: IO[bytes], _reader: object = None) -> Iterator[Read]:
    """Columns have names, so nothing is to be chosen. Refused `no_title_column`, and as tables are.

    What is found out later only ends the reading, in words.
    """
    table = open_table(_("The file"), file.read(MOST_BYTES + 1), most=MOST_LINES)
    places = _places(table)
    if "title" not in places:
        raise Refused("no_title_column", _("This file has no column “title” in its first line."))
    notes = list(table.notes)  # of the whole file: the first title carries them
    try:
        for row in table.rows:
            read = _record(row, places)
            if notes and isinstance(read, Draft):
                read.notes, notes = [*notes, *read.notes], []
            yield read
    except Refused as refusal:
        yield Unread(_("Nothing after this was read. %(why)s") % {"why": refusal.message})


def _places(table: IncomingTable) -> dict[str, str]:
    known = {
        "".join(words_of(title)): column
        for title, column in reversed(list(zip(table.titles, table.columns, strict=True)))
    }
    found = {ours: [known[name] for name in names if name in known] for ours, names in COLUMNS.items()}
    return {ours: columns[0] for ours, columns in found.items() if columns}


def _record(row: IncomingRow, places: Mapping[str, str]) -> Read:
    cells = {ours: row.cells.get(column, "") for ours, column in places.items()}
    cells |= {name: normal(cells[name]) for name in IDENTIFIERS if name in cells}
    why = sentence_for(row.problem) if row.problem else _fault(cells)
    if why:
        words = _("Line %(line)d: %(why)s") % {"line": row.line, "why": why}
        return Unread(words, cells["title"][:120])
    return _draft(cells)


def _fault(cells: Mapping[str, str]) -> str | None:
    """What a spreadsheet has spoiled, in words."""
    error = next((text for text in cells.values() if is_error(text)), None)
    if error:
        return _("'%(text)s' is a spreadsheet error. Correct the cell, then try again.") % {"text": error}
    barcode, key = fault_of(cells.get("barcode", "")), fault_of(cells.get("key", ""))
    if barcode:
        return barcode[1]
    return key[1] if key and key[0] == "digits_lost" else None


def _draft(cells: dict[str, str]) -> Read:
    title = cells.get("title", "")
    number, how = isbn.rescued(cells.get("isbn", ""), cells.get("isbn10", ""))
    if not title:
        return Unread(_("It has no title."))
    if number is None and isbn.SCIENTIFIC.match(cells.get("isbn", "")):
        return Unread(_scientific(cells["isbn"]), title[:120])
    draft = Draft(title, isbn=number, notes=_notes(how, cells))
    for name in TEXTS:
        setattr(draft, name, cells.get(name, ""))
    draft.subjects = "\n".join(part.strip() for part in cells.get("subjects", "").replace(";", "\n").split("\n"))
    draft.year = _year(cells.get("year", ""))
    draft.key = cells.get("key", "")
    draft.silent = _silent(cells, how)
    if barcode := cells.get("barcode", ""):
        draft.copies = [_copy(barcode, cells)]
        draft.notes += _status_notes(cells.get("status", ""))
    return draft.fitted()


def _silent(cells: Mapping[str, str], how: str) -> frozenset[str]:
    """What the file does not speak of: it stays as it is. An ISBN that is wrong says nothing either."""
    said = {*cells, *({"isbn"} if "isbn10" in cells else ())} - ({"isbn"} if how == "bad_isbn" else set())
    return frozenset(FIELDS) - said


def _year(cell: str) -> int | None:
    """A number is a year, however long ago; in words it is looked for."""
    number = re.fullmatch(r"(\d{4}|[1-9]\d\d)(?:[.,]0+)?", cell)
    return int(number[1]) or None if number else year_in(cell)


def _copy(barcode: str, cells: dict[str, str]) -> CopyDraft:
    return CopyDraft(
        barcode,
        branch=cells.get("branch", ""),
        location=cells.get("location", ""),
        item_type=cells.get("item_type", ""),
        status=status_in(cells.get("status", "")),
        price=values.price_in(cells.get("price", ""), settings.LIBRARY_CURRENCY),
        acquired=values.day_in(cells.get("acquired", "")),
        note=cells.get("note", ""),
        notes=tuple(filter(None, [values.unread_day(cells.get("acquired", ""), "ymd", barcode)])),
    )


def _status_notes(said: str) -> list[str]:
    """What was not understood is told, not guessed in silence."""
    words = _("The status “%(said)s” is not known here, so a new copy is recorded as available.")
    return [words % {"said": said[:30]}] if is_unknown_status(said) else []


def _scientific(said: str) -> str:
    words = _(
        "Digits of its ISBN %(isbn)s are lost, because the spreadsheet wrote it as a power of ten. "
        "Format the column as text."
    )
    return words % {"isbn": said[:30]}


def _notes(how: str, cells: dict[str, str]) -> list[str]:
    thirteen, ten = cells.get("isbn", ""), cells.get("isbn10", "")
    if how == "from_isbn10" and isbn.SCIENTIFIC.match(thirteen):
        return [_("Its ISBN-13 had lost digits and was calculated again from its ISBN-10.")]
    if how == "from_isbn10" and thirteen:
        return [_("Its ISBN-13 was wrong and was calculated again from its ISBN-10.")]
    if how == "bad_isbn":
        return [_("Its ISBN %(isbn)s is wrong and was left out.") % {"isbn": (thirteen or ten)[:30]}]
    return []
