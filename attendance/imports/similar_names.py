"""Whether two names may be the same person's. Pure.

Names are written in many ways, so only what both sides say is compared: without case and accents, in any order.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that many write as two, and some that do not fall apart into a letter and an accent.
AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
OTHERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})


def agree(first: str, last: str, other_first: str, other_last: str) -> bool:
    """Whether nothing speaks against it and something for it: `Grace Hopper` and `Grace`, not `Anna` and `Ben Lind`."""
    if not (last and other_last):
        return bool(spellings_of(f"{first} {last}") & spellings_of(f"{other_first} {other_last}"))
    firsts = spellings_of(first), spellings_of(other_first)
    lasts = spellings_of(last), spellings_of(other_last)
    return all(not (one and other) or bool(one & other) for one, other in (firsts, lasts)) and bool(lasts[0])


def differ(name: str, other: str) -> bool:
    """Whether these are two people's names: several words on both sides in one script, and none of them in common."""
    one, two = words_of(name), words_of(other)
    alike = spellings_of(name) & spellings_of(other)
    return len(one) > 1 and len(two) > 1 and not alike and _latin(one) == _latin(two)


def words_of(name: str) -> set[str]:
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return set(re.findall(r"\w+", plain.translate(OTHERS)))


def spellings_of(name: str) -> set[str]:
    """Its words, and the same with two letters for ü: Müller is also Mueller."""
    whole = unicodedata.normalize("NFC", name.casefold())
    return words_of(name) | words_of(whole.translate(AS_TWO))


def _latin(words: set[str]) -> bool:
    return all(word.isascii() for word in words)
