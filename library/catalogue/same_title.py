"""Is a record the title that has its number? Numbers alone do not tell: every catalogue counts from 1. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Protocol

from library.catalogue.formats.incoming_records import Draft, fitted
from library.rules.text_folding import words_of

ALIKE, ALIKE_IN_DOUBT = 0.9, 0.7  # of the letters of two titles; 1 is equal
DIGITS = re.compile(r"\d+")


class DescribedBook(Protocol):
    title: str
    isbn: str | None


def marks_of(draft: Draft) -> list[str]:
    """By what it is known again within its file."""
    return [f"is {mark}" for mark in (draft.isbn, " ".join(words_of(draft.title))) if mark]


def is_same_book(draft: Draft, book: DescribedBook) -> bool:
    """The ISBN or the title agrees; small corrections of a title too, never those of a volume's number."""
    if draft.title == book.title or (draft.isbn and draft.isbn == book.isbn):
        return True
    if draft.doubtful:
        pair = _ascii(draft.title), _ascii(book.title)
        shorter = min(map(len, pair))  # a subtitle less says nothing here
        return _likeness(pair[0][:shorter], pair[1][:shorter]) >= ALIKE_IN_DOUBT
    ours, theirs = " ".join(words_of(fitted("title", book.title))), " ".join(words_of(draft.title))
    return ours == theirs or (DIGITS.findall(ours) == DIGITS.findall(theirs) and _likeness(ours, theirs) >= ALIKE)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode().casefold()
