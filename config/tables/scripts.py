"""What writing systems ask for before text is drawn: its order on the line, and which letters belong together. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

VIRAMA = 9  # its canonical combining class: the sign that joins two consonants of an Indic script
JOINERS = ("\u200c", "\u200d")
THAI_AM, LAO_AM = "\u0e33", "\u0eb3"  # vowels that stand partly above the consonant before them


def from_left_to_right(text: str) -> list[str]:
    """The text in pieces as they stand on the line, each in the order in which it is read.

    Unicode's bidirectional algorithm (UAX 9): "abc שלום" is "abc ", then שלום, which is written to the left.
    """
    if not any(is_leftwards(letter) for letter in text):
        return [text]
    shown = _in_order(text.translate(_KEPT)).translate(_GIVEN_BACK)
    pieces = [(leftwards, "".join(letters)) for leftwards, letters in groupby(shown, _runs_left)]
    return [piece[::-1] if leftwards else piece for leftwards, piece in pieces]


def _in_order(text: str) -> str:
    """`Ada שלום (12)`: the two brackets of a pair stand together (rule N0 of UAX 9), as in names with a number.

    Of python-bidi's two algorithms one knows pairs and mirrors no sign, the other mirrors and knows no pairs: it does
    what has brackets within brackets, or other signs with two sides.
    """
    from bidi import get_display
    from bidi.algorithm import get_display as without_pairs

    sided = "".join(letter for letter in text if unicodedata.mirrored(letter) or unicodedata.category(letter) == "Cf")
    if sided and _PAIRS.fullmatch(sided):
        return _PAIR.sub(_upright, str(get_display(text)))
    return str(without_pairs(text))


_PAIRS = re.compile(r"(?:\(\)|\[\]|\{\})+")
_PAIR = re.compile(r"[)\]}][^()\[\]{}]*[(\[{]|[(\[{][^()\[\]{}]*[)\]}]")
_MIRRORED = str.maketrans("()[]{}", ")(][}{")


def _upright(pair: re.Match[str]) -> str:
    """One that stands among what runs to the left comes as `)12(`."""
    return pair[0].translate(_MIRRORED) if pair[0][0] in ")]}" else pair[0]


# The algorithm drops the joiner and the non-joiner; a mark that no one sees keeps their place.
_KEPT = {0x200C: 0x034F, 0x200D: 0x20DD}
_GIVEN_BACK = {mark: joiner for joiner, mark in _KEPT.items()}


def _runs_left(letter: str) -> bool:
    return is_leftwards(letter) or ord(letter) in _KEPT


def is_leftwards(letter: str) -> bool:
    """A letter of Arabic, Hebrew and their kin, or a mark on one. Their digits run to the right."""
    kind = unicodedata.bidirectional(letter)
    return kind in ("R", "AL") or (kind == "NSM" and _is_of_leftward_script(letter))


def _is_of_leftward_script(letter: str) -> bool:
    return "\u0590" <= letter <= "\u08ff" or "\ufb1d" <= letter <= "\ufeff"


def joins(text: str) -> bool:
    """Whether the shapes of these letters depend on each other: marks, or a script whose letters join."""
    return any(is_leftwards(letter) or _is_mark(letter) or letter in (THAI_AM, LAO_AM) for letter in text) or any(
        "\u0900" <= letter <= "\u0dff" or "\u1000" <= letter <= "\u109f" or "\u1780" <= letter <= "\u17ff"
        for letter in text
    )


def is_east_asian(letter: str) -> bool:
    """Chinese, Japanese or Korean: readers of PDF have fonts for them."""
    return (
        "\u2e80" <= letter <= "\u9fff"
        or "\uf900" <= letter <= "\ufaff"
        or "\ufe30" <= letter <= "\ufe4f"
        or ("\uff00" <= letter <= "\uffef" or "\U00020000" <= letter <= "\U0003ffff")
    )


def clusters(text: str) -> Iterator[str]:
    """The text in pieces that a line break, or a change of font, must not part: a letter with its marks."""
    cluster = ""
    for letter in text:
        if cluster and not _goes_with(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _goes_with(cluster: str, letter: str) -> bool:
    after_virama = unicodedata.combining(cluster[-1]) == VIRAMA and unicodedata.category(letter) == "Lo"
    return _is_mark(letter) or letter in (THAI_AM, LAO_AM, *JOINERS) or after_virama or cluster[-1] in JOINERS


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
