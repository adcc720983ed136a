"""Words as a search compares them: lower case and without accents, on every database alike. Pure.

Müller is found as `muller` and as `mueller`, O’Brien as `obrien` and as `o brien`.
"""

from __future__ import annotations

import re
import unicodedata

AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
OTHERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
INSIDE = re.compile(r"['’‘ʼ`´-]")
BETWEEN = re.compile(r"[^\w.]+|_")


def plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(OTHERS)


def searched(text: str) -> str:
    """What is looked through: each spelling of the text, every word with a space before it."""
    lower = text.casefold()
    if lower.isascii() and lower.replace(" ", "").isalnum():  # nearly every name
        return f" {lower} "
    lower = unicodedata.normalize("NFC", lower)
    if lower.isascii() and not INSIDE.search(lower):
        return f" {BETWEEN.sub(' ', lower)} "
    forms = {plain(lower), plain(lower.translate(AS_TWO))}
    both = {shape for form in forms for shape in (INSIDE.sub("", form), INSIDE.sub(" ", form))}
    return f" {' '.join(BETWEEN.sub(' ', form) for form in sorted(both))} "


def words_of(query: str) -> list[str]:
    """The words of a query, each as the beginning of a word is looked for; six at most."""
    lower = INSIDE.sub("", plain(unicodedata.normalize("NFC", query.casefold())))
    return [f" {word}" for word in BETWEEN.sub(" ", lower).split()[:6]]


def matches(words: list[str], text: str) -> bool:
    """Whether each of them begins a word of the text."""
    there = searched(text)
    return bool(words) and all(word in there for word in words)
