"""Exact search: one matrix product over everyone, or over the roster of one station."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recognition.engine.cores import together
from recognition.engine.search.impostors import NOBODY, Impostors
from recognition.engine.types import Engine, Match, Vector, Vectors

MARGIN = 0.02  # by how much the best must lead the runner-up, see docs/recognition.md
KEPT_ROSTERS = 16
FARTHEST = 2.0  # between two normalised vectors
WORTH_SHARING = 4 << 20  # bytes of vectors, from which on two cores search them
LEFT_OUT = -np.inf  # the likeness of anyone who is not searched


@dataclass(frozen=True, slots=True)
class _Group:
    """People whose templates average the same number of photos, and so share a threshold."""

    photos: int
    ids: NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class _Candidate:
    person: int
    distance: float
    threshold: float
    photos: int

    @property
    def slack(self) -> float:
        """Below zero is a match. Comparable between templates of one photo and templates of five."""
        return self.distance - self.threshold


class Gallery:
    """An immutable set of templates. Safe to share between threads."""

    def __init__(self, groups: tuple[_Group, ...], impostors: Impostors = NOBODY) -> None:
        self._groups, self.impostors = groups, impostors
        self.ids: frozenset[int] = frozenset(int(i) for group in groups for i in group.ids)
        self._rosters: dict[frozenset[int], Gallery] = {}
        self._lock = threading.Lock()

    @classmethod
    def build(cls, rows: Iterable[tuple[int, Vector, int]], impostors: Impostors = NOBODY) -> Gallery:
        """From (person id, L2-normalised template, photos averaged in it). One row a person."""
        by_photos: dict[int, list[tuple[int, Vector]]] = {}
        for person, vector, photos in rows:
            by_photos.setdefault(photos, []).append((person, vector))
        return cls(
            tuple(
                _Group(photos, np.array([i for i, _ in people], np.int64), np.stack([v for _, v in people]))
                for photos, people in sorted(by_photos.items())
            ),
            impostors,
        )

    def __len__(self) -> int:
        return sum(len(group.ids) for group in self._groups)

    def restricted_to(self, roster: frozenset[int]) -> Gallery:
        """The part of the gallery whose people are on the roster, kept for the next frame."""
        with self._lock:
            known = self._rosters.get(roster)
        if known is None:
            parts = (_part(group, roster) for group in self._groups)
            known = Gallery(tuple(part for part in parts if len(part.ids)), self.impostors)
            with self._lock:
                if len(self._rosters) >= KEPT_ROSTERS:
                    self._rosters.pop(next(iter(self._rosters)))
                self._rosters[roster] = known
        return known

    def match(
        self,
        probe: Vector,
        *,
        frames: int,
        threshold: Callable[[int], float],
        target_fmr: float,
        roster: frozenset[int] | None = None,
        margin: float = MARGIN,
        without: frozenset[int] = frozenset(),
        learned: bool = True,
    ) -> Match:
        """Who this is, or no one, with the decision record.

        `probe` is the normalised mean of `frames` looks. `threshold(photos)` gives the greatest distance
        accepted for a template of that many photos. The best candidate must be within its threshold
        and lead the runner-up by `margin`, both counted from their own thresholds.

        `without`: people who are not searched. Where `learned`, anyone who would be named but has an impostor example
        that is as near is not, and the others are searched without them.
        """
        if roster is not None:
            roster_only = self.restricted_to(roster)
            return roster_only.match(
                probe,
                frames=frames,
                threshold=threshold,
                target_fmr=target_fmr,
                margin=margin,
                without=without,
                learned=learned,
            )
        found = self._best(probe, threshold, frames=frames, target_fmr=target_fmr, margin=margin, without=without)
        if learned and found.person is not None and self.impostors.veto(found.person, probe, found.distance or 0.0):
            return self._after_veto(found, probe, threshold, margin=margin, without=without)
        return found

    def _after_veto(
        self,
        vetoed: Match,
        probe: Vector,
        threshold: Callable[[int], float],
        *,
        margin: float,
        without: frozenset[int],
    ) -> Match:
        """The search without the person who is not named; where no one else is, the record tells of that person."""
        rest = self.match(
            probe,
            frames=vetoed.probe_frames,
            threshold=threshold,
            target_fmr=vetoed.target_fmr,
            margin=margin,
            without=without | {vetoed.best or 0},
        )
        return rest if rest.person is not None else replace(vetoed, person=None, reason="impostor_example")

    def _best(
        self,
        probe: Vector,
        threshold: Callable[[int], float],
        *,
        frames: int,
        target_fmr: float,
        margin: float,
        without: frozenset[int],
    ) -> Match:
        candidates = sorted(self._nearest(probe, threshold, without), key=lambda candidate: candidate.slack)
        if not candidates:
            return _nobody("empty_roster", threshold(1), frames=frames, target_fmr=target_fmr)
        best, second = candidates[0], candidates[1] if len(candidates) > 1 else None
        lead = None if second is None else second.slack - best.slack
        reason = _reason(best, lead, margin)
        return Match(
            person=best.person if reason == "match" else None,
            reason=reason,
            distance=best.distance,
            threshold=best.threshold,
            margin=lead,
            second=second.person if second else None,
            roster_size=len(self),
            target_fmr=target_fmr,
            template_photos=best.photos,
            probe_frames=frames,
            best=best.person,
        )

    def _nearest(
        self, probe: Vector, threshold: Callable[[int], float], without: frozenset[int] = frozenset()
    ) -> list[_Candidate]:
        """The two nearest people of each group: enough to know the two nearest of all."""
        found = []
        left_out = np.fromiter(without, np.int64, len(without))
        for group in self._groups:
            likeness = _likeness(group.vectors, probe)
            if without:
                likeness[np.isin(group.ids, left_out)] = LEFT_OUT
            limit = threshold(group.photos)
            for row in _two_greatest(likeness):
                if likeness[row] == LEFT_OUT:
                    continue
                distance = _distance(float(likeness[row]))
                found.append(_Candidate(int(group.ids[row]), distance, limit, group.photos))
        return found


@dataclass(frozen=True, slots=True)
class GallerySearch:
    """Whom to search, and how strictly: what a tracker asks who a face is."""

    gallery: Gallery
    engine: Engine  # whose thresholds hold
    target_fmr: float
    roster: frozenset[int] | None = None
    without: frozenset[int] = frozenset()

    def match(self, probe: Vector, frames: int) -> Match:
        """Who the normalised mean of so many looks is, or no one."""

        def threshold(photos: int) -> float:
            return self.engine.threshold(photos=photos, frames=frames, target_fmr=self.target_fmr)

        return self.gallery.match(
            probe,
            frames=frames,
            threshold=threshold,
            target_fmr=self.target_fmr,
            roster=self.roster,
            without=self.without,
        )


def _likeness(vectors: Vectors, probe: Vector) -> NDArray[np.float32]:
    """Of everyone to the probe. Reading so many vectors takes longer than multiplying them: two cores read faster."""
    if vectors.nbytes < WORTH_SHARING:
        return np.asarray(vectors @ probe, np.float32)
    half = len(vectors) // 2
    return np.concatenate(together([partial(np.matmul, part, probe) for part in (vectors[:half], vectors[half:])]))


def _distance(likeness: float) -> float:
    """Between normalised vectors. What is not a number is as far as can be: it must never be near to anyone."""
    return math.sqrt(max(0.0, 2.0 - 2.0 * likeness)) if math.isfinite(likeness) else FARTHEST


def _two_greatest(values: NDArray[np.float32]) -> list[int]:
    first = int(values.argmax())
    if len(values) == 1:
        return [first]
    kept = values[first]
    values[first] = -np.inf
    second = int(values.argmax())
    values[first] = kept
    return [first, second]


def _part(group: _Group, roster: frozenset[int]) -> _Group:
    wanted = np.isin(group.ids, np.fromiter(roster, np.int64, len(roster)))
    return _Group(group.photos, group.ids[wanted], group.vectors[wanted])


def _reason(best: _Candidate, lead: float | None, margin: float) -> str:
    if best.slack > 0:
        return "too_far"
    return "match" if lead is None or lead >= margin else "too_close_to_call"


def _nobody(reason: str, threshold: float, *, frames: int, target_fmr: float) -> Match:
    return Match(
        person=None,
        reason=reason,
        distance=None,
        threshold=threshold,
        margin=None,
        second=None,
        roster_size=0,
        target_fmr=target_fmr,
        template_photos=0,
        probe_frames=frames,
    )
