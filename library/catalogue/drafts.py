"""What a record of another catalogue says, before anything is kept of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field

LONGEST = {
    "title": 500,
    "authors": 500,
    "edition": 120,
    "publisher": 200,
    "subjects": 10_000,
    "call_number": 120,
    "language": 40,
}
OURS = "marc:ostiary|"  # before the number of a title that we exported ourselves
FIELDS = (*LONGEST, "isbn", "year")
LONGEST_KEY = 120
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # what no title has and no database wants


@dataclass(frozen=True, slots=True)
class CopyDraft:
    barcode: str
    location: str = ""
    item_type: str = ""


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
    copies: list[CopyDraft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was put right or left out, in words

    def fitted(self) -> Draft:
        """Every text clean and no longer than its column; with a key in any case."""
        for name, most in LONGEST.items():
            lines = (" ".join(line.split()) for line in clean(getattr(self, name)).split("\n"))
            setattr(self, name, "\n".join(filter(None, lines))[:most].strip())
        self.key = _plain_key(self.key) or (f"isbn:{self.isbn}" if self.isbn else f"digest:{self._digest()}")
        return self

    def _digest(self) -> str:
        said = "\n".join((self.title, self.authors, self.edition, self.publisher, str(self.year or "")))
        return hashlib.blake2b(said.casefold().encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that cannot be used, and why, in words. `title` is what little is known of it."""

    why: str
    title: str = ""


Read = Draft | Unread


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
    return unicodedata.normalize("NFC", CONTROLS.sub("", text))


def year_in(text: str) -> int | None:
    """The first year of 1400-2100 in a text such as `c1999.`, `1997.0` or `[2004?]`."""
    found = re.search(r"(?<!\d)(1[4-9]\d\d|20\d\d|2100)(?!\d)", text)
    return int(found[1]) if found else None
