"""Books that are being lent, renewed or returned between this ledger and the college's library system right now.

Each side is asked in turn, so for a moment they do not agree: `mirror`, which compares them, leaves such books alone.
Kept in the cache, so that every process knows.
"""

from __future__ import annotations

from django.core.cache import cache

from library.models import Copy

LASTS = 600  # s; longer than the longest check-out of a full basket at a library system that hardly answers


def mark(copy: Copy) -> None:
    """Before the other side is asked."""
    cache.set(_key(copy), True, LASTS)


def is_marked(copy: Copy) -> bool:
    return bool(cache.get(_key(copy)))


def _key(copy: Copy) -> str:
    return f"library:under_way:{copy.pk}"
