"""Who comes in to the lockers' pages."""

from __future__ import annotations

from config.page_guards import day_of, done_or_said, only, own_address, words_of
from config.page_guards import signed_in as for_holders
from lockers.visibility import keeps_lockers

__all__ = ["day_of", "done_or_said", "for_holders", "for_officers", "own_address", "words_of"]

for_officers = only(keeps_lockers)
