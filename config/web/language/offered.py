"""Which languages this site speaks. No Django: the settings ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

# By what each calls itself: a person who looks for theirs may be unable to read the rest of the screen.
NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "pt": "Português",
    "tr": "Türkçe",
    "hi": "हिन्दी",
    "zh-hans": "简体中文",
    "ar": "العربية",
}
WRITTEN_IN = "en"  # the language of the texts in the code


def folder_of(code: str) -> str:
    """gettext's: `zh-hans` lies in `zh_Hans`."""
    language, _, script = code.partition("-")
    return f"{language}_{script.title()}" if script else language


def offered(wanted: Sequence[str], locale: Path) -> list[tuple[str, str]]:
    """Those of `wanted` (empty: all) that have a catalogue, in the order of NAMES. ValueError where one is unknown."""
    if unknown := [code for code in wanted if code not in NAMES]:
        raise ValueError(f"{unknown[0]} is not one of {', '.join(NAMES)}")
    there = [code for code in NAMES if code == WRITTEN_IN or (locale / folder_of(code)).is_dir()]
    return [(code, NAMES[code]) for code in there if not wanted or code in wanted]
