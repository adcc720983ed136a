"""Words as the search compares them: lower case, without accents, each with a letter for where it stands. Pure.

`t:pride t:and t:prejudice a:jane a:austen s:marriage i:9780141439518` is what a title is searched by. A query for a
word anywhere looks for `:word`, one for a word of the title for ` t:word`: the beginnings of words, in any order.

Some words are written in several ways. O’Brien is found as `obrien` and as `o brien`, co-operation with the hyphen and
without, Müller as `muller` and `mueller`, U.S.A. as `usa`; `C++`, `C#` and `.NET` keep their signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

TITLE, AUTHOR, SUBJECT, NUMBER = "t", "a", "s", "i"
FIELDS = {"title": TITLE, "author": AUTHOR, "subject": SUBJECT, "isbn": NUMBER}
# Letters that do not fall apart into a base and an accent.
OTHERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
# Letters that many write as two.
AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
SIGNS = str.maketrans(
    dict.fromkeys("’‘‛`´ʼʻʽʹʾʿˈ′＇", "'")
    | dict.fromkeys("‐‑‒–—−﹣－", "-")
    | {"♯": "#", "＃": "#", "＋": "+", "．": "."}
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff", "")
)
# Scripts without spaces between words: each letter is searched by itself.
ALONE = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
WORD = re.compile(r"\w+(?:\+\+|#|\+(?!\w))?")
COMPOUND = re.compile(rf"(?:(?<![\w.])\.(?=[^\W\d_]{{2}}))?{WORD.pattern}(?:['.-]{WORD.pattern})*")
ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
DOTTED = re.compile(r"\.[^\W\d_]{2,}")  # .net, also of asp.net
LONGEST = 60  # letters of one word

Spelling = tuple[str, ...]  # words that stand for one word as it was written


def words_of(text: str) -> list[str]:
    """The words of a text or of a query: `Émile Zola’s` is emile, zola, s."""
    return [word for compound in _compounds(text) for word in _words(compound)]


def _words(compound: str) -> list[str]:
    if compound.isascii() and compound.isalnum():  # nearly every word
        return [compound[:LONGEST]]
    return _parts(_plain(compound))


def spellings(text: str) -> list[list[Spelling]]:
    """For each word of the text the ways in which it may be written, each once."""
    return [ways for compound in _compounds(text) if (ways := list(dict.fromkeys(_spellings(compound))))]


def _compounds(text: str) -> list[str]:
    """Words with the apostrophes, hyphens and dots inside them, in lower case and with their accents."""
    lower = unicodedata.normalize("NFKC", text.translate(SIGNS)).casefold()
    whole = unicodedata.normalize("NFC", lower.translate(SIGNS))
    return COMPOUND.findall(ALONE.sub(r" \1 ", "".join(filter(_may_stay, whole))))


def _may_stay(letter: str) -> bool:
    """An accent that joins no letter would cut its word in two."""
    return not unicodedata.combining(letter)


def _spellings(compound: str) -> Iterator[Spelling]:
    for form in (_plain(compound), _plain(compound.translate(AS_TWO))):
        parts = _parts(form)
        if form.startswith("."):
            yield tuple(DOTTED.findall(form)[:1])
        elif parts:
            yield tuple(parts)
        if len(parts) > 1 and ("." not in form or ACRONYM.fullmatch(form)):
            yield ("".join(parts)[:LONGEST],)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(SIGNS).translate(OTHERS)


def _parts(form: str) -> list[str]:
    return [word.replace("_", "")[:LONGEST] for word in WORD.findall(form) if word.strip("_")]


def search_text(*, title: str, authors: str, subjects: str, numbers: Iterable[str] = ()) -> str:
    """What stands in Title.search_text. It begins and ends with a space; every word stands once."""
    parts = ((TITLE, title), (AUTHOR, authors), (SUBJECT, subjects), *((NUMBER, number) for number in numbers))
    return f" {' '.join(dict.fromkeys(_marked(parts)))} "


def _marked(parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    for letter, text in parts:
        for compound in _compounds(text):
            if compound.isascii() and compound.isalnum():  # nearly every word, and written in one way
                yield f"{letter}:{compound[:LONGEST]}"
                continue
            yield from (f"{letter}:{word}" for way in _spellings(compound) for word in way)
            yield from (f"{letter}:{word}" for word in (*_parts(_plain(compound)), *DOTTED.findall(_plain(compound))))


def needles(query: str, field: str = "") -> list[list[Spelling]]:
    """What search_text must contain to answer a query in one field or anywhere.

    For each word of the query its spellings; of one of them, all.
    """
    begin = f" {FIELDS[field]}:" if field in FIELDS else ":"
    return [[tuple(begin + word for word in way) for way in ways] for ways in spellings(query)]
