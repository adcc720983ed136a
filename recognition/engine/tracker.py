"""Faces followed from frame to frame: looked at a few times, decided once, announced once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from recognition.engine.detectors.base import overlap
from recognition.engine.quality import hint_for
from recognition.engine.stillness import Stillness
from recognition.engine.types import Engine, Face, Image, Match, Track, Vector
from recognition.engine.vectors import distance, mean

Identify = Callable[[Vector, int], Match]

LOOKS = 3  # good looks before the first decision
ENOUGH_LOOKS = 6  # good looks before "not recognised" is said
KEPT_LOOKS = 8
LOOK_AGAIN = 2.0  # s: how often a decided face gets another look, and is decided anew
CHECK_EVERY = 0.5  # s: how often a walk-up camera makes sure that a named face is still the same one
VOUCHED_FOR = 3.0  # s without such a proof after which the name is no longer shown
LOST_AFTER = 1.0  # s without the face before its track ends
GIVE_UP_AFTER = 12  # looks: an unknown face is not tried for ever, each try is one more chance of a false match
DOUBTS = 2  # decisions, or odd looks, in a row that end a track
SAME_PLACE = 0.1  # least overlap (intersection over union) at which it may be the same face in two frames
STAYED = 0.5  # least overlap of a face that surely has not been replaced by another one
CROWDED = 0.1  # overlap with a second face from which on the two may have changed places
# How far a look may lie from the mean of those before it, as the false match rate of that distance:
SAME_FACE_FMR = 1e-2  # where nothing speaks for another face
PROVEN_FMR = 1e-3  # after a gap, a jump or a crossing
OTHER_FACE_FMR = 1e-1  # beyond this it is somebody else, whatever the frames before showed
WHOLE_PICTURE_EVERY = 5  # frames; in between, a walk-up camera looks only where faces just were


@dataclass(slots=True)
class _Followed:
    """What the tracker remembers of one face. Times are those given to `update`, in seconds."""

    id: int
    face: Face
    seen: float
    looks: deque[tuple[Vector, float]] = field(default_factory=lambda: deque(maxlen=KEPT_LOOKS))
    looked: float = -1e9  # when the last look was kept
    checked: float = -1e9  # when it was last compared with the looks before, kept or not
    vouched: float = -1e9  # when such a comparison last said: the same face
    doubtful: bool = False  # it may be another face since then: no name is shown before that is settled
    odd_looks: int = 0  # in a row
    total_looks: int = 0
    match: Match | None = None
    state: str = "looking"
    announced: str | None = None
    doubts: int = 0  # decisions in a row that no longer agree

    def mean(self) -> Vector:
        return mean(np.stack([v for v, _ in self.looks]), [w for _, w in self.looks])


class Tracker:
    """Follows the faces of one camera. Not thread-safe: one tracker, one caller at a time."""

    def __init__(
        self,
        *,
        engine: Engine,
        identify: Identify,
        min_face: int = 80,
        forget_after: float = 5.0,
        room: bool = False,
    ) -> None:
        """`identify(mean of looks, how many)` decides; `min_face` px; `forget_after` s out of view before
        somebody is announced anew; `room`: a wide view, where small and turned faces are the normal case.
        Set `repeat_every` (s) to be told again of those who stay in view.
        """
        self.repeat_every: float | None = None
        self._engine, self._identify = engine, identify
        self._min_face, self._forget_after, self._room = min_face, forget_after, room
        self._tracks: list[_Followed] = []
        self._stillness = Stillness()
        self._last_seen: dict[int, float] = {}  # person → when a track of theirs was last in view
        self._said: dict[int, float] = {}  # person → when they were last announced, or told again
        self._next_id = 1
        self._frames = 0
        self._updated = -1e9  # when the frame before this one came

    def update(self, image: Image, now: float) -> list[Track]:
        """What is in this frame, largest face first. `now` in seconds, never going back.

        `Track.fresh` is True in the one frame in which that face is to be announced.
        """
        present = self._follow(self._detect(image, now), now)
        for track in self._look(image, present, now):
            self._decide(track)
        answer = [self._shown(track, now) for track in present]
        self._forget(now)
        self._updated = now
        return answer

    # --- finding ---------------------------------------------------------------------------------

    def _detect(self, image: Image, now: float) -> list[Face]:
        """The faces of this frame. One lost from its old place is searched for in the whole picture at once."""
        self._frames += 1
        followed = [track.face.box for track in self._tracks]
        least = self._least([box.size for box in followed])
        nobody_lost = all(track.seen == self._updated for track in self._tracks)
        if followed and nobody_lost and not self._room and self._frames % WHOLE_PICTURE_EVERY:
            faces = self._engine.detect(image, min_face=least, near=followed)
            if len(faces) == len(followed):
                return faces
        if not followed and self._stillness.is_known_empty(image, least, now):
            return []
        faces = self._engine.detect(image, min_face=least, quick=True)
        self._stillness.found(image, least, now, anybody=bool(faces))
        return faces

    def _least(self, sizes: list[int]) -> int:
        """The smallest face to search for, px. While nobody is in view, every second look is for people too far away:
        it costs twice as much, and lets them be asked to come closer.
        """
        if sizes:
            return max(40, min(self._min_face, int(0.8 * min(sizes))))
        return self._min_face if self._frames % 2 else max(40, int(0.7 * self._min_face))

    # --- following ------------------------------------------------------------------------------

    def _follow(self, faces: list[Face], now: float) -> list[_Followed]:
        """Each face with the track it continues, or a new one; greedy by overlap."""
        pairs = sorted(
            (
                (overlap(track.face.box, face.box), t, f)
                for t, track in enumerate(self._tracks)
                for f, face in enumerate(faces)
            ),
            reverse=True,
        )
        track_of: dict[int, int] = {}
        doubtful: set[int] = set()
        for shared, t, f in pairs:
            if shared >= SAME_PLACE and f not in track_of and t not in track_of.values():
                track_of[f] = t
                if shared < STAYED or _crowded(pairs, t, f):
                    doubtful.add(f)
        return [
            self._continued(self._tracks[track_of[f]], face, now, f in doubtful)
            if f in track_of
            else self._begin(face, now)
            for f, face in enumerate(faces)
        ]

    def _continued(self, track: _Followed, face: Face, now: float, doubtful: bool) -> _Followed:
        out_of_sight = track.seen != self._updated or now - track.seen >= LOST_AFTER
        track.doubtful = track.doubtful or doubtful or out_of_sight
        track.face, track.seen = face, now
        return track

    def _begin(self, face: Face, now: float) -> _Followed:
        track = _Followed(self._next_id, face, now)
        self._next_id += 1
        self._tracks.append(track)
        return track

    def _forget(self, now: float) -> None:
        self._tracks = [track for track in self._tracks if now - track.seen < LOST_AFTER]
        self._last_seen = {p: at for p, at in self._last_seen.items() if now - at < self._forget_after}
        self._said = {p: at for p, at in self._said.items() if p in self._last_seen}

    # --- looking --------------------------------------------------------------------------------

    def _hint(self, face: Face) -> str | None:
        return hint_for(face.quality, min_face=self._min_face, room=self._room)

    def _wants_look(self, track: _Followed, now: float) -> bool:
        fit = self._hint(track.face) is None
        if track.state == "recognised":
            often = LOOK_AGAIN if self._room else CHECK_EVERY
            return track.doubtful or now - track.checked >= often or (fit and now - track.looked >= LOOK_AGAIN)
        return fit and (track.doubtful or self._may_keep(track, now))

    def _may_keep(self, track: _Followed, now: float) -> bool:
        """Whether one more look may count: many in the beginning, then now and then, and not for ever."""
        if track.state == "unknown" and track.total_looks >= GIVE_UP_AFTER:
            return False
        return track.state == "looking" or now - track.looked >= LOOK_AGAIN

    def _look(self, image: Image, present: list[_Followed], now: float) -> list[_Followed]:
        """Embed the faces that need it, all in one batch; the tracks that have a new look to be decided by."""
        wanted = [track for track in present if self._wants_look(track, now)]
        if not wanted:
            return []
        vectors = self._engine.embed(image, [track.face for track in wanted])
        return [track for track, vector in zip(wanted, vectors, strict=True) if self._looked(track, vector, now)]

    def _looked(self, track: _Followed, vector: Vector, now: float) -> bool:
        """Compare a look with those before it, and keep it if it may count. A look at a turned or blurred face proves
        that it is the same one, or nothing.
        """
        fit, track.checked = self._hint(track.face) is None, now
        if not self._agrees(track, vector):
            if not fit:
                return False
            track.odd_looks += 1
            if not self._is_somebody_else(track, vector):
                return False
            self._start_over(track)
        track.vouched, track.doubtful, track.odd_looks = now, False, 0
        if not fit or not self._may_keep(track, now):
            return False
        track.looks.append((vector, max(track.face.quality.score, 0.05)))
        track.looked, track.total_looks = now, track.total_looks + 1
        return True

    def _agrees(self, track: _Followed, vector: Vector) -> bool:
        """Whether a look shows the same face: near the looks before it, or by itself the person who was named."""
        if not track.looks or self._within(track, vector, PROVEN_FMR if track.doubtful else SAME_FACE_FMR):
            return True
        named = track.match.person if track.match else None
        return named is not None and self._identify(vector, 1).person == named

    def _is_somebody_else(self, track: _Followed, vector: Vector) -> bool:
        """One odd look may be a poor one; a very odd one, or two in a row, are another face."""
        return track.odd_looks >= DOUBTS or not self._within(track, vector, OTHER_FACE_FMR)

    def _within(self, track: _Followed, vector: Vector, fmr: float) -> bool:
        limit = self._engine.threshold(photos=len(track.looks), frames=1, target_fmr=fmr)
        return distance(vector, track.mean()) <= limit

    def _start_over(self, track: _Followed) -> None:
        """Somebody else stands where this face was: a new track in the same place."""
        track.id, self._next_id = self._next_id, self._next_id + 1
        track.looks.clear()
        track.total_looks, track.match, track.state, track.announced = 0, None, "looking", None
        track.doubts, track.odd_looks, track.doubtful = 0, 0, False

    # --- deciding -------------------------------------------------------------------------------

    def _decide(self, track: _Followed) -> None:
        if track.total_looks < LOOKS:
            return
        match = self._identify(track.mean(), len(track.looks))
        if match.person is not None:
            track.match, track.state, track.doubts = match, "recognised", 0
        elif track.state == "recognised":
            self._doubt(track)
        elif track.total_looks >= ENOUGH_LOOKS:
            track.match, track.state = match, "unknown"

    def _doubt(self, track: _Followed) -> None:
        """One poor look does not take a name away; several in a row do."""
        track.doubts += 1
        if track.doubts >= DOUBTS:
            self._start_over(track)

    def _shown(self, track: _Followed, now: float) -> Track:
        hidden = track.state == "recognised" and (track.doubtful or now - track.vouched > VOUCHED_FOR)
        state = "looking" if hidden else track.state
        fresh = state != "looking" and self._announce(track, now)
        return Track(
            id=track.id,
            box=track.face.box,
            state=state,
            hint=self._hint(track.face) if state == "looking" else None,
            quality=track.face.quality,
            match=None if hidden else track.match,
            looks=track.total_looks,
            fresh=fresh,
            again=not fresh and state == "recognised" and self._due_again(track, now),
            embedding=track.mean() if fresh else None,
        )

    def _announce(self, track: _Followed, now: float) -> bool:
        """Whether this is the frame in which to say it: once for a track, once for a person in view."""
        person = track.match.person if track.match else None
        what = f"person {person}" if person is not None else "unknown"
        known = person is not None and person in self._last_seen
        if person is not None:
            self._last_seen[person] = now
        if track.announced == what:
            return False
        track.announced = what
        if person is not None and not known:
            self._said[person] = now
        return not known

    def _due_again(self, track: _Followed, now: float) -> bool:
        """Whether somebody who stays is told once more. Only a face that was vouched for lately counts."""
        person = track.match.person if track.match else None
        if self.repeat_every is None or person is None or now - self._said.get(person, now) < self.repeat_every:
            return False
        self._said[person] = now
        return True


def _crowded(pairs: list[tuple[float, int, int]], t: int, f: int) -> bool:
    """Whether the track or the face also overlaps another one."""
    return sum(shared >= CROWDED for shared, other_t, other_f in pairs if other_t == t or other_f == f) > 1
