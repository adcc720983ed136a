"""How strict a search must be, so that a stranger is not named: the more people, the stricter."""

from __future__ import annotations

import math


def fmr_for(people: int, *, target_fmr: float, target_fpir: float) -> float:
    """The false match rate at which to search a roster of `people`.

    A stranger who is compared with N people is taken for one of them with a chance of
    FPIR = 1 - (1 - FMR)^N, were the comparisons independent. So the rate is `target_fmr`, or, where the
    roster is too large for that, the one that keeps the FPIR at `target_fpir`. Rates lie between 0 and 1.
    """
    if people < 1:
        return target_fmr
    return min(target_fmr, -math.expm1(math.log1p(-target_fpir) / people))
