"""Which photos of a person are of someone else?

Photos are taken in one by one, always the one nearest to the mean of those taken in before, until the
nearest is too far. So one good photo helps the next, and a stray one stays outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from recognition.engine import Vector

# Lax on purpose: an operator said that these are one person, and a real photo must seldom be rejected.
TARGET_FMR = 1e-2


def mean_vector(vectors: Sequence[Vector]) -> Vector:
    """The normalised mean of normalised vectors: what a template is."""
    mean = np.mean(np.stack(vectors), axis=0)
    return (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)


def strangers(
    candidates: Sequence[Vector], *, trusted: Sequence[Vector], threshold: Callable[[int], float]
) -> frozenset[int]:
    """Positions among `candidates` that are too far from the person's other photos.

    `trusted` are photos enrolled earlier; without any, the candidate that most others resemble is
    believed. `threshold(photos)` is the greatest distance from a mean of that many photos.
    """
    outside = set(range(len(candidates)))
    inside = list(trusted)
    if not inside and candidates:
        first = _most_typical(candidates)
        inside.append(candidates[first])
        outside.discard(first)
    while outside:
        mean = mean_vector(inside)
        nearest = min(outside, key=lambda position: (_distance(candidates[position], mean), position))
        if _distance(candidates[nearest], mean) > threshold(len(inside)):
            break
        inside.append(candidates[nearest])
        outside.discard(nearest)
    return frozenset(outside)


def _most_typical(vectors: Sequence[Vector]) -> int:
    """The photo with the smallest median distance to all; the first one when that is a tie."""
    stack = np.stack(vectors)
    medians = np.median(np.linalg.norm(stack[:, None] - stack[None], axis=2), axis=1)
    return int(np.argmin(np.round(medians, 6)))


def _distance(one: Vector, other: Vector) -> float:
    return float(np.linalg.norm(one - other))
