"""The engine's vocabulary: plain, frozen values that know nothing of Django."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # H × W × 3, RGB
Vector = NDArray[np.float32]  # (dim,), L2-normalised
Vectors = NDArray[np.float32]  # (n, dim), each row L2-normalised


class Box(NamedTuple):
    """A rectangle in whole pixels of the picture it was found in; may reach over the border."""

    x: int
    y: int
    w: int
    h: int

    @property
    def size(self) -> int:
        """The shorter side, in pixels: what is meant by "a face of 40 px"."""
        return min(self.w, self.h)


@dataclass(frozen=True, slots=True)
class Quality:
    """How fit a face is for recognition. `score` weighs looks along a track, 0 (useless) to 1 (perfect)."""

    size: int  # px, shorter side of the box
    sharpness: float  # variance of the Laplacian of the 150 px chip, grey levels²; below ~25 is blurred
    light: float  # mean grey level of the face, 0-255
    contrast: float  # standard deviation of grey levels, 0-128
    yaw: float  # degrees, positive = the nose points to the image's right; within ±90
    pitch: float  # degrees, positive = chin up; coarse (a smile counts as chin down), 0 without the 68 points
    roll: float  # degrees, positive = head tilted to the image's right
    eyes_open: float  # eye aspect ratio, about 0.3 open, below 0.16 closed; 0.3 where it cannot be measured
    score: float  # 0-1

    def as_dict(self) -> dict[str, float]:
        return {name: round(float(value), 3) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Face:
    """One face found in a picture."""

    box: Box
    score: float  # the detector's confidence, its own scale
    landmarks: NDArray[np.float32]  # (68, 2) px in the picture; (5, 2), the anchor, without the 68-point model
    quality: Quality
    anchor: NDArray[np.float32] | None = None  # (5, 2) px: dlib's five points, for alignment
    five: NDArray[np.float32] | None = None  # (5, 2) px: the detector's own eyes, nose and mouth corners, if any


@dataclass(frozen=True, slots=True)
class Profile:
    """A detector, an embedder and the curves measured with them."""

    name: str  # "bundled", "accurate", or a site's own
    detector: str
    model: str  # the embedder's name
    dim: int
    metric: str = "euclidean"  # on normalised vectors; cosine similarity = 1 - d²/2


class Engine(Protocol):
    """Finds faces and turns them into vectors. Implementations are thread-safe."""

    @property
    def profile(self) -> Profile: ...

    def detect(
        self, image: Image, *, min_face: int = 40, limit: int = 64, near: list[Box] | None = None, quick: bool = False
    ) -> list[Face]:
        """All faces of at least `min_face` px, largest first, at most `limit`.

        `near`: only around these boxes, where faces were in the frame before (many times faster).
        `quick`: one look is enough, another frame is coming; a photo gets a second look when it seems empty.
        """

    def follow(self, image: Image, face: Face) -> Face:
        """The face a moment later: its points found again around their old place, the detector not asked.

        Several times faster than `detect`, and blind to the face's having gone: `detect` has to look again soon.
        """

    def embed(self, image: Image, faces: list[Face]) -> Vectors:
        """One L2-normalised vector a face: (len(faces), dim), float32."""

    def threshold(self, *, photos: int, frames: int, target_fmr: float) -> float:
        """The Euclidean distance at or below which two people are taken for one, from the measured curves.

        `photos` were averaged in the template, `frames` in the probe; `target_fmr` in 1e-5 to 1e-1.
        """

    def crop(self, image: Image, face: Face) -> Image:
        """The upright face with a margin, at most 320 × 320 px RGB, from which `detect` finds it again."""


@dataclass(frozen=True, slots=True)
class Match:
    """The answer to "who is this?", with everything needed to explain it later."""

    person: int | None  # None: not recognised
    reason: str  # "match", "too_far", "too_close_to_call", "empty_roster"
    distance: float | None  # to the best person, Euclidean on normalised vectors
    threshold: float
    margin: float | None  # the lead over the second, each distance counted from its own threshold; None: no second
    second: int | None
    roster_size: int
    target_fmr: float
    template_photos: int  # of the best person's template
    probe_frames: int
    best: int | None = None  # the best candidate, recognised or not (never shown to the public)

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Track:
    """One face followed from frame to frame, as the page sees it."""

    id: int
    box: Box
    state: str  # "looking", "recognised", "unknown"
    hint: str | None  # "come_closer", "too_dark", "too_bright", "hold_still", "look_at_camera", None
    quality: Quality
    match: Match | None = None
    looks: int = 0
    fresh: bool = False  # decided in this very frame: announce it now
    again: bool = False  # still in view, announced before, and due to be told once more
    embedding: Vector | None = field(default=None, repr=False)
