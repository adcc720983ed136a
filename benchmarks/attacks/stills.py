"""A photograph as a print: cut around the face, at a known size, with its eyes open and shut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh import points as of
from recognition.engine.mesh.face_mesh import Mesh

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]
APART = 110.0  # px between the eyes of a print
AROUND = (5.2, 5.6)  # its width and height, in distances between the eyes, where the photograph has as much
STRIP = 0.14  # of the eye's width: the skin of the lid that can be seen while the eye is open
ABOVE = 0.46  # the eyes' place, as a share of the height


@dataclass(frozen=True)
class Still:
    """A print, RGB. `points` (468, 3): its mesh, px."""

    image: Image
    points: Floats
    _shut: dict[float, Image] = field(default_factory=dict, repr=False)

    def shut(self, amount: float = 1.0) -> Image:
        """The same with the lids drawn down, 0 open to 1 closed."""
        step = round(amount * 10) / 10
        if step <= 0:
            return self.image
        if step not in self._shut:
            image = self.image
            for corners, lids in ((of.EYE_LEFT, (159, 145)), (of.EYE_RIGHT, (386, 374))):
                eye = self.points[[*corners, *lids], :2]
                image = with_lid(image, eye[0], eye[1], step, lids=(eye[2], eye[3]))
            self._shut[step] = image
        return self._shut[step]

    def dissolved(self, amount: float) -> Image:
        """Open and shut laid over each other, as two pictures that fade: 0 open to 1 shut."""
        if amount in (0.0, 1.0):
            return self.shut(amount)
        return np.asarray(cv2.addWeighted(self.shut(1.0), amount, self.image, 1 - amount, 0), np.uint8)


def still_of(image: Image, mesh: Mesh) -> Still:
    """The print that can be made of this photograph: as much around the face as it has, up to AROUND."""
    left, right = of.eyes(mesh.points)
    middle, apart = (left + right) / 2, mesh.apart
    scale = APART / apart
    x0, x1 = (max(0.0, middle[0] - AROUND[0] / 2 * apart), min(image.shape[1], middle[0] + AROUND[0] / 2 * apart))
    y0 = max(0.0, middle[1] - ABOVE * AROUND[1] * apart)
    y1 = min(float(image.shape[0]), middle[1] + (1 - ABOVE) * AROUND[1] * apart)
    part = image[round(y0) : round(y1), round(x0) : round(x1)]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    made = cv2.resize(part, None, fx=scale, fy=scale, interpolation=way)
    points = (mesh.points - np.array([round(x0), round(y0), 0])) * scale
    return Still(np.ascontiguousarray(made, np.uint8), points.astype(np.float32))


def with_lid(image: Image, outer: Floats, inner: Floats, amount: float, *, lids: tuple[Floats, Floats]) -> Image:
    """An eye with its lid drawn down: the strip of skin above it, stretched, and a line of lashes.

    `outer`, `inner`: its corners, from image left to image right; `lids`: the middle of the upper and of the lower one.
    """
    across_eye = inner - outer
    roll, width, middle = (
        float(np.arctan2(across_eye[1], across_eye[0])),
        float(np.linalg.norm(across_eye)),
        (outer + inner) / 2,
    )
    x, y = (max(0, int(value - width)) for value in middle)
    part = image[y : int(middle[1] + width), x : int(middle[0] + width)]
    if part.size == 0:
        return image
    centre = middle - (x, y)
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    across = (xs - centre[0]) * np.cos(roll) + (ys - centre[1]) * np.sin(roll)
    down = -(xs - centre[0]) * np.sin(roll) + (ys - centre[1]) * np.cos(roll)
    upright = np.array([-np.sin(roll), np.cos(roll)])
    above, below = float((middle - lids[0]) @ upright), float((lids[1] - middle) @ upright)
    t = np.clip(np.abs(across) / (0.58 * width), 0, 1)
    almond = np.sqrt(1 - t**2)
    top, bottom = -almond * max(1.3 * above, 0.1 * width), almond * max(1.1 * below, 0.1 * width)
    far = top - STRIP * width * almond
    edge = top + amount * (bottom - top)
    inside = (down > far) & (down < edge) & (t < 1)
    source = np.where(inside, far + (down - far) * (top - far) / np.maximum(edge - far, 1e-3), down)
    map_x = centre[0] + across * np.cos(roll) - source * np.sin(roll)
    map_y = centre[1] + across * np.sin(roll) + source * np.cos(roll)
    drawn: Any = cv2.remap(part, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR)
    line = (np.abs(down - edge) < max(1.0, 0.03 * width)) & (t < 0.95)
    drawn[line] = (drawn[line] * 0.45).astype(np.uint8)
    made = image.copy()
    made[y : y + part.shape[0], x : x + part.shape[1]] = drawn
    return made
