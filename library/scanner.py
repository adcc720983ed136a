"""What a barcode scanner has typed, without the letters that it is set to put around each code.

Here alone, for kiosks, the desk and the inventory: one scanner, carried from one to the other, says the same.
"""

from __future__ import annotations

from django.conf import settings

LONGEST = 64  # letters of a barcode


def cleaned(typed: str) -> str:
    text = typed.strip()
    text = text.removeprefix(settings.LIBRARY_SCANNER_PREFIX).removesuffix(settings.LIBRARY_SCANNER_SUFFIX)
    return text.strip()[:LONGEST]


def readings(typed: str) -> list[str]:
    """For a field where people type too: as it stands first, then as if a scanner had typed it. Never empty words."""
    return [text for text in dict.fromkeys((typed.strip(), cleaned(typed))) if text]
