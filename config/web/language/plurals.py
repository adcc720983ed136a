"""Sentences with a number in them, for a page's script: it picks the form, whatever the language's rules are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

# Every language's rule depends on the number itself, where it is small, and on its last two digits.
NUMBERS = 200


class PluralForms(TypedDict):
    """static/shared/words.js: count() reads it."""

    forms: list[str]
    takes: str  # a digit for each number below NUMBERS: the place of its form


def counted(sentence: Callable[[int], str]) -> PluralForms:
    """All forms of a sentence: `counted(lambda n: ngettext("%(number)s book", "%(number)s books", n))`."""
    texts = [sentence(number) for number in range(NUMBERS)]
    forms = list(dict.fromkeys(texts))
    return {"forms": forms, "takes": "".join(str(forms.index(text)) for text in texts)}


def numbered(words: str, number: int) -> str:
    """A form of `ngettext` with its `%d` filled in, if it has one: "two hours" is one word in Arabic."""
    return words % number if "%d" in words else words
