"""Under which words a title is filed: without its leading article, accents and case. Pure."""

from __future__ import annotations

from library.rules import text_folding

LONGEST = 200
ENGLISH = ("the", "a", "an")
ARTICLES = {
    "eng": ENGLISH,
    "": ENGLISH,
    "ger": ("der", "die", "das", "ein", "eine"),
    "fre": ("le", "la", "les", "l", "un", "une"),
    "spa": ("el", "la", "los", "las", "un", "una"),
    "ita": ("il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una"),
    "por": ("o", "a", "os", "as", "um", "uma"),
    "dut": ("de", "het", "een"),
    "swe": ("en", "ett"),
    "dan": ("den", "det", "de", "en", "et"),
    "nor": ("den", "det", "de", "en", "et"),
}
SHORT = {"en": "eng", "de": "ger", "fr": "fre", "es": "spa", "it": "ita", "pt": "por", "nl": "dut"}
SHORT |= {"deu": "ger", "fra": "fre", "nld": "dut", "sv": "swe", "da": "dan", "no": "nor"}


def sort_title(title: str, language: str = "", nonfiling: int = 0) -> str:
    """`nonfiling`: letters to leave out, as a MARC record counts them (245, second indicator); else by language."""
    words = text_folding.words_of(title[nonfiling:] or title)
    code = language.strip().casefold()
    articles = ARTICLES.get(SHORT.get(code, code), ())
    if not nonfiling and len(words) > 1 and words[0] in articles:
        words = words[1:]
    return " ".join(words)[:LONGEST]
