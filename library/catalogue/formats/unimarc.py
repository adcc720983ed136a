"""What a UNIMARC record says of a book: the same facts as one of MARC 21, under other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from library.catalogue.formats.incoming_records import Draft, Read, Unread, year_in
from library.catalogue.formats.items.dialects import UNIMARC_995, Dialect
from library.catalogue.formats.items.holdings import copies_of
from library.catalogue.formats.marc import beside, control, first, isbn_in, tidy
from library.rules.original_script import is_latin

PEOPLE, BODIES = ("700", "701", "702"), ("710", "711", "712")
SUBJECTS = ("600", "601", "602", "604", "605", "606", "607", "608")
CLASSES = (("686", "a"), ("676", "a"), ("675", "a"))
USED = frozenset(
    [*("001", "003", "010", "100", "101", "200", "205", "210", "214", "610", "801"), *PEOPLE, *BODIES, *SUBJECTS]
    + [tag for tag, _codes in CLASSES]
)
# The signs of ISBD: a UNIMARC record has none, and they are added where it is shown.
BEFORE = {"a": " ; ", "e": " : ", "h": ". ", "i": ". "}
UNSORTED = re.compile("[\x88\x98](.*?)[\x89\x9c]")  # words before the one by which a title is filed
UNSEEN = re.compile("[\x88\x89\x98\x9c]")


def draft_of(record: Any, dialect: Dialect = UNIMARC_995) -> Read:
    """`record` is a pymarc.Record. Where a field comes in two scripts, the Latin one is shown."""
    raw, title_original = _in_scripts(_titles(record))
    if not raw:
        return Unread(_("It has no title (field 200)."))
    draft = Draft(UNSEEN.sub("", raw), title_original=UNSEEN.sub("", title_original), key=_key(record))
    draft.nonfiling = _nonfiling(raw)
    draft.authors, draft.authors_original = _authors(record)
    draft.isbn, note = isbn_in(record, "010")
    draft.notes += [note] if note else []
    draft.edition = first(record, "205", "ab")
    draft.publisher, draft.publisher_original = _in_scripts(_publishers(record))
    draft.year = _year(record)
    draft.subjects = "\n".join(dict.fromkeys(_subjects(record)))
    draft.language = first(record, "101", "a")[:3]
    draft.copies = list(copies_of(record, dialect))
    numbers = (copy.call_number for copy in draft.copies)
    draft.call_number = next(filter(None, (*numbers, *(first(record, tag, codes) for tag, codes in CLASSES))), "")
    return draft.fitted()


def _in_scripts(texts: Iterable[str]) -> tuple[str, str]:
    """What is shown, and the same in its own script."""
    texts = [text for text in texts if text]
    return beside(next(filter(is_latin, texts), ""), next((text for text in texts if not is_latin(text)), ""))


def _titles(record: Any) -> Iterator[str]:
    for field in record.get_fields("200"):
        text = ""
        for one in field.subfields:
            if one.code in BEFORE and (part := " ".join(one.value.split())):
                text += (BEFORE[one.code] if text else "") + part
        yield tidy(text)


def _nonfiling(title: str) -> int:
    """Letters between the two marks at its beginning."""
    found = UNSORTED.match(title)
    return len(found[1]) if found and found[1].endswith((" ", "'", "’", "-", '"')) else _apostrophe(title, found)


def _apostrophe(title: str, found: re.Match[str] | None) -> int:
    """A blank may stand behind the second mark."""
    return len(found[1]) + 1 if found and title[found.end() :].startswith(" ") else 0


def _key(record: Any) -> str:
    """801 $b and 001: whose number it is, and the number. 003 is an address here."""
    number = control(record, "001")
    return f"marc:{first(record, '801', 'b')}|{number}" if number else ""


def _authors(record: Any) -> tuple[str, str]:
    """Those of the fields 7xx; without any, as the title page names them (200 $f)."""
    names = list(filter(None, [*map(_person, record.get_fields(*PEOPLE)), *map(_body, record.get_fields(*BODIES))]))
    latin, others = _parted(names) if names else _parted([first(record, "200", "f")])
    return beside("; ".join(dict.fromkeys(latin)), "; ".join(dict.fromkeys(others)))


def _parted(names: list[str]) -> tuple[list[str], list[str]]:
    return list(filter(is_latin, names)), [name for name in names if not is_latin(name)]


def _person(field: Any) -> str:
    """`Asimov, Isaac`; a name that begins with its first name (second indicator 0) has no comma."""
    comma = " " if field.indicator2 == "0" else ", "
    parts = [tidy(part).lstrip(", ") for code in "ab" for part in field.get_subfields(code)[:1]]
    return UNSEEN.sub("", comma.join(filter(None, parts)))


def _body(field: Any) -> str:
    return UNSEEN.sub("", ". ".join(filter(None, map(tidy, field.get_subfields("a", "b")))))


def _publishers(record: Any) -> Iterator[str]:
    """214 of a publication, else 210."""
    newer = [field for field in record.get_fields("214") if field.indicator2 in ("0", " ", "|", "#")]
    for field in [*newer, *record.get_fields("210")]:
        yield tidy(" ".join(field.get_subfields("c")[:1]))


def _year(record: Any) -> int | None:
    said = first(record, "214", "d") or first(record, "210", "d")
    coded = next((value for field in record.get_fields("100") for value in field.get_subfields("a")), "")
    return year_in(coded[9:13]) or year_in(said)


def _subjects(record: Any) -> Iterator[str]:
    for field in record.get_fields(*SUBJECTS):
        name = _person(field) if field.tag == "600" else " ".join(map(tidy, field.get_subfields("a")))
        parts = [name, *map(tidy, field.get_subfields("x", "y", "z", "j"))]
        if words := " – ".join(filter(None, parts)):
            yield UNSEEN.sub("", words)
    for field in record.get_fields("610"):
        yield from filter(None, map(tidy, field.get_subfields("a")))
