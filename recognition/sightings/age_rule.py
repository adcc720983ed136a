"""Do someone's accepted looks move away from the photos they were enrolled with? Pure numbers.

Measured by `python -m benchmarks impostors`, see docs/recognition.md: how often someone is reminded needlessly, and how
surely those whose looks have moved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

COMPARED = 20  # looks: the first after enrolment, and the last
GROWTH = 0.10  # by which the median must have grown, in parts of the threshold
SURE = 3.1  # standard deviations of the rank sum: one in a thousand, for the question is asked again with every look


def has_aged(first: Sequence[float], last: Sequence[float]) -> bool:
    """Whether the last COMPARED looks lie surely (Mann-Whitney) and clearly (median) farther out than the first."""
    if min(len(first), len(last)) < COMPARED:
        return False
    grown = float(np.median(last) - np.median(first))
    return grown >= GROWTH and rank_score(first, last) >= SURE


def rank_score(first: Sequence[float], last: Sequence[float]) -> float:
    """By how many standard deviations `last` ranks above `first`, were both drawn from one distribution."""
    together = np.concatenate([first, last])
    _values, inverse, counts = np.unique(together, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]  # equal values share their rank
    of_last, n, m = float(ranks[len(first) :].sum()), len(first), len(last)
    u, expected = of_last - m * (m + 1) / 2, n * m / 2
    return (u - expected) / math.sqrt(n * m * (n + m + 1) / 12)
