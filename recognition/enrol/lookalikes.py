"""Is this person already enrolled under another name?

Only people of the purpose that is being enrolled are compared: a library's photo is not searched for among
locker customers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from recognition.engine import Match, Vector
from recognition.engine.search.gallery import Gallery
from recognition.faces import gallery
from recognition.faces.profiles.runtime import get_engine

TARGET_FMR = 1e-4


class Lookalikes:
    """The people enrolled for a purpose when it was first asked about, and those that a bulk run has added since."""

    def __init__(self) -> None:
        self._galleries: dict[str, Gallery] = {}
        self._added: dict[str, dict[int, Vector]] = defaultdict(dict)

    def load(self, purposes: Iterable[str]) -> None:
        """Read the galleries now. Never inside a transaction that changes them: the process keeps what it read."""
        for purpose in set(purposes) - set(self._galleries):
            self._galleries[purpose] = gallery.gallery(purpose, at_once=True)

    def find(self, person_id: int | None, vector: Vector, *, photos: int, purposes: Iterable[str]) -> int | None:
        """The id of another person whose face this is, as far as the curves can tell."""
        found = self.nearest(person_id, vector, photos=photos, purposes=purposes)
        return found[0] if found else None

    def nearest(
        self, person_id: int | None, vector: Vector, *, photos: int, purposes: Iterable[str]
    ) -> tuple[int, float] | None:
        """The same, and the Euclidean distance of that person's template. `photos`: of which `vector` is the mean."""
        limit = _limit(photos)
        for purpose in purposes:
            match = self._galleries[purpose].match(
                vector, frames=photos, threshold=limit, target_fmr=TARGET_FMR, margin=0.0, learned=False
            )
            near = [*_near(match), *self._near_added(purpose, vector, limit(photos))]
            others = [(distance, found) for found, distance in near if found != person_id]
            if others:
                distance, found = min(others)
                return found, distance
        return None

    def add(self, person_id: int, vector: Vector, *, purposes: Iterable[str]) -> None:
        for purpose in purposes:
            self._added[purpose][person_id] = vector

    def _near_added(self, purpose: str, vector: Vector, limit: float) -> list[tuple[int, float]]:
        added = self._added[purpose]
        if not added:
            return []
        distances = np.linalg.norm(np.stack(list(added.values())) - vector, axis=1)
        return [
            (person, float(distance)) for person, distance in zip(added, distances, strict=True) if distance <= limit
        ]


def _limit(frames: int) -> Callable[[int], float]:
    threshold = partial(get_engine().threshold, frames=frames, target_fmr=TARGET_FMR)
    return lambda photos: threshold(photos=photos)


def _near(match: Match) -> Iterator[tuple[int, float]]:
    """The best and the second best person of a match with their distances, each only when within the threshold."""
    if match.best is None or match.distance is None:
        return
    slack = match.distance - match.threshold
    if slack <= 0:
        yield match.best, match.distance
    if match.second is not None and match.margin is not None and slack + match.margin <= 0:
        yield match.second, match.distance + match.margin
