"""Faces followed from frame to frame: looked at a few times, decided once, announced once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from recognition.engine.detectors.base import overlap
from recognition.engine.embedding.vectors import distance, mean
from recognition.engine.quality import hint_for
from recognition.engine.search.gallery import GallerySearch
from recognition.engine.tracking import sameness
from recognition.engine.tracking.covering import Covering
from recognition.engine.tracking.finder import Finder
from recognition.engine.types import Engine, Face, Image, Match, Track, Vector

if TYPE_CHECKING:
    from recognition.liveness.passive.tracks import TrackLife, TrackLives

LOOKS = 3  # good looks before the first decision
ENOUGH_LOOKS = 6  # good looks before "not recognised" is said
KEPT_LOOKS = 8
LOOK_AGAIN = 2.0  # s: how often a decided face gets another look, and is decided again
CHECK_EVERY = 0.5  # s: how often a walk-up camera makes sure that a named face is still the same one
VOUCHED_FOR = 3.0  # s without such a proof after which the name is no longer shown
LOST_AFTER = 1.0  # s without the face before its track ends
GIVE_UP_AFTER = 12  # looks: an unknown face is not tried for ever, each try is one more chance of a false match
DOUBTS = 2  # decisions, or odd looks, in a row that end a track
FAR_BEYOND = 1.1  # times that distance: a grimace in a quick movement has come to 1.02
SAME_PLACE = 0.1  # least overlap (intersection over union) at which it may be the same face in two frames
STAYED = 0.5  # least overlap of a face that surely has not been replaced by another one
CROWDED = 0.1  # overlap with a second face from which on the two may have changed places
# How far a look may lie from the mean of those before it, as the false match rate of that distance:
SAME_FACE_FMR = 1e-2  # where nothing speaks for another face
PROVEN_FMR = 1e-3  # after a gap, a jump or a crossing
OTHER_FACE_FMR = 1e-1  # beyond this it is someone else, whatever the frames before showed


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
    patch: sameness.Small | None = None  # what it looked like in the frame before, tiny
    total_looks: int = 0
    match: Match | None = None
    state: str = "looking"
    announced: str | None = None
    doubts: int = 0  # decisions in a row that no longer agree
    life: TrackLife | None = None  # where the camera asks for life
    covering: Covering = field(default_factory=Covering)

    def mean(self) -> Vector:
        return mean(np.stack([v for v, _ in self.looks]), [w for _, w in self.looks])


class Tracker:
    """Follows the faces of one camera. Not thread-safe: one tracker, one caller at a time."""

    def __init__(
        self,
        *,
        engine: Engine,
        search: GallerySearch,
        min_face: int = 80,
        forget_after: float = 5.0,
        room: bool = False,
        lives: TrackLives | None = None,
    ) -> None:
        """`search` decides, and may be exchanged between two frames; `min_face` px; `forget_after` s out of view before
        someone is announced again; `room`: a wide view, where small and turned faces are the normal case; `lives`:
        no one is named before their liveness was checked. Without it nothing of that kind is done.
        Set `repeat_every` (s) to be told again of those who stay in view.
        """
        self.repeat_every: float | None = None
        self._engine, self.search = engine, search
        self._min_face, self._forget_after, self._room = min_face, forget_after, room
        self._lives = lives
        self._tracks: list[_Followed] = []
        self._finder = Finder(engine, min_face=min_face, room=room, people=self._of_people)
        self._last_seen: dict[int, float] = {}  # person → when a track of theirs was last in view
        self._said: dict[int, float] = {}  # person → when they were last announced, or told again
        self._next_id = 1
        self._updated = -1e9  # when the frame before this one came
        self._whole: sameness.Small | None = None  # that frame, tiny

    def update(self, image: Image, now: float) -> list[Track]:
        """What is in this frame, largest face first. `now` in seconds, never going back.

        `Track.fresh` is True in the one frame in which that face is to be announced.
        """
        found = self._finder.faces(image, [track.face for track in self._tracks], now)
        present = self._follow(self._of_people(image, found, now), now)
        self._compare(image, present)
        for track in present:
            self._see_cover(track, now)
        for track in self._look(image, present, now):
            self._decide(track)
        if self._lives is not None:
            for track in present:
                self._watch_life(self._lives, track, image, now)
        answer = [self._shown(track, now) for track in present]
        self._forget(now)
        self._updated = now
        return answer

    def _of_people(self, image: Image, faces: list[Face], now: float) -> list[Face]:
        """Without the faces that belong to the scene, such as a poster's."""
        return faces if self._lives is None else self._lives.scene.without(image, faces, now)

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
        if track.life is not None and now - track.seen >= LOST_AFTER:
            track.life.restart()  # no frame came for a while: anyone in view now has shown nothing yet
        track.face, track.seen = face, now
        return track

    def _compare(self, image: Image, present: list[_Followed]) -> None:
        """A face that was exchanged in its place, or with the whole scene, is doubtful until it has been looked at."""
        now = sameness.whole(image)
        cut, self._whole = sameness.is_cut(self._whole, now), now
        for track in present:
            before, track.patch = track.patch, sameness.patch(image, track.face.box)
            if track.looks and (cut or sameness.is_other(before, track.patch)):
                track.doubtful = True

    def _begin(self, face: Face, now: float) -> _Followed:
        track = _Followed(self._next_id, face, now)
        self._next_id += 1
        self._tracks.append(track)
        return track

    def _forget(self, now: float) -> None:
        self._tracks = [track for track in self._tracks if self._is_followed(track, now)]
        self._last_seen = {p: at for p, at in self._last_seen.items() if now - at < self._forget_after}
        self._said = {p: at for p, at in self._said.items() if p in self._last_seen}

    @staticmethod
    def _is_followed(track: _Followed, now: float) -> bool:
        return now - track.seen < LOST_AFTER and not (track.life and track.life.fixture)

    # --- looking --------------------------------------------------------------------------------

    def _hint(self, face: Face) -> str | None:
        return hint_for(face.quality, min_face=self._min_face, room=self._room)

    def _see_cover(self, track: _Followed, now: float) -> None:
        """A stranger who takes a mask or dark glasses off is looked at again: those looks said little of the face."""
        if not self._room and track.covering.see(track.face.quality, now) and track.state == "unknown":
            self._start_over(track)

    def _shown_hint(self, track: _Followed, state: str) -> str | None:
        """What would help the face that is shown in this `state`: about the picture, then liveness, then a cover."""
        if state == "looking":
            return self._hint(track.face) or self._life_hint(track) or self._cover_hint(track)
        return self._cover_hint(track) if state == "unknown" else None

    @staticmethod
    def _cover_hint(track: _Followed) -> str | None:
        return None if track.state == "recognised" else track.covering.told

    def _wants_look(self, track: _Followed, now: float) -> bool:
        fit, rests = self._hint(track.face) is None, self._rests(track, now)
        watched = self._lives is not None and not self._lives.challenges and not rests
        if watched and self._awaits_life(track) and track.looks:
            return True  # a sign of life counts for the face that has given it, so each frame is compared
        if track.state == "recognised":
            often = LOOK_AGAIN if self._room or rests else CHECK_EVERY
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
        return named is not None and self.search.match(vector, 1).person == named

    def _is_somebody_else(self, track: _Followed, vector: Vector) -> bool:
        """One odd look may be a poor one; a very odd one, or two in a row, are another face.

        One that was never out of sight and never changed between two frames has only lost its name by then, until one
        more look has spoken: people grimace.
        """
        if not track.doubtful:
            track.doubtful = track.odd_looks >= DOUBTS
            return False
        return track.odd_looks >= DOUBTS or not self._within(track, vector, OTHER_FACE_FMR, times=FAR_BEYOND)

    def _within(self, track: _Followed, vector: Vector, fmr: float, times: float = 1.0) -> bool:
        limit = self._engine.threshold(photos=len(track.looks), frames=1, target_fmr=fmr)
        return distance(vector, track.mean()) <= times * limit

    def _start_over(self, track: _Followed) -> None:
        """Someone else stands where this face was: a new track in the same place."""
        track.id, self._next_id = self._next_id, self._next_id + 1
        track.looks.clear()
        track.total_looks, track.match, track.state, track.announced = 0, None, "looking", None
        track.doubts, track.odd_looks, track.doubtful = 0, 0, False
        if track.life is not None:
            track.life.restart()

    # --- deciding -------------------------------------------------------------------------------

    def _decide(self, track: _Followed) -> None:
        if track.total_looks < LOOKS:
            return
        match = self.search.match(track.mean(), len(track.looks))
        if match.person is not None:
            self._keep_life_with(track, match)
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
        unproven = self._is_unproven(track)
        state = "looking" if hidden or unproven else track.state
        if unproven and track.life is not None and track.life.is_picture:
            state = "picture"
        named = state in ("recognised", "unknown")
        fresh = named and self._announce(track, now)
        return Track(
            id=track.id,
            box=track.face.box,
            state=state,
            hint=self._shown_hint(track, state),
            quality=track.face.quality,
            match=track.match if named else None,
            looks=track.total_looks,
            fresh=fresh,
            again=not fresh and state == "recognised" and self._due_again(track, now),
            embedding=track.mean() if fresh else None,
            life=track.life.life if track.life is not None else None,
            suspicion=track.life.suspicion if track.life is not None else None,
        )

    # --- life -------------------------------------------------------------------------------------

    def _awaits_life(self, track: _Followed) -> bool:
        """Whether a sign of life would still change anything: strangers need none, and one is enough."""
        return self._lives is not None and track.state != "unknown" and not (track.life and track.life.living)

    def _is_unproven(self, track: _Followed) -> bool:
        """Recognised, and liveness not confirmed: a name that is not said."""
        return track.state == "recognised" and self._awaits_life(track)

    def _watch_life(self, lives: TrackLives, track: _Followed, image: Image, now: float) -> None:
        if track.life is None:
            track.life = lives.begin(lambda vector: self._within(track, vector, PROVEN_FMR))
        if self._may_show_life(lives, track, now):
            track.life.see(image, track.face, now)
        if track.looks:
            person = track.match.person if track.match and track.state == "recognised" else None
            track.life.suspect(image, track.face, now, person=person, vector=track.mean())

    def _may_show_life(self, lives: TrackLives, track: _Followed, now: float) -> bool:
        """Whether this frame counts: while life is awaited only where the face was just found to be the same one."""
        if track.life is not None and track.life.living:
            return track.state != "unknown"  # the watch still looks for a swap
        if lives.challenges:
            return self._is_unproven(track)
        vouched = track.vouched == now or self._rests(track, now)  # at rest a frame shows nothing, but for a swap
        return self._awaits_life(track) and bool(track.looks) and vouched

    @staticmethod
    def _rests(track: _Followed, now: float) -> bool:
        return track.life is not None and track.life.rests(now)

    def _life_hint(self, track: _Followed) -> str | None:
        return track.life.hint(track.face) if track.life is not None and self._is_unproven(track) else None

    def _keep_life_with(self, track: _Followed, match: Match) -> None:
        """Life was shown by whom this face was taken for. As another person it begins again."""
        before = track.match.person if track.match else None
        if track.life is not None and before not in (None, match.person):
            track.life.restart()

    # --- announcing -------------------------------------------------------------------------------

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
        """Whether someone who stays is told once more. Only a face that was vouched for lately counts."""
        person = track.match.person if track.match else None
        if self.repeat_every is None or person is None or now - self._said.get(person, now) < self.repeat_every:
            return False
        self._said[person] = now
        return True


def _crowded(pairs: list[tuple[float, int, int]], t: int, f: int) -> bool:
    """Whether the track or the face also overlaps another one."""
    return sum(shared >= CROWDED for shared, other_t, other_f in pairs if other_t == t or other_f == f) > 1
