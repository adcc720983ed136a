"""Life beside recognition: one watch a track, its verdict bound to the face that was seen all along.

The tracker asks this; it decides no one's name. A verdict belongs to a track and an identity: anyone who stands in the
same place later, or is taken for another person later, begins again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from recognition.engine.types import Face, Image, Suspicion, Vector
from recognition.liveness.passive.scene import STILL_FOR, Rest, Scene
from recognition.liveness.passive.types import Life, LifeState, LifeWatch

Same = Callable[[Vector], bool]  # whether a vector shows the face of the track
NewWatch = Callable[[Same], LifeWatch]

CARD_AFTER = 6.0  # s of watching in which nothing has shown itself: card and PIN are the quicker way
SHOW_LIFE, USE_CARD = "show_life", "use_card"  # hints, see recognition.live.messages


@dataclass(slots=True)
class TrackLife:
    """What is known of one track's life. Not thread-safe."""

    watch: LifeWatch
    scene: Scene
    same: Same
    life: Life = field(default_factory=Life)
    living: bool = False  # shown once, it holds for this track and this identity, until the watch sees a swap
    fixture: bool = False  # it has turned out to belong to the scene
    suspicion: Suspicion | None = None  # to be told in this frame
    _told: bool = False
    _rest: Rest | None = None

    def restart(self) -> None:
        """Someone else is here, or this face is someone else."""
        self.watch.restart()
        self.life, self.living, self.suspicion, self._told, self._rest = Life(), False, None, False, None

    def see(self, image: Image, face: Face, now: float) -> None:
        """One more frame of this face, and of no other that could lend it life. Afterwards: whether it still is it."""
        self.life = self.watch.see(image, face, now)
        self.living = self.life.state == LifeState.LIVING

    def rests(self, now: float) -> bool:
        """Whether this frame is ignored: nothing has changed for long, and no one is named meanwhile."""
        return not self.living and self.watch.rests(now)

    def suspect(self, image: Image, face: Face, now: float, *, person: int | None, vector: Vector) -> None:
        """Whether staff should hear of a face whose liveness is not confirmed; `person`: who would have been named."""
        self.suspicion = None
        if self.living:
            return
        self._rest = self.scene.rest(image, face, self._rest, now)
        if now - self._rest.since >= STILL_FOR:
            self._belongs_to_scene(image, self._rest, now, person, vector)
        elif person is not None and self.is_picture and not self._is_known_fixture(face):
            times = self.scene.alarm(person, face.box, now)
            self.suspicion = Suspicion("picture", times, person) if times else None
            self._told = self._told or bool(times)

    def _belongs_to_scene(self, image: Image, rest: Rest, now: float, person: int | None, vector: Vector) -> None:
        """It is no longer looked at. Staff hear of it once, where someone would have been named."""
        known = self.scene.knows(rest.box, self.same) is not None
        if person is not None and not self._told and not known:
            self.suspicion = Suspicion("scene", 1, person)
        self.scene.remember(image, rest, vector, now)
        self.fixture = True

    def _is_known_fixture(self, face: Face) -> bool:
        """The light has changed, so that a poster is looked at once more."""
        return self.scene.knows(face.box, self.same) is not None

    @property
    def is_picture(self) -> bool:
        return self.life.state == LifeState.PICTURE

    def hint(self, face: Face) -> str | None:
        """What could be said to anyone who would be named, were their liveness confirmed."""
        if self.living or self._is_known_fixture(face):
            return None
        if self.life.ask:
            return self.life.ask
        if not self.life.hint:
            return None
        return USE_CARD if self.life.since >= CARD_AFTER else SHOW_LIFE


class TrackLives:
    """Of one camera: makes the watch of each new track, and knows the scene."""

    def __init__(self, new_watch: NewWatch, *, challenges: bool = False) -> None:
        """`challenges`: the watches ask people for something, so only anyone who would be named is asked; and they hold
        the face to be one and the same themselves, also while it is turned away.
        """
        self._new_watch, self.challenges = new_watch, challenges
        self.scene = Scene()

    def begin(self, same: Same) -> TrackLife:
        return TrackLife(self._new_watch(same), self.scene, same)
