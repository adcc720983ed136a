"""One frame as liveness sees it: what was found in the picture, and what is measured on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh.face_mesh import Mesh
from recognition.engine.types import Box, Face, Quality, Vector
from recognition.liveness.cues.upright import Upright

Lids = tuple[float, float]  # of the image-left and the image-right eye, height over width


@dataclass(frozen=True, slots=True)
class FrameContent:
    """What a picture holds. The costly parts are asked for only when they are needed, and at most once a frame."""

    at: float  # s, on any clock that never goes back
    number: int  # of the frame, from 0
    faces: int
    face: Face | None  # the largest, with its mesh
    vector: Callable[[], Vector]  # its embedding
    passive: Callable[[], float | None]  # how surely it is neither print nor screen, 0 to 1; None: it cannot be told
    lids: Callable[[], Lids | None]  # how far the eyes are open
    upright: Upright | None = None  # the face cut out, to be laid over other looks at it; never stored
    is_picture: bool = False  # signs of a picture so far: of a sheet, a screen, its edges (liveness.life)
    overfull: bool = False  # the face leaves too little around it for the photo-attack check


@dataclass(frozen=True, slots=True)
class Look:
    """The measures of the one face of a frame."""

    at: float
    number: int
    box: Box
    centre: NDArray[np.float64]  # (2,) px, between the eyes
    apart: float  # px between the eyes, in space: a turn does not change it, a step towards the camera does
    yaw: float  # degrees, positive = the nose points to the image's right = turned to the person's own left
    pitch: float  # degrees, positive = chin up
    lids: Lids | None
    quality: Quality
    upright: Upright | None


def look_of(frame: FrameContent, mesh: Mesh, face: Face) -> Look:
    """Measured on a frame's face."""
    return Look(
        at=frame.at,
        number=frame.number,
        box=face.box,
        centre=mesh.between_eyes.astype(np.float64),
        apart=mesh.apart,
        yaw=mesh.yaw,
        pitch=mesh.pitch,
        lids=frame.lids(),
        quality=face.quality,
        upright=frame.upright,
    )
