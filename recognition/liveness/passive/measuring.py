"""What one frame shows of a face that is watched for life: numbers and two small pictures of the eyes, nothing else."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import Box, Image
from recognition.liveness.cues.edges import Edges, edges
from recognition.liveness.cues.eyes import EyeLook, eye_pictures
from recognition.liveness.cues.patch import Grey, Patch, affine, in_picture
from recognition.liveness.cues.relief import Reference, Relief
from recognition.liveness.cues.screen import screen
from recognition.liveness.cues.surround import Around, Surround, small
from recognition.liveness.passive.minifasnet import MOST_FRAMES, Passive

FEWEST = 60  # points that must still be followed, or a new reference is taken
OLDEST = 3.0  # s
FARTHEST = 20.0  # degrees that a face may have turned from the reference
AROUND_EVERY, EDGES_EVERY, NETWORK_EVERY = 0.14, 0.9, 0.25  # s: what is dearer is asked less often
SETTLED, NETWORK_SELDOM = (
    0.3,
    1.0,
)  # answers that lie so close together, as many as are kept, are asked for so seldom (s)
Affinity = NDArray[np.float64]  # 2 × 3
Openings = tuple[float, float]  # of the image-left and the image-right eye
STAYED = np.eye(2, 3)
ROOM = 1.5  # picture over face: with less around the face the networks reject the living (docs/liveness.md)


@dataclass(frozen=True, slots=True)
class MeasuredFrame:
    """One frame. None: not measured in this frame."""

    at: float
    epoch: int  # frames that are held against the same reference
    relief: Relief | None = None
    eyes: EyeLook | None = None
    around: Around | None = None
    edges: Edges | None = None
    network: float | None = None
    screen: float | None = None


class Measurer:
    """Measures the frames of one track."""

    def __init__(self, networks: Passive | None) -> None:
        self._networks = networks
        self._reference: Reference | None = None
        self._surround: Surround | None = None
        self._shape: tuple[int, ...] = ()
        self._shrunk: tuple[Grey, float] | None = None
        self._taken, self._epoch = 0.0, 0
        self.overfull = False  # the face is too near for the networks
        self._asked = {"around": -1e9, "edges": -1e9, "network": -1e9}
        self._answers: deque[float] = deque(maxlen=MOST_FRAMES)  # of the networks

    def see(
        self, image: Image, patch: Patch, box: Box, lids: Openings | None, at: float, *, keep: bool
    ) -> MeasuredFrame:
        """`keep`: the lids are on their way, so no new reference now. `lids`: None where they cannot be seen."""
        self._shrunk = None
        if image.shape != self._shape:  # another camera, or the same one turned: nothing can be followed
            self._reference, self._shape = None, image.shape
        relief, eyes, around, reference = None, None, None, self._reference
        if reference is not None:
            there, sure = flow = reference.flow(patch)
            relief = reference.relief(patch, flow)
            moved = affine(reference.places[sure, :2], there[sure])
            if moved is not None and relief.is_told:
                eyes = self._eyes(image, reference, patch, moved, lids, at)
            if moved is not None and self._due("around", at, AROUND_EVERY):
                around = self._around(image, reference, patch, moved)
        if reference is None or relief is None or self._is_stale(reference, relief, patch, at, keep):
            reference = self._refer(image, patch, at)
            if eyes is None and reference is not None:
                eyes = self._eyes(image, reference, patch, STAYED, lids, at)
        found, framed = self._edges(image, patch, at) or (None, None)
        network = self._network(image, box, at)
        return MeasuredFrame(at, self._epoch, relief, eyes, around, found, network, framed)

    def _eyes(
        self, image: Image, reference: Reference, patch: Patch, moved: Affinity, lids: Openings | None, at: float
    ) -> EyeLook | None:
        if lids is None:
            return None
        pictures = eye_pictures(image, reference.patch, patch, moved)
        return EyeLook(at, *lids, patch.yaw, patch.pitch, pictures, self._epoch)

    # --- the reference ------------------------------------------------------------------------------

    def _refer(self, image: Image, patch: Patch, at: float) -> Reference | None:
        reference = Reference(patch)
        self._reference = reference if reference.is_usable else None
        self._taken, self._epoch = at, self._epoch + 1
        grey, scale = self._small(image)
        self._surround = Surround(grey, scale, patch.to_picture(patch.points[:, :2]))
        return self._reference

    def _is_stale(self, reference: Reference, relief: Relief, patch: Patch, at: float, keep: bool) -> bool:
        if not relief.is_told:
            return True
        before = reference.patch
        far = max(abs(patch.yaw - before.yaw), abs(patch.pitch - before.pitch)) > FARTHEST
        return not keep and (relief.points < FEWEST or at - self._taken > OLDEST or far)

    def _small(self, image: Image) -> tuple[Grey, float]:
        """The same for all that ask in one frame."""
        if self._shrunk is None:
            self._shrunk = small(image)
        return self._shrunk

    # --- what is asked less often -----------------------------------------------------------------

    def _due(self, name: str, at: float, every: float) -> bool:
        if at - self._asked[name] < every:
            return False
        self._asked[name] = at
        return True

    def _around(self, image: Image, reference: Reference, patch: Patch, moved: Affinity) -> Around | None:
        if self._surround is None:
            return None
        grey, scale = self._small(image)
        return self._surround.moved(grey, in_picture(moved, reference.patch, patch, scale))

    def _edges(self, image: Image, patch: Patch, at: float) -> tuple[Edges, float] | None:
        """Those close around the face, and those of a screen in view."""
        if not self._due("edges", at, EDGES_EVERY):
            return None
        grey, scale = self._small(image)
        mesh = patch.to_picture(patch.points[:, :2]) * scale
        return edges(grey, mesh), screen(grey, mesh)

    def _network(self, image: Image, box: Box, at: float) -> float | None:
        self.overfull = min(image.shape[:2]) < ROOM * box.size
        if self._networks is None or self.overfull or not self._due("network", at, self._network_every()):
            return None
        self._answers.append(self._networks(image, box))
        return self._answers[-1]

    def _network_every(self) -> float:
        """They cost more than all else: once they have said the same for long, they are asked seldom."""
        said = self._answers
        is_settled = len(said) == said.maxlen and max(said) - min(said) < SETTLED
        return NETWORK_SELDOM if is_settled else NETWORK_EVERY
