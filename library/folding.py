"""Words as the search compares them: lower case, without accents, each with a letter for where it stands. Pure.

`t:pride t:and t:prejudice a:jane a:austen s:marriage i:9780141439518` is what a title is searched by. A query for a
word anywhere looks for `:word`, one for a word of the title for ` t:word`: the beginnings of words, in any order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

TITLE, AUTHOR, SUBJECT, NUMBER = "t", "a", "s", "i"
FIELDS = {"title": TITLE, "author": AUTHOR, "subject": SUBJECT, "isbn": NUMBER}
# Letters that do not fall apart into a base and an accent.
OTHERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
# Scripts without spaces between words: each letter is searched by itself.
ALONE = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
WORD = re.compile(r"\w+")
LONGEST = 60  # letters of one word


def words_of(text: str) -> list[str]:
    """The words of a text or of a query: `Émile Zola’s` is emile, zola, s."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(OTHERS)
    return [word.replace("_", "")[:LONGEST] for word in WORD.findall(ALONE.sub(r" \1 ", plain)) if word.strip("_")]


def search_text(*, title: str, authors: str, subjects: str, numbers: Iterable[str] = ()) -> str:
    """What stands in Title.search_text. It begins and ends with a space; every word stands once."""
    parts = ((TITLE, title), (AUTHOR, authors), (SUBJECT, subjects), *((NUMBER, number) for number in numbers))
    return f" {' '.join(dict.fromkeys(_marked(parts)))} "


def _marked(parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    for letter, text in parts:
        for word in words_of(text):
            yield f"{letter}:{word}"


def needles(query: str, field: str = "") -> list[str]:
    """What search_text must contain, all of it, to answer a query in one field or anywhere."""
    begin = f" {FIELDS[field]}:" if field in FIELDS else ":"
    return [begin + word for word in words_of(query)]
