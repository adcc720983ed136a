"""Records of a CSV file, one by one: columns by their names, numbers as spreadsheets have left them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from config.errors import Refused
from library import isbn
from library.catalogue.drafts import CopyDraft, Draft, Read, Unread, year_in
from library.folding import words_of

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
    "barcode": ("barcode", "copybarcode"),
    "location": ("location", "shelf", "branch"),
    "item_type": ("itemtype", "type"),
    "key": ("sourcekey", "controlnumber", "recordid"),
}
LONGEST_CELL = 131_072  # letters
SAMPLE = 8192


def read(file: IO[bytes]) -> Iterator[Read]:
    """Refused `no_title_column`, `not_utf8`."""
    csv.field_size_limit(LONGEST_CELL)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        yield from _rows(text)
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", _("This CSV file is not UTF-8. Save it as CSV UTF-8, then try again.")) from error
    except csv.Error as error:
        yield Unread(_("The CSV is broken here: nothing after it can be read (%(why)s).") % {"why": error})
    finally:
        text.detach()


def _rows(text: io.TextIOWrapper) -> Iterator[Read]:
    first = text.readline()
    header = next(csv.reader([first], delimiter=_delimiter(first)), [])
    places = _places(header)
    if "title" not in places:
        raise Refused("no_title_column", _("This CSV file has no column “title” in its first line."))
    for row in csv.reader(text, delimiter=_delimiter(first)):
        if any(cell.strip() for cell in row):
            yield _draft({name: _cell(row, place) for name, place in places.items()})


def _delimiter(first: str) -> str:
    return max(",;\t|", key=first.count)


def _places(header: list[str]) -> dict[str, int]:
    known = {"".join(words_of(name)): place for place, name in reversed(list(enumerate(header)))}
    found = {ours: [known[name] for name in names if name in known] for ours, names in COLUMNS.items()}
    return {ours: places[0] for ours, places in found.items() if places}


def _cell(row: list[str], place: int) -> str:
    """Our own export puts an apostrophe before what a spreadsheet would run."""
    cell = row[place].strip() if place < len(row) else ""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _draft(cells: dict[str, str]) -> Read:
    title = cells.get("title", "")
    number, how = isbn.rescued(cells.get("isbn", ""), cells.get("isbn10", ""))
    if not title:
        return Unread(_("It has no title."))
    if number is None and isbn.SCIENTIFIC.match(cells.get("isbn", "")):
        return Unread(_scientific(cells["isbn"]), title[:120])
    draft = Draft(title, isbn=number, notes=_notes(how, cells))
    for name in ("authors", "edition", "publisher", "call_number", "language"):
        setattr(draft, name, cells.get(name, ""))
    draft.subjects = "\n".join(part.strip() for part in cells.get("subjects", "").replace(";", "\n").split("\n"))
    draft.year = year_in(cells.get("year", ""))
    draft.key = cells.get("key", "")
    if barcode := cells.get("barcode", ""):
        draft.copies = [CopyDraft(barcode, cells.get("location", ""), cells.get("item_type", ""))]
    return draft.fitted()


def _scientific(said: str) -> str:
    words = _("Its ISBN %(isbn)s is written as a power of ten: digits are lost. Format the column as text.")
    return words % {"isbn": said[:30]}


def _notes(how: str, cells: dict[str, str]) -> list[str]:
    thirteen, ten = cells.get("isbn", ""), cells.get("isbn10", "")
    if how == "from_isbn10" and isbn.SCIENTIFIC.match(thirteen):
        return [_("Its ISBN-13 had lost digits and was made anew from its ISBN-10.")]
    if how == "from_isbn10" and thirteen:
        return [_("Its ISBN-13 was wrong and was made anew from its ISBN-10.")]
    if how == "bad_isbn":
        return [_("Its ISBN %(isbn)s is wrong and was left out.") % {"isbn": (thirteen or ten)[:30]}]
    return []
