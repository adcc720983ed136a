"""What a MARC 21 record says of a book and its copies. Titles stand in 245, copies in 852, 876 or 952."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from library import isbn
from library.catalogue.drafts import CopyDraft, Draft, Read, Unread, year_in

AUTHORS = ("100", "110", "111", "700", "710", "711")
SUBJECTS = ("600", "610", "611", "630", "650", "651", "653", "655")
TRAILING = re.compile(r"[\s/:;,=]+$")
FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")  # of a sentence, not of an initial


def draft_of(record: Any) -> Read:
    """`record` is a pymarc.Record."""
    title = title_of(record)
    if not title:
        return Unread(_without_title(record))
    draft = Draft(title, key=_key(record), authors=_authors(record))
    draft.isbn, note = _isbn(record)
    draft.notes += [note] if note else []
    draft.edition = _first(record, "250", "ab")
    draft.publisher = _first(record, "264", "b") or _first(record, "260", "b")
    draft.year = _year(record)
    draft.subjects = "\n".join(dict.fromkeys(_subjects(record)))
    draft.call_number = _call_number(record)
    draft.language = _language(record)
    draft.copies = list(copies_of(record))
    return draft.fitted()


def title_of(record: Any) -> str:
    return _first(record, "245", "abnp")


def _without_title(record: Any) -> str:
    if _first(record, "200", "a"):
        return _("This is a UNIMARC record. Only MARC 21 is read: export the file as MARC 21.")
    return _("It has no title (field 245).")


def _key(record: Any) -> str:
    """003 and 001: whose number it is, and the number."""
    number, owner = _control(record, "001"), _control(record, "003")
    return f"marc:{owner}|{number}" if number else ""


def _isbn(record: Any) -> tuple[str | None, str]:
    """The first sound one, and a note where there are only wrong ones."""
    given = [value for field in record.get_fields("020") for value in field.get_subfields("a")]
    numbers = [value.split()[0] for value in given if value.split()]
    sound = next(filter(None, map(isbn.read, numbers)), None)
    if sound or not numbers:
        return sound, ""
    return None, _("Its ISBN %(isbn)s is wrong and was left out.") % {"isbn": numbers[0][:30]}


def _authors(record: Any) -> str:
    names = (_tidy(" ".join(field.get_subfields("a", "b", "c"))) for field in record.get_fields(*AUTHORS))
    return "; ".join(dict.fromkeys(filter(None, names)))


def _subjects(record: Any) -> Iterator[str]:
    for field in record.get_fields(*SUBJECTS):
        parts = [_tidy(value) for value in field.get_subfields("a", "x", "y", "z", "v")]
        if words := " – ".join(filter(None, parts)):
            yield words


def _year(record: Any) -> int | None:
    said = _first(record, "264", "c") or _first(record, "260", "c")
    return year_in(_control(record, "008")[7:11]) or year_in(said)


def _call_number(record: Any) -> str:
    places = (("852", "hi"), ("952", "o"), ("090", "ab"), ("050", "ab"), ("082", "a"))
    return next(filter(None, (_first(record, tag, codes) for tag, codes in places)), "")


def _language(record: Any) -> str:
    fixed = _control(record, "008")[35:38]
    if re.fullmatch(r"[a-z]{3}", fixed):
        return fixed
    said = _first(record, "041", "a")
    return said[:3] if re.fullmatch(r"[a-z]{6,}", said) else said  # engfre: several without a space


def copies_of(record: Any) -> Iterator[CopyDraft]:
    """From the holdings that carry a barcode; the same barcode once."""
    seen: set[str] = set()
    for tag, place, kind in (("952", "cba", "y"), ("876", "lb", ""), ("852", "cb", "")):
        for field in record.get_fields(tag):
            for barcode in filter(None, (value.strip() for value in field.get_subfields("p"))):
                if barcode not in seen:
                    seen.add(barcode)
                    yield CopyDraft(barcode, _one_of(field, place), _one_of(field, kind))


def _one_of(field: Any, codes: str) -> str:
    return next((value.strip() for code in codes for value in field.get_subfields(code) if value.strip()), "")


def _control(record: Any, tag: str) -> str:
    return next((str(field.data or "").strip("\x1e") for field in record.get_fields(tag) if field.control_field), "")


def _first(record: Any, tag: str, codes: str) -> str:
    """The named subfields of the first such field that has any, in their own order, without what separates them."""
    for field in record.get_fields(tag):
        if not field.control_field and (words := _tidy(" ".join(field.get_subfields(*codes)))):
            return words
    return ""


def _tidy(text: str) -> str:
    return FULL_STOP.sub("", TRAILING.sub("", " ".join(text.split())))
