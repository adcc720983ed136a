"""Where the faces of a film are: followed by their meshes, and searched for now and then."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from recognition.engine.detectors.base import overlap
from recognition.engine.tracking.stillness import Stillness
from recognition.engine.types import Engine, Face, Image

GLANCE_EVERY = 5  # frames: how often a walk-up camera looks whether a second person has come near
SEARCH_EVERY = 2.0  # s: how often it searches for people farther away, while someone is in view
SEARCH_FRAMES = 10  # and how many frames lie between two such searches: a busy server gets few, and must not pay more
SEARCH_AT_LAST = 6.0  # s after which it searches however few frames there were
SEARCH_EMPTY_EVERY = 0.5  # s: the same while no one is, or someone was lost
ROOM_SEARCH_EVERY = 0.6  # s: how often a room is searched; that costs as much as following ten people
ONE_FACE = 0.15  # overlap (intersection over union) above which two faces are one: a mesh that strays goes half a face


People = Callable[[Image, list[Face], float], list[Face]]


class Finder:
    """Finds the faces of one camera's frames. Not thread-safe."""

    def __init__(self, engine: Engine, *, min_face: int, room: bool, people: People | None = None) -> None:
        """`people`: leaves out the faces that belong to the scene, such as a poster's; with them alone it is empty."""
        self._engine, self._min_face, self._room = engine, min_face, room
        self._people: People = people or (lambda image, faces, now: faces)
        self._stillness = Stillness()
        self._frames = self._searches = 0
        self._searched = -1e9  # when the whole picture was last searched by the profile's own detector
        self._searched_frame = 0  # which frame that was

    def faces(self, image: Image, before: list[Face], now: float) -> list[Face]:
        """The faces of this frame, largest first. `before`: those that are followed, as they were last seen."""
        self._frames += 1
        found = self._beside(image, before, now) if before else self._in_an_empty_scene(image, now)
        return sorted(found, key=lambda face: -face.box.size)

    # --- no one is followed ----------------------------------------------------------------------

    def _in_an_empty_scene(self, image: Image, now: float) -> list[Face]:
        due = self._is_due(now, ROOM_SEARCH_EVERY if self._room else SEARCH_EMPTY_EVERY)
        least = self._far() if due and not self._searches % 2 else self._min_face
        if self._stillness.is_known_empty(image, least, now):
            return []
        if due:
            found = self._people(image, self._search(image, least, now), now)
            self._stillness.found(image, least, now, anybody=bool(found))
            return found
        return [] if self._room else self._engine.detect(image, min_face=least, quick=True, glance=True)

    def _far(self) -> int:
        """Every second search is for people too far away: it costs twice as much, and lets them be asked to come."""
        return max(40, int(0.7 * self._min_face))

    # --- someone is -----------------------------------------------------------------------------

    def _beside(self, image: Image, before: list[Face], now: float) -> list[Face]:
        least = max(40, min(self._min_face, int(0.8 * min(face.box.size for face in before))))
        if self._room:
            return self._in_a_room(image, before, least, now)
        followed = self._followed(image, before, least)
        if self._is_due_beside(now):
            return self._searched_beside(image, followed, least, now)
        if len(followed) == len(before) and not _collided(followed) and self._frames % GLANCE_EVERY:
            return followed
        seen = self._engine.detect(image, min_face=least, quick=True, glance=True)
        seen += _apart(_others(followed, seen))
        if len(seen) < len(before) and self._is_due(now, SEARCH_EMPTY_EVERY):
            return self._searched_beside(image, followed, least, now)
        return seen

    def _searched_beside(self, image: Image, followed: list[Face], least: int, now: float) -> list[Face]:
        found = self._search(image, least, now)
        return found + self._confirmed(image, _others(followed, found), least)

    def _in_a_room(self, image: Image, before: list[Face], least: int, now: float) -> list[Face]:
        """Anyone who is lost is found again by the next search."""
        if self._is_due(now, ROOM_SEARCH_EVERY) or any(face.mesh is None for face in before):
            return self._search(image, least, now)
        return _apart(self._followed(image, before, least))

    def _followed(self, image: Image, before: list[Face], least: int) -> list[Face]:
        """Those who are still where they were, or near it."""
        found = [self._engine.follow(image, face) for face in before if face.mesh is not None]
        boxes = [face.box for face in before if face.mesh is None]
        near = self._engine.detect(image, min_face=least, near=boxes) if boxes else []
        return [face for face in found if face is not None] + near

    def _confirmed(self, image: Image, faces: list[Face], least: int) -> list[Face]:
        """Faces that only their meshes still saw: the detector is asked once more, around each."""
        return self._engine.detect(image, min_face=least, near=[face.box for face in faces]) if faces else []

    def _search(self, image: Image, least: int, now: float) -> list[Face]:
        self._searched, self._searched_frame, self._searches = now, self._frames, self._searches + 1
        return self._engine.detect(image, min_face=least, quick=True)

    def _is_due_beside(self, now: float) -> bool:
        enough = self._frames - self._searched_frame >= SEARCH_FRAMES
        return self._is_due(now, SEARCH_EVERY if enough else SEARCH_AT_LAST)

    def _is_due(self, now: float, every: float) -> bool:
        return now - self._searched >= every - 1e-6


def _collided(faces: list[Face]) -> bool:
    """Whether two that were followed have ended on one face."""
    return any(overlap(one.box, other.box) > ONE_FACE for one, other in combinations(faces, 2))


def _others(faces: list[Face], found: list[Face]) -> list[Face]:
    return [face for face in faces if all(overlap(face.box, one.box) <= ONE_FACE for one in found)]


def _apart(faces: list[Face]) -> list[Face]:
    """Of those that ended on one face, the first."""
    kept: list[Face] = []
    for face in faces:
        kept += _others([face], kept)
    return kept
