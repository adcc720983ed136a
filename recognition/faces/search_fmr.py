"""The false match rate at which a roster is searched: the site's, or a stricter one where the roster is large."""

from __future__ import annotations

from django.conf import settings

from recognition.engine.search.fmr import fmr_for
from recognition.engine.search.gallery import Gallery

# A room camera looks at the same stranger again and again, and each time is one more chance of a false match; anyone
# who
# belongs there has as many chances to be recognised. So it searches more strictly, by so much.
ROOM_CHANCES = 100  # looks that are not alike, in an hour of class


def search_fmr(gallery: Gallery, roster: frozenset[int] | None, target_fmr: float | None, *, chances: int = 1) -> float:
    """`target_fmr` (None: the site's TARGET_FMR) is the most; TARGET_FPIR and the number of people may ask for less.

    `chances`: how many independent tries the same stranger is likely to get.
    """
    people = len(gallery if roster is None else gallery.restricted_to(roster))
    target = (target_fmr or settings.TARGET_FMR) / chances
    return fmr_for(people, target_fmr=target, target_fpir=settings.TARGET_FPIR / chances)
