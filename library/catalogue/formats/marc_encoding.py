"""In which encoding are the letters of a MARC record? The leader says so, and is often wrong. Pure.

Sound UTF-8 is UTF-8. What is neither that nor ASCII is MARC-8, in which a mark stands before its letter, or
Windows-1252, in which a letter has its mark already. Each reading costs what is unlikely in it: a mark before a blank,
a letter that the record's language does not have. The cheaper one counts, the leader's own among equals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

UTF8, MARC8, WINDOWS = "UTF-8", "MARC-8", "Windows-1252"
ESCAPE = b"\x1b"
IMPOSSIBLE = 1000
UNLIKELY = 3
CLEAR = 2  # by how much a reading must be cheaper than the leader's

CODE = re.compile(rb"\x1f.")  # of a subfield: no letter of its text
NOT_ANSEL = re.compile(rb"[\x80-\x87\x8a-\x8c\x8f-\xa0\xaf\xbb\xbe\xbf\xc9-\xdf\xfc\xfd\xff]")
SIGN_IN_WORD = re.compile(rb"(?<=[A-Za-z])[\xa8-\xab\xb9\xc0-\xc6\xc8](?=[A-Za-z])")  # £ or ♭ in the middle of a word
MARKED = re.compile(rb"([\xe0-\xfe]+)([A-Za-z\xa1-\xbd]?)")
LIGATURES = re.compile(rb"\xeb[A-Za-z]\xec[A-Za-z]|\xfa[A-Za-z]\xfb[A-Za-z]")
# The character sets of MARC-8 after an escape, and the way back to Latin.
KNOWN_ESCAPES = re.compile(rb"\x1b(?:[bgps]|[(,)\-]!?[1-4BENQS]|\$[(,)\-]?1)")
SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
HIGH = re.compile(rb"[\x80-\xff]")
HIGH_RUN = re.compile(rb"[\xc0-\xff]{3}")
MARKS = dict(
    zip(
        range(0xE0, 0xFF),
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a\ufe20\ufe21\u0315\u030b\u0310"
        "\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e\ufe22\ufe23\ufffd\ufffd\u0313",
        strict=True,
    )
)
SELDOM = frozenset(b"\xe0\xea\xeb\xec\xed\xee\xf3\xf5\xfa\xfb\xfe")  # marks that stand on few letters
WESTERN = frozenset("àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßœ")
EASTERN = frozenset("čďěňřšťůžąćęłńśźżőűășşțţğāēģīķļņūėįųṣṭḍḥẓṛṇṃṁḳḵĭẏėĝĉĥĵŝŭ")
ALPHABETS = {
    "cat": "àçéèíïóòúü",
    "dan": "æøåé",
    "dut": "áàéèêëíïóöúü",
    "fin": "äöå",
    "fre": "àâæçéèêëîïôœùûüÿ",
    "ger": "äöüßé",
    "glg": "áéíóúñü",
    "ice": "áðéíóúýþæö",
    "ita": "àèéìîòóù",
    "nor": "æøåéòô",
    "por": "áâãàçéêíóôõúü",
    "spa": "áéíóúñü",
    "swe": "åäöé",
}
IN_WORDS = frozenset("’‘“”–—…·ªº°®™©\xad\xa0")
USUAL = ("ão", "ãe", "äu")  # two letters, and no mark before its letter
# Languages that other code pages are made for.
OTHER_PAGES = frozenset(
    ("cze", "slo", "pol", "hun", "hrv", "srp", "slv", "bos", "mac", "rum", "tur", "aze", "lit", "lav", "rus")
) | {"ukr", "bel", "bul", "gre", "heb", "yid", "ara", "per", "urd", "tha", "vie", "chi", "jpn", "kor"}
MANY = frozenset({"", "eng", "mul", "und", "zxx", "|||", "   "})  # languages that tell nothing of the letters


@dataclass(frozen=True, slots=True)
class Reading:
    """`encoding` of the bytes that are not sound UTF-8; "" when none can be read. `doubtful`: it may be another."""

    encoding: str
    doubtful: bool = False
    as_said: bool = True  # by the leader


def reading(values: Iterable[bytes], *, says_utf8: bool, language: str = "") -> Reading:
    """What the letters of a record's fields are. `language` is the code of MARC, or empty."""
    said = UTF8 if says_utf8 else MARC8
    lettered = [CODE.sub(b"\n", value) for value in values if not value.isascii() or ESCAPE in value]
    if not lettered:
        return Reading(said)
    if any(ESCAPE in value for value in lettered):
        return _escaped(lettered, says_utf8)
    rest = [value for value in lettered if not is_utf8(value)]
    if not rest:
        return Reading(UTF8, as_said=says_utf8)
    if says_utf8 and any(SEQUENCE.search(value) for value in rest):
        return Reading("")  # UTF-8 with damaged letters
    return _weighed(rest, said, language)


def _escaped(values: list[bytes], says_utf8: bool) -> Reading:
    odd = any(value.count(ESCAPE) != len(KNOWN_ESCAPES.findall(value)) for value in values)
    return Reading(MARC8, doubtful=odd, as_said=not says_utf8)


def _weighed(values: list[bytes], said: str, language: str) -> Reading:
    marc8 = sum(marc8_cost(value, language) for value in values)
    windows = sum(windows_cost(value, language) for value in values)
    if windows >= IMPOSSIBLE and marc8 >= 2 * sum(len(HIGH.findall(value)) for value in values):
        return Reading("")
    if said == UTF8:
        eastern = language not in ALPHABETS and language not in MANY
        return Reading(MARC8 if marc8 < windows + eastern else WINDOWS, doubtful=True, as_said=False)
    if marc8 - windows >= CLEAR:
        return Reading(WINDOWS, doubtful=True, as_said=False)
    return Reading(MARC8, doubtful=marc8 > windows or marc8 >= UNLIKELY)


def decoded(value: bytes, encoding: str) -> str:
    """Sound UTF-8 is UTF-8 in any record."""
    if value.isascii() and ESCAPE not in value:
        return value.decode()
    if ESCAPE not in value and is_utf8(value):
        return value.decode()
    if encoding == WINDOWS:
        return value.decode("cp1252", errors="replace")
    if encoding == MARC8:
        from pymarc import marc8_to_unicode

        return marc8_to_unicode(value, hide_utf8_warnings=True)
    return value.decode(errors="replace")


def is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


# --- what is unlikely ---------------------------------------------------------------------------


def marc8_cost(value: bytes, language: str) -> int:
    if NOT_ANSEL.search(value):
        return IMPOSSIBLE
    alone = LIGATURES.sub(b"", value)
    signs = UNLIKELY * len(SIGN_IN_WORD.findall(value))
    return signs + sum(_mark_cost(found, alone, language) for found in MARKED.finditer(alone))


def _mark_cost(found: re.Match[bytes], value: bytes, language: str) -> int:
    marks, base = found[1], found[2]
    if not base or len(marks) > 2:
        return 3  # a mark before a blank, a sign or the end
    if not base.isascii():
        return 2
    said = base.decode() + "".join(MARKS[mark] for mark in marks)
    letter = unicodedata.normalize("NFC", said).lower()
    if len(letter) > 1:
        return 3 if SELDOM & set(marks) else 2 if language in ALPHABETS or language in MANY else 0
    before = value[found.start() - 1 : found.start()].lower() if found.start() else b""
    if marks == b"\xf1" and before in (b"a", b"e", b"o", b"u"):
        return 3  # a hook after such a vowel: it is an ñ of Windows-1252
    if language == "por" and found[0] == b"\xe3o" and not value[found.end() : found.end() + 1].isalpha():
        return 2  # more words end in -ão than in -ô
    return _letter_cost(letter, language)


def _letter_cost(letter: str, language: str) -> int:
    if language in ALPHABETS:
        return 0 if letter in ALPHABETS[language] else 2
    if language not in MANY or letter in WESTERN:
        return 0
    return 1 if letter in EASTERN else 2


def windows_cost(value: bytes, language: str) -> int:
    if language in OTHER_PAGES:
        return IMPOSSIBLE
    try:
        text = value.decode("cp1252")
    except UnicodeDecodeError:
        return IMPOSSIBLE
    letters = [letter for letter in text if letter.isalpha()]
    high = sum(letter > "\x7f" for letter in letters)
    if HIGH_RUN.search(value) or (high > 2 and high * 10 > len(letters) * 4):
        return IMPOSSIBLE  # another alphabet, as of Cyrillic code pages
    return sum(_windows_costs(text, language))


def _windows_costs(text: str, language: str) -> Iterator[int]:
    padded = f" {text} "
    for before, letter, after in zip(padded, padded[1:], padded[2:], strict=False):
        if letter > "\x7f":
            yield _windows_cost(before, letter, after, language)


def _windows_cost(before: str, letter: str, after: str, language: str) -> int:
    if not letter.isalpha() or letter in "ªº":
        return IMPOSSIBLE if before.isalpha() and after.isalpha() and letter not in IN_WORDS else 0
    if (letter.islower() and after.isupper()) or (before.islower() and letter.isupper()):
        return 2
    if language in ALPHABETS and letter.lower() not in ALPHABETS[language]:
        return 2
    if letter in "áàâãäèé" and after in "aeiou" and letter + after not in USUAL and _composes(letter, after):
        return 2  # MARC-8 that makes one letter of both
    return 1 if letter in "äåã" and before in "aeo" else 0


def _composes(letter: str, after: str) -> bool:
    """Whether MARC-8 reads these two bytes as one letter of western languages."""
    mark = MARKS.get(letter.encode("cp1252")[0], "")
    return unicodedata.normalize("NFC", after + mark) in WESTERN
