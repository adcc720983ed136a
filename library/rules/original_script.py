"""In which script is a text written, and how does a page say so? Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter

# The first word of a letter's name in Unicode, and the script as BCP 47 writes it.
SCRIPTS = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "HANGUL": "Kore",
    "HEBREW": "Hebr",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "LATIN": "Latn",
    "TAMIL": "Taml",
    "THAI": "Thai",
}
# By the codes of MARC: what a page calls the language, and the scripts in which it is written.
LANGUAGES = {
    "ara": ("ar", "Arab"),
    "arm": ("hy", "Armn"),
    "bel": ("be", "Cyrl"),
    "ben": ("bn", "Beng"),
    "bul": ("bg", "Cyrl"),
    "chi": ("zh", "Hani"),
    "geo": ("ka", "Geor"),
    "grc": ("grc", "Grek"),
    "gre": ("el", "Grek"),
    "heb": ("he", "Hebr"),
    "hin": ("hi", "Deva"),
    "jpn": ("ja", "Jpan Hani"),
    "kor": ("ko", "Kore Hani"),
    "mac": ("mk", "Cyrl"),
    "per": ("fa", "Arab"),
    "rus": ("ru", "Cyrl"),
    "san": ("sa", "Deva"),
    "srp": ("sr", "Cyrl"),
    "tam": ("ta", "Taml"),
    "tha": ("th", "Thai"),
    "ukr": ("uk", "Cyrl"),
    "urd": ("ur", "Arab"),
    "yid": ("yi", "Hebr"),
}


def script_of(text: str) -> str:
    """That of most of its letters; empty for numbers and signs alone."""
    counted = Counter(map(_script, filter(str.isalpha, text)))
    if counted.get("Jpan"):
        return "Jpan"  # whatever number of Chinese characters it has
    return counted.most_common(1)[0][0] if counted else ""


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return SCRIPTS.get(name.partition("-")[0], "Zyyy")


def is_latin(text: str) -> bool:
    """A text without letters is, too."""
    return script_of(text) in ("Latn", "")


def language_tag(text: str, language: str = "") -> str:
    """For `lang`: the record's language if it is written so, else only the script: `ru`, `und-Cyrl`."""
    script = script_of(text) or "Zyyy"
    tag, scripts = LANGUAGES.get(language.strip().lower(), ("", ""))
    return tag if script in scripts.split() else f"und-{script}"


def direction(text: str) -> str:
    """For `dir`: by the first letter that has one."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"
