"""Thresholds from measured error curves: chosen by a target false match rate, never by a bare distance.

A curve belongs to a model and to a (photos in the template, frames in the probe) pair, because
distances shrink as photos are averaged. `kind` tells how the frames came about: `photos` taken on
different days, or a `visit` of one minute, whose frames are alike and so gain less.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.model_files.atomic_files import replacing
from recognition.engine.model_files.manifest import REVISION

RATES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
FEWEST_RATES = 2  # in a curve: with one there is no slope
FEWEST_ERRORS = 10  # a rate counts as measured when at least so many impostor pairs fall under its threshold
SHIPPED = Path(__file__).parent / "calibration"


@dataclass(frozen=True, slots=True)
class MeasuredCurve:
    """One measured curve. `thresholds` and `fnmr` are keyed by the false match rate, as text ("1e-3")."""

    photos: int
    frames: int
    kind: str  # "photos" or "visit"
    genuine: int  # pairs
    impostor: int
    thresholds: dict[str, float]
    fnmr: dict[str, float]

    def threshold(self, target_fmr: float, tail: float | None = None) -> float:
        """Between measured rates by the logarithm of the rate; beyond the loosest, that one's distance.

        Beyond the strictest rate measured the distance falls by `tail` a decade (None: as in this
        cell's own last decade). Curves flatten there, so this errs towards not recognising.
        """
        known = self._known()
        wanted, (strictest, least) = math.log10(target_fmr), known[0]
        if wanted < strictest:
            return max(0.0, least - (strictest - wanted) * (self.tail if tail is None else tail))
        return float(np.interp(wanted, [rate for rate, _ in known], [distance for _, distance in known]))

    @property
    def tail(self) -> float:
        """By how much the distance falls in the strictest decade that was measured."""
        (strictest, least), (next_rate, more) = self._known()[:2]
        return (more - least) / (next_rate - strictest)

    def _known(self) -> list[tuple[float, float]]:
        """(logarithm of the rate, distance), strictest first. Refused `not_calibrated` when that is not a curve."""
        known = sorted((math.log10(float(rate)), float(distance)) for rate, distance in self.thresholds.items())
        if len(known) < FEWEST_RATES:
            raise _too_few()
        return known


@dataclass(frozen=True, slots=True)
class Curves:
    """All curves of one profile, with where and when they were measured."""

    profile: str
    model: str
    detector: str
    data: str
    date: str
    cells: tuple[MeasuredCurve, ...] = field(default_factory=tuple)
    revision: int = 1  # of how the faces were cut and embedded: the manifest's at that time

    def threshold(self, *, photos: int, frames: int, target_fmr: float, kind: str = "visit") -> float:
        """The distance for this pair of counts: measured, or between the nearest measured counts.

        Counts beyond the largest measured one use its curve. One frame is the same in both kinds.
        Refused `not_calibrated` when nothing was measured that could tell.
        """
        cells = [cell for cell in self.cells if cell.kind == kind or cell.frames == 1]
        if not cells:
            raise _too_few()
        counts = sorted({cell.frames for cell in cells})
        return _between(counts, frames, lambda n: self._for_frames(cells, n, photos, target_fmr))

    def _for_frames(self, cells: list[MeasuredCurve], frames: int, photos: int, target_fmr: float) -> float:
        these = {cell.photos: cell for cell in cells if cell.frames == frames}
        return _between(sorted(these), photos, lambda n: these[n].threshold(target_fmr, self.tail))

    @property
    def tail(self) -> float:
        """How curves of this profile go on beyond what was measured, by the one with the most pairs behind it.

        A cell with few people ends at a looser rate, where its curve is still steep, or on a handful of pairs.
        """
        return max(self.cells, key=lambda cell: cell.impostor).tail

    def save(self, path: Path) -> None:
        """Write the curves in one step: who reads meanwhile gets the old. Refused `not_calibrated`, `no_folder`."""
        self.require_usable()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as building:
                building.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")
        except OSError as error:
            raise Refused("no_folder", f"{path} cannot be written: {error.strerror}.") from error

    def require_usable(self) -> None:
        """Refused `not_calibrated` unless every pair of counts gives a threshold."""
        if not self.cells:
            raise _too_few()
        for cell in self.cells:
            cell.threshold(RATES[0])


def load(profile: str, models_dir: Path) -> Curves:
    """The site's own measurement if there is one, else the one shipped. Refused `not_calibrated` without either.

    What was measured on faces that were cut otherwise counts as not measured.
    """
    for path in (site_file(profile, models_dir), SHIPPED / f"{profile}.json"):
        if path.is_file() and (curves := _read(path)).revision == REVISION:
            return curves
    raise Refused(
        "not_calibrated",
        f"The profile '{profile}' has no measured thresholds. Run manage.py evaluate_gallery DIR --write.",
        status=503,
    )


def is_superseded(profile: str, models_dir: Path) -> bool:
    """Whether the site's own measurement is of faces that were cut otherwise, and so is used no longer."""
    path = site_file(profile, models_dir)
    return path.is_file() and _read(path).revision != REVISION


def site_file(profile: str, models_dir: Path) -> Path:
    """Where a site's own measurement of a profile is kept."""
    return models_dir / "calibration" / (profile.replace(":", "-").replace("/", "-") + ".json")


def _read(path: Path) -> Curves:
    try:
        text = json.loads(path.read_text("utf-8"))
        curves = Curves(**{**text, "cells": tuple(MeasuredCurve(**cell) for cell in text["cells"])})
        curves.require_usable()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("not_calibrated", f"The thresholds in {path} cannot be read.", status=503) from error
    return curves


def _too_few() -> Refused:
    return Refused(
        "not_calibrated", "Too few photos of too few people were measured to find the threshold.", status=503
    )


def _between(counts: list[int], wanted: int, value: Callable[[int], float]) -> float:
    """`value` at the wanted count, straight between its measured neighbours, constant outside."""
    place = bisect_left(counts, wanted)
    if place == len(counts):
        return value(counts[-1])
    above = counts[place]
    if above == wanted or place == 0:
        return value(above)
    below = counts[place - 1]
    share = (wanted - below) / (above - below)
    return (1 - share) * value(below) + share * value(above)


def rate_name(rate: float) -> str:
    """0.001 as "1e-3", the way rates are written in files and in `--json`."""
    return f"1e{round(math.log10(rate))}"


def thresholds_at(impostor: NDArray[np.floating], rates: tuple[float, ...] = RATES) -> dict[str, float]:
    """The distance that lets in each rate of the impostor pairs; rates too rare to be measured are left out."""
    ordered = np.sort(np.asarray(impostor, np.float64))
    answer = {}
    for rate in rates:
        allowed = int(rate * len(ordered))
        if allowed >= FEWEST_ERRORS:
            answer[rate_name(rate)] = float(ordered[allowed - 1 : allowed + 1].mean())
    return answer


def fnmr_at(genuine: NDArray[np.floating], thresholds: dict[str, float]) -> dict[str, float]:
    """The share of genuine pairs farther apart than each threshold."""
    return {rate: float(np.mean(np.asarray(genuine) > distance)) for rate, distance in thresholds.items()}
