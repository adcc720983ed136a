"""What a record of another catalogue says, before anything is kept of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from config.tables.table import FORMULA

LONGEST = {
    "title": 500,
    "authors": 500,
    "edition": 120,
    "publisher": 200,
    "subjects": 10_000,
    "call_number": 120,
    "language": 40,
    "title_original": 500,
    "authors_original": 500,
    "publisher_original": 200,
}
OURS = "marc:ostiary|"  # before the number of a title that we exported ourselves
NOBODYS = "marc:|"  # before a number that came without the name of its owner
FIELDS = (*LONGEST, "isbn", "year")
LONGEST_KEY = 120
LATEST = 9999  # year
BLANKS = re.compile(r"[\t\x0b\x0c\r\x85]+")
UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROLS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)  # what no title has and no database wants


@dataclass(frozen=True, slots=True)
class CopyDraft:
    barcode: str
    branch: str = ""  # its code, as the file writes it
    location: str = ""
    item_type: str = ""
    status: str = ""  # rules.CopyStatus; empty when nothing is said
    call_number: str = ""
    price: Decimal | None = None
    acquired: date | None = None
    note: str = ""
    notes: tuple[str, ...] = ()  # what was not understood, in words


@dataclass(slots=True)
class Draft:
    """One readable record. `key` says which record it is, however often it comes."""

    title: str
    key: str = ""
    authors: str = ""
    isbn: str | None = None
    edition: str = ""
    publisher: str = ""
    year: int | None = None
    subjects: str = ""
    call_number: str = ""
    language: str = ""
    # In their own script, where the fields above are romanised.
    title_original: str = ""
    authors_original: str = ""
    publisher_original: str = ""
    copies: list[CopyDraft] = field(default_factory=list)
    silent: frozenset[str] = frozenset()  # of FIELDS: what the record does not speak of, which stays as it is
    notes: list[str] = field(default_factory=list)  # what was corrected or left out, in words
    doubtful: bool = False  # its letters may be wrong
    nonfiling: int = 0  # letters before the word under which it is filed

    def fitted(self) -> Draft:
        """Every text clean and no longer than its column; with a key in any case."""
        for name in LONGEST:
            setattr(self, name, fitted(name, getattr(self, name)))
        self.key = _plain_key(self.key) or (f"isbn:{self.isbn}" if self.isbn else f"digest:{self._digest()}")
        return self

    @property
    def number_is_anybodys(self) -> bool:
        """Its number (001) came without the name of who gave it (003): other catalogues count from 1 too."""
        return self.key.startswith((NOBODYS, OURS))

    def second_key(self) -> str:
        """For another book with the same number."""
        return _plain_key(f"{self.key}#{self.isbn or self._digest()}")

    def _digest(self) -> str:
        said = "\n".join((self.title, self.authors, self.edition, self.publisher, str(self.year or "")))
        return hashlib.blake2b(said.casefold().encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that cannot be used, and why, in words. `title` is what little is known of it."""

    why: str
    title: str = ""


Read = Draft | Unread


def fitted(name: str, text: str) -> str:
    """What is kept of a text in the column `name`: only subjects have several lines."""
    lines = [" ".join(line.split()) for line in clean(text).split("\n")]
    return ("\n" if name == "subjects" else " ").join(filter(None, lines))[: LONGEST[name]].strip()


def says_the_same(name: str, here: Any, there: Any) -> bool:
    """Whether a fact of the catalogue and one of a file differ only in what gets lost on the way.

    Blanks and signs that no one sees, the apostrophe that keeps a spreadsheet from running a cell, and what stands
    between two subjects: on one line they are parted by semicolons.
    """
    if name == "year":
        return (here or None) == (there or None)
    if here == there or not (isinstance(here, str) and isinstance(there, str)):
        return bool(here == there)
    return name in LONGEST and _essence(name, here) == _essence(name, there)


def _essence(name: str, text: str) -> str:
    text = fitted(name, UNSEEN.sub("", text))
    if name == "subjects":
        text = "\n".join(filter(None, (part.strip() for part in text.replace(";", "\n").split("\n"))))
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def own_key(pk: int) -> str:
    return f"{OURS}{pk}"


def _plain_key(key: str) -> str:
    """Lower case and ASCII, for to some databases A, a and á are one; what is not becomes a digest."""
    plain = clean(key).strip().casefold()
    if plain.isascii() and len(plain) <= LONGEST_KEY:
        return plain
    return f"key:{hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()}"


def clean(text: str) -> str:
    """Without control signs, and with letters and accents joined."""
    return unicodedata.normalize("NFC", CONTROLS.sub("", BLANKS.sub(" ", text)))


def plain(text: str) -> str:
    """Clean, and on one line."""
    return " ".join(clean(text).split())


def year_in(text: str) -> int | None:
    """The first year of 1400-2100 in a text such as `c1999.`, `1997.0` or `[2004?]`."""
    found = re.search(r"(?<!\d)(1[4-9]\d\d|20\d\d|2100)(?!\d)", text)
    return int(found[1]) if found else None
