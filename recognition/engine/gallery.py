"""Exact search: one matrix product over everybody, or over the roster of one station."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Match, Vector, Vectors

MARGIN = 0.02  # by how much the best must lead the runner-up, see docs/recognition.md
KEPT_ROSTERS = 16
FARTHEST = 2.0  # between two normalised vectors


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

    def __init__(self, groups: tuple[_Group, ...]) -> None:
        self._groups = groups
        self.ids: frozenset[int] = frozenset(int(i) for group in groups for i in group.ids)
        self._rosters: dict[frozenset[int], Gallery] = {}
        self._lock = threading.Lock()

    @classmethod
    def build(cls, rows: Iterable[tuple[int, Vector, int]]) -> Gallery:
        """From (person id, L2-normalised template, photos averaged in it). One row a person."""
        by_photos: dict[int, list[tuple[int, Vector]]] = {}
        for person, vector, photos in rows:
            by_photos.setdefault(photos, []).append((person, vector))
        return cls(
            tuple(
                _Group(photos, np.array([i for i, _ in people], np.int64), np.stack([v for _, v in people]))
                for photos, people in sorted(by_photos.items())
            )
        )

    def __len__(self) -> int:
        return sum(len(group.ids) for group in self._groups)

    def restricted_to(self, roster: frozenset[int]) -> Gallery:
        """The part of the gallery whose people are on the roster, kept for the next frame."""
        with self._lock:
            known = self._rosters.get(roster)
        if known is None:
            known = Gallery(tuple(part for part in (_part(group, roster) for group in self._groups) if len(part.ids)))
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
    ) -> Match:
        """Who this is, or nobody, with the decision record.

        `probe` is the normalised mean of `frames` looks. `threshold(photos)` gives the greatest distance
        accepted for a template of that many photos. The best candidate must be within its threshold
        and lead the runner-up by `margin`, both counted from their own thresholds.
        """
        if roster is not None:
            return self.restricted_to(roster).match(
                probe, frames=frames, threshold=threshold, target_fmr=target_fmr, margin=margin
            )
        candidates = sorted(self._nearest(probe, threshold), key=lambda candidate: candidate.slack)
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

    def _nearest(self, probe: Vector, threshold: Callable[[int], float]) -> list[_Candidate]:
        """The two nearest people of each group: enough to know the two nearest of all."""
        found = []
        for group in self._groups:
            likeness = group.vectors @ probe
            limit = threshold(group.photos)
            for row in _two_greatest(likeness):
                distance = _distance(float(likeness[row]))
                found.append(_Candidate(int(group.ids[row]), distance, limit, group.photos))
        return found


def _distance(likeness: float) -> float:
    """Between normalised vectors. What is no number is as far as can be: it must never be near to anybody."""
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
