"""How long someone who has guessed wrongly must wait, in words."""

from __future__ import annotations

import math

from django.utils.functional import Promise

IN_SECONDS = 90  # up to which it is said in seconds


def in_words(seconds: int, by_second: Promise, by_minute: Promise) -> str:
    """Both sentences are `ngettext_lazy` with `%(n)d` in them."""
    if seconds <= IN_SECONDS:
        return str(by_second % {"n": seconds})
    return str(by_minute % {"n": math.ceil(seconds / 60)})
