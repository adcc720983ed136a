"""The engine's vocabulary: plain, frozen values that know nothing of Django."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from recognition.engine.mesh.face_mesh import Mesh
    from recognition.liveness.passive.types import Life

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
    pitch: float  # degrees, positive = chin up; 0 for a face without a mesh
    roll: float  # degrees, positive = head tilted to the image's right
    eyes_open: float  # height over width, about 0.3 open, closed below quality.EYES_CLOSED; 0.3 where not measured
    score: float  # 0-1
    eye_light: float = 1.0  # around the eyes, as a share of the skin's; below 0.5 dark glasses; 1 where not measured
    mouth_detail: float = 1.0  # at the mouth; below 0.12 something smooth hides it; 1 where not measured

    def as_dict(self) -> dict[str, float]:
        return {name: round(float(value), 3) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Face:
    """One face found in a picture."""

    box: Box
    score: float  # the detector's confidence, its own scale
    landmarks: NDArray[np.float32]  # (5, 2) px in the picture: dlib's five points
    quality: Quality
    anchor: NDArray[np.float32] | None = None  # (5, 2) px: dlib's five points, for alignment
    five: NDArray[np.float32] | None = None  # (5, 2) px: eyes, nose and mouth corners, image left first, if known
    mesh: Mesh | None = None  # 468 points and the pose in degrees; None where the face is too small or hidden for it
    still: bool = False  # found in a photo: embedded with more care than a frame that another one follows


@dataclass(frozen=True, slots=True)
class Profile:
    """A detector, an embedder and the curves measured with them."""

    name: str  # "bundled", "accurate", or a site's own
    detector: str
    model: str  # the embedder's name
    dim: int
    metric: str = "euclidean"  # on normalised vectors; cosine similarity = 1 - d²/2
    revision: int = 0  # of how faces are cut and embedded

    @property
    def make(self) -> str:
        """What photos and templates are kept under: vectors of two makes are never compared."""
        return f"{self.name}/{self.revision}" if self.revision else self.name


class Engine(Protocol):
    """Finds faces and turns them into vectors. Implementations are thread-safe."""

    @property
    def profile(self) -> Profile: ...

    def detect(
        self,
        image: Image,
        *,
        min_face: int = 40,
        limit: int = 64,
        near: list[Box] | None = None,
        quick: bool = False,
        glance: bool = False,
    ) -> list[Face]:
        """All faces of at least `min_face` px, largest first, at most `limit`.

        `near`: only around these boxes, where faces were in the frame before (many times faster).
        `quick`: one look is enough, another frame is coming; a photo gets a second look when it seems empty.
        `glance`: the fastest look there is, 2 ms, for people who stand near: a face that is smaller than a sixth of
        the picture is easily missed.
        """

    def follow(self, image: Image, face: Face) -> Face | None:
        """The face a moment later: its mesh found again around its old place, the detector not asked.

        Several times faster than `detect`. None when it is not there any more, or had no mesh: ask `detect`.
        """

    def lids(self, image: Image, face: Face) -> tuple[float, float] | None:
        """How far the image-left and the image-right eye are open, height over width: 0.2 to 0.5 open, about 0.1 shut.

        By the iris net, 3 ms. None for a face without a mesh. People differ: compare with someone's own median.
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
    reason: str  # "match", "too_far", "too_close_to_call", "empty_roster", "impostor_example"
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
class Suspicion:
    """A face that would have been named, had it not been a picture. It carries no name."""

    kind: str  # "picture": signs of one; "scene": a still face that never lived, ignored from now on
    times: int  # in a row, for the same picture
    whom: int  # whose picture it may be: to tell of the same one only once, and never to be shown


@dataclass(frozen=True, slots=True)
class Track:
    """One face followed from frame to frame, as the page sees it."""

    id: int
    box: Box
    state: str  # "looking", "recognised", "unknown", "picture": signs of a picture, no one is named
    hint: str | None  # of `quality.hint_for` or, where life is asked for, of `liveness.tracks`
    quality: Quality
    match: Match | None = None
    looks: int = 0
    fresh: bool = False  # decided in this very frame: announce it now
    again: bool = False  # still in view, announced before, and due to be told once more
    embedding: Vector | None = field(default=None, repr=False)
    life: Life | None = None  # where the camera asks for it
    suspicion: Suspicion | None = None  # in the frame in which staff should be told
