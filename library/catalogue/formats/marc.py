"""What a MARC 21 record says of a book and its copies. Titles stand in 245, copies as `items.dialects` says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from library.catalogue.formats import linked_script
from library.catalogue.formats.incoming_records import LATEST, LONGEST, Draft, Read, Unread, year_in
from library.catalogue.formats.items.dialects import STANDARD, Dialect
from library.catalogue.formats.items.holdings import copies_of
from library.rules import isbn

EXACTLY = "887"  # what a field of MARC cannot say: our own export writes it there
OURS = "ostiary"
TITLE = "abnp"  # subfields of 245
AUTHORS = ("100", "110", "111", "700", "710", "711")
SUBJECTS = ("600", "610", "611", "630", "650", "651", "653", "655")
CALL_NUMBERS = (("852", "hij"), ("952", "o"), ("090", "ab"), ("050", "ab"), ("082", "a"))
# The fields that a draft is made of. What stands in others may be in any encoding.
USED = frozenset(
    [
        *["001", "003", "008", "020", "041", "245", "250", "260", "264"],
        EXACTLY,
        linked_script.TAG,
        *AUTHORS,
        *SUBJECTS,
    ]
    + [tag for tag, _codes in CALL_NUMBERS]
)
TRAILING = re.compile(r"[\s/:;,=]+$")
FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")  # of a sentence, not of an initial


def draft_of(record: Any, dialect: Dialect = STANDARD) -> Read:
    """`record` is a pymarc.Record. A title that is there in its own script only is the title."""
    original = linked_script.original_of(record)
    title = title_of(record) or facts_of_ours(record).get("title") or first(original, "245", TITLE)
    if not title:
        return Unread(_("It has no title (field 245)."))
    draft = Draft(title, key=_key(record), authors=_authors(record))
    draft.isbn, note = isbn_in(record, "020")
    draft.notes += [note] if note else []
    draft.edition = first(record, "250", "ab")
    draft.publisher = first(record, "264", "b") or first(record, "260", "b")
    draft.year = _year(record)
    draft.subjects = "\n".join(dict.fromkeys(_subjects(record)))
    draft.copies = list(copies_of(record, dialect))
    draft.call_number = next((copy.call_number for copy in draft.copies if copy.call_number), "")
    draft.call_number = draft.call_number or _call_number(record)
    draft.language = _language(record)
    draft.nonfiling = _nonfiling(record)
    _add_original(draft, original)
    _correct(draft, record)
    return draft.fitted()


def _add_original(draft: Draft, original: Any) -> None:
    """Beside the romanised ones; what stands alone is not said twice."""
    title, authors = first(original, "245", TITLE), _authors(original)
    publisher = first(original, "264", "b") or first(original, "260", "b")
    draft.title_original = title if title != draft.title else ""
    draft.authors, draft.authors_original = beside(draft.authors, authors)
    draft.publisher, draft.publisher_original = beside(draft.publisher, publisher)


def beside(romanised: str, original: str) -> tuple[str, str]:
    """What is shown, and what stands beside it: where only the original is there, it is what is shown."""
    return (romanised, original if original != romanised else "") if romanised else (original, "")


def facts_of_ours(record: Any) -> dict[str, Any]:
    """What our own export has added in 887: facts that lose something on their way through MARC."""
    for field in record.get_fields(EXACTLY):
        if field.get_subfields("2") == [OURS]:
            return _json(" ".join(field.get_subfields("a")))
    return {}


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _correct(draft: Draft, record: Any) -> None:
    for name, value in facts_of_ours(record).items():
        if name in LONGEST and isinstance(value, str):
            setattr(draft, name, value)
        elif name == "year" and (value is None or (isinstance(value, int) and 0 <= value <= LATEST)):
            draft.year = value


def title_of(record: Any) -> str:
    return first(record, "245", TITLE)


def _nonfiling(record: Any) -> int:
    """245, second indicator: only where it ends before a word, for many records count wrongly."""
    field = next(iter(record.get_fields("245")), None)
    said = str(field.indicator2) if field is not None else ""
    if field is None or not re.fullmatch("[1-9]", said):
        return 0
    before = "".join(field.get_subfields("a")[:1])[: int(said)]
    return len(before) if before.endswith((" ", "'", "’", "-", '"')) else 0


def _key(record: Any) -> str:
    """003 and 001: whose number it is, and the number."""
    number, owner = control(record, "001"), control(record, "003")
    return f"marc:{owner}|{number}" if number else ""


def isbn_in(record: Any, tag: str) -> tuple[str | None, str]:
    """The first sound one, and a note where there are only wrong ones."""
    given = [value for field in record.get_fields(tag) for value in field.get_subfields("a") if value.strip()]
    sound = next(filter(None, map(isbn.read, given)), None)
    if sound or not given:
        return sound, ""
    return None, _("Its ISBN %(isbn)s is wrong and was left out.") % {"isbn": given[0].strip()[:30]}


def _authors(record: Any) -> str:
    names = (tidy(" ".join(field.get_subfields("a", "b", "c"))) for field in record.get_fields(*AUTHORS))
    return "; ".join(dict.fromkeys(filter(None, names)))


def _subjects(record: Any) -> Iterator[str]:
    for field in record.get_fields(*SUBJECTS):
        parts = [tidy(value) for value in field.get_subfields("a", "x", "y", "z", "v")]
        if words := " – ".join(filter(None, parts)):
            yield words


def _year(record: Any) -> int | None:
    said = first(record, "264", "c") or first(record, "260", "c")
    return year_in(control(record, "008")[7:11]) or year_in(said)


def _call_number(record: Any) -> str:
    return next(filter(None, (first(record, tag, codes) for tag, codes in CALL_NUMBERS)), "")


def _language(record: Any) -> str:
    fixed = control(record, "008")[35:38]
    if re.fullmatch(r"[a-z]{3}", fixed):
        return fixed
    said = first(record, "041", "a")
    return said[:3] if re.fullmatch(r"[a-z]{6,}", said) else said  # engfre: several without a space


def control(record: Any, tag: str) -> str:
    return next((str(field.data or "").strip("\x1e") for field in record.get_fields(tag) if field.control_field), "")


def first(record: Any, tag: str, codes: str) -> str:
    """The named subfields of the first such field that has any, in their own order, without what separates them."""
    for field in record.get_fields(tag):
        if not field.control_field and (words := tidy(" ".join(field.get_subfields(*codes)))):
            return words
    return ""


def tidy(text: str) -> str:
    return FULL_STOP.sub("", TRAILING.sub("", " ".join(text.split())))
