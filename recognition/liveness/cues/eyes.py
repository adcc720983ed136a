"""Is it a lid that travels over the eye, or another picture of the same eye?

People blink alike: the lids fall within a tenth of a second and rise two to four times as slowly (measured on the
films of the data, see docs/liveness.md). Two prints that are exchanged have nothing in between, and two pictures that
fade into each other have in between a mixture of both, pixel by pixel. So a look between open and shut is taken apart
by least squares into the open and the shut eye: what a mixture cannot explain is a lid on its way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh import points as of
from recognition.engine.types import Image
from recognition.liveness.cues.patch import Patch, square

Floats = NDArray[np.float32]
WIDE, HIGH = 48, 32  # px of one eye's picture
EYE = 30.0  # px between its corners
CHANGED = 0.6  # share of the pixels that a blink does not change much
SLIPPED = 1.5  # how much of what is left over there counts against what is left over where it does
SHUT = 0.6  # of the person's own usual opening: below it an eye is shut
OPEN = 0.93  # above it, it is open
BETWEEN = (0.3, 0.9)  # a lid on its way
NEITHER = (
    0.08,
    0.95,
)  # share of the open eye in the nearest mixture: beyond, a look is one of the two itself
FAINT = 40.0  # grey levels that open and shut differ by: people's by 36 to 60, a portrait's with narrow eyes by 8
RAISED = 0.12  # above the least opening: what is not so far up may be the shut eye, seen with noise
LONGEST = 0.55  # s that a blink keeps the eyes shut
RISING = 0.6  # s after which a rising lid is open
USUAL_OF = 4.0  # s of looks from which the usual opening is learnt
ENOUGH = 4  # looks before there is a usual opening
STEADY = 9.0  # degrees that the head may turn meanwhile
STRAIGHT = 25.0  # degrees: farther away the lids are not seen well enough


@dataclass(frozen=True, slots=True)
class EyeLook:
    """Both eyes in one frame."""

    at: float
    left: float  # opening, height over width
    right: float
    yaw: float
    pitch: float
    picture: Floats  # 2 × HIGH × WIDE, grey, held in place by the texture of the face
    epoch: int  # looks of one epoch are cut alike

    @property
    def opening(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class LidDip:
    """A dip of both lids that is over."""

    first: float  # s
    last: float
    depth: float  # least opening, of the usual
    travel: float  # share of the change that no mixture of open and shut explains, at the best look in between; 0: none
    between: int  # looks with lids on their way, by their pixels too
    fall: float  # s from open to shut
    rise: float  # s from shut to open


def eye_pictures(image: Image, before: Patch, now: Patch, moved: NDArray[np.float64]) -> Floats:
    """Both eyes, cut where the texture of the face says that they are: `moved` from the patch before to the one now."""
    back = np.linalg.inv(square(now.there)) @ square(moved)
    return np.stack([_eye(image, before.points, corners, back) for corners in (of.EYE_LEFT, of.EYE_RIGHT)])


def _eye(image: Image, points: Floats, corners: tuple[int, int], back: NDArray[np.float64]) -> Floats:
    left, right = points[corners[0], :2], points[corners[1], :2]
    across = (right - left) / EYE
    turn = np.array([[across[0], -across[1]], [across[1], across[0]]])
    middle = (left + right) / 2
    cut = np.vstack([np.hstack([turn, (middle - turn @ (WIDE / 2, HIGH / 2))[:, None]]), [0, 0, 1]])
    to_picture = (back @ cut)[:2]
    piece = cv2.warpAffine(image, to_picture, (WIDE, HIGH), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    grey = piece if piece.ndim == 2 else cv2.cvtColor(piece, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.8), np.float32)


class Lids:
    """Watches the lids of one track for blinks."""

    def __init__(self) -> None:
        self._looks: deque[EyeLook] = deque(maxlen=90)
        self._told = -1e9  # until when dips were told
        self._openings: deque[tuple[float, float, float]] = deque(maxlen=240)

    def add(self, look: EyeLook) -> LidDip | None:
        """A blink, once it is over."""
        self._looks.append(look)
        self._openings.append((look.at, look.left, look.right))
        while look.at - self._openings[0][0] > USUAL_OF:
            self._openings.popleft()
        if len(self._openings) < ENOUGH or look.at <= self._told:
            return None
        usual = self._usual()
        return self._over(usual) if usual.min() > 0.12 else None

    def is_shut(self) -> bool:
        """Whether the lids are down or on their way now."""
        if len(self._openings) < ENOUGH:
            return False
        last = self._looks[-1]
        return bool(last.opening < OPEN * self._usual().mean())

    def _usual(self) -> Floats:
        """The usual opening of each eye: the upper part of the last seconds, for people blink."""
        return np.quantile(np.array([one[1:] for one in self._openings], np.float32), 0.7, axis=0)

    def _over(self, usual: Floats) -> LidDip | None:
        looks = [look for look in self._looks if look.at > self._told]
        share = np.array([look.opening for look in looks]) / usual.mean()
        both = np.array([max(look.left / usual[0], look.right / usual[1]) for look in looks])
        down = np.flatnonzero((share < SHUT) & (both < SHUT + 0.15))
        if not len(down) or share[-1] < SHUT:
            return None
        last = int(down[-1])
        first = last
        while first > 0 and share[first - 1] < SHUT:
            first -= 1
        since = looks[-1].at - looks[last].at
        if share[-1] < OPEN and since < RISING:
            return None  # still on its way up
        self._told = looks[-1].at
        if first == 0:
            return None  # how it began was not seen
        return _blink(looks, share, first, last)


def _blink(looks: list[EyeLook], share: NDArray[np.float64], first: int, last: int) -> LidDip | None:
    span = looks[last + 1].at - looks[first - 1].at
    lasted = looks[last].at - looks[first].at
    turned = [
        max(abs(look.yaw - looks[first - 1].yaw), abs(look.pitch - looks[first - 1].pitch)) for look in looks[first:]
    ]
    if lasted > LONGEST or max(turned) > STEADY or max(abs(looks[first].yaw), abs(looks[first].pitch)) > STRAIGHT:
        return None
    before = first - 1
    while before > 0 and share[before] < OPEN and looks[first].at - looks[before - 1].at < RISING:
        before -= 1
    if share[before] < 0.8 or span > 2.0:
        return None
    after = next((n for n in range(last + 1, len(looks)) if share[n] >= OPEN), len(looks) - 1)
    deepest = first + int(np.argmin(share[first : last + 1]))
    least = max(BETWEEN[0], float(share[deepest]) + RAISED)
    way = [n for n in range(before + 1, after + 1) if least < share[n] < BETWEEN[1]]
    opens = [looks[before], looks[after]] if share[after] >= OPEN else [looks[before]]
    told = [travel for n in way if (travel := travelled(looks[n], opens, looks[deepest])) is not None]
    return LidDip(
        looks[first].at, looks[last].at, float(share[deepest]), max(told, default=0.0), len(told),
        looks[first].at - looks[before].at, looks[after].at - looks[last].at,
    )  # fmt: skip


def travelled(look: EyeLook, opens: Iterable[EyeLook], shut: EyeLook) -> float | None:
    """The part of a look between that no mixture of open and shut explains, of the whole change: 0 to about 1.

    None where the look is the open or the shut eye once more: a print's shut eye, seen with noise, may measure a
    little farther open than the look that was shut most.
    """
    fits = [_fit(look, one, shut) for one in opens if one.epoch == look.epoch == shut.epoch]
    if not fits or not all(NEITHER[0] < fit.opened < NEITHER[1] for fit in fits):
        return None
    return min(fit.left for fit in fits)


@dataclass(frozen=True, slots=True)
class Fit:
    """A look as a mixture of an open and a shut one."""

    opened: float  # share of the open one
    left: float  # what the mixture leaves, of the whole change


def _fit(look: EyeLook, opened: EyeLook, shut: EyeLook) -> Fit:
    eyes = [_unmixed(*pictures) for pictures in zip(look.picture, opened.picture, shut.picture, strict=True)]
    return Fit(float(np.mean([eye.opened for eye in eyes])), min(eye.left for eye in eyes))


def _unmixed(now: Floats, opened: Floats, shut: Floats) -> Fit:
    """Of one eye."""
    basis = [opened, shut, np.ones_like(opened)]
    for picture in (opened, shut):  # a slip of the cut, to first order
        basis += [np.gradient(picture, axis=0), np.gradient(picture, axis=1)]
    model = np.stack([_inner(part).ravel() for part in basis], axis=1).astype(np.float64)
    wanted = _inner(now).ravel().astype(np.float64)
    answer, *_ = np.linalg.lstsq(model, wanted, rcond=1e-6)
    off = (wanted - model @ answer) ** 2
    change = np.abs(cv2.GaussianBlur(_inner(opened) - _inner(shut), (0, 0), 1.5)).ravel()
    where = change > np.quantile(change, CHANGED)
    # Where open and shut are alike nothing should be left: what is, is blur or a slip, and counts against the rest.
    left = max(float(off[where].mean()) - SLIPPED * float(off[~where].mean()), 0.0)
    return Fit(float(answer[0] / max(answer[0] + answer[1], 0.1)), left**0.5 / _size(change[where]))


def _size(change: NDArray[np.float32]) -> float:
    """Root mean square, in grey levels; of a fainter change than FAINT a camera's noise would be too large a share."""
    return max(float(np.sqrt((change**2).mean())), FAINT)


def _inner(picture: Floats) -> Floats:
    return picture[4:-4, 5:-5]
