"""What each visitor's pictures have shown so far, in this process's memory: the greeting, then the challenge.

Visitors are kept apart: each has a pipeline of their own, which searches no one but them.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.web import throttle
from recognition.engine import Match, images
from recognition.engine.embedding.vectors import mean
from recognition.engine.search.gallery import GallerySearch
from recognition.faces import gallery
from recognition.faces.profiles.runtime import get_engine
from recognition.live import liveness_service
from recognition.live.pipeline import BOUND, MAX_SIDE, EngineDown, FrameResult, SearchScope, StationPipeline
from recognition.live.slot import Guard
from recognition.liveness import LivenessResult, Progress, Session
from recognition.models import Station
from recognition.sightings.decisions import IdentityEvent
from recognition.stations import suspicions
from recognition.stations.app.dispatch import dispatch
from recognition.stations.visibility import TRY_IT_SLUG

LIVES = timedelta(minutes=30)  # of a visit
CHALLENGES, WINDOW = 20, 1800  # that one visitor may begin, and the seconds in which they count


class OwnPipeline(StationPipeline):
    """The walk-up station, as if its roster were this one visitor."""

    def __init__(self, station: Station, person: int) -> None:
        super().__init__(station)
        self._only = frozenset({person})

    def _read_scope(self) -> SearchScope:
        gallery.gallery(self._station.purpose, at_once=True)  # they were enrolled a moment ago
        return replace(super()._read_scope(), roster=self._only)


@dataclass(frozen=True, slots=True)
class Ended:
    """A challenge that is over, and how alike the face was that answered it. `match`: None unless it passed."""

    result: LivenessResult
    match: Match | None
    seconds: float

    def passed_as(self, person: int) -> bool:
        return self.result.passed and self.match is not None and self.match.person == person


@dataclass(slots=True)
class Stage:
    """One visitor. Its lock is held for one picture at a time."""

    person: int
    pipeline: OwnPipeline
    guard: Guard
    lock: threading.Lock = field(default_factory=threading.Lock)
    since: float = field(default_factory=time.monotonic)
    newest: int = 0  # the number of the newest picture: several are on their way at once, and may overtake each other
    greeted: IdentityEvent | None = None
    session: Session | None = None
    began: float = 0.0
    ended: Ended | None = None


_stages: dict[int, Stage] = {}
_lock = threading.Lock()


def of(person: int) -> Stage:
    """The visitor's stage. Refused `no_station` where the demo has not made its station."""
    with _lock:
        _drop_old()
        if person not in _stages:
            station = Station.objects.filter(slug=TRY_IT_SLUG, active=True).first()
            if station is None:
                raise Refused("no_station", _("The demo station is missing. Run: manage.py demo_campus"), status=404)
            _stages[person] = Stage(person, OwnPipeline(station, person), Guard(settings.MAX_FRAME_BYTES))
        return _stages[person]


def _drop_old() -> None:
    """Also where another process has deleted the visitor."""
    oldest = time.monotonic() - LIVES.total_seconds()
    for person in [person for person, stage in _stages.items() if stage.since < oldest]:
        del _stages[person]


def forget(person: int) -> None:
    with _lock:
        _stages.pop(person, None)


def forget_all() -> None:
    """Start afresh: between tests."""
    with _lock:
        _stages.clear()


# --- the greeting ---------------------------------------------------------------------------------


def process(stage: Stage, jpeg: bytes, number: int) -> FrameResult:
    """One picture at the walk-up station, on a thread of the engine's. One that was overtaken is not looked at.

    Refused `not_an_image`, `too_large`, `flood`, `engine_down`.
    """
    jpeg = _checked(stage, jpeg)
    with stage.lock:
        if _is_late(stage, number):
            return stage.pipeline.present()
        try:
            return stage.pipeline.process(jpeg, timezone.now())
        except EngineDown as error:
            raise Refused("engine_down", _("Recognition is not available at the moment."), status=503) from error


def _is_late(stage: Stage, number: int) -> bool:
    late = number < stage.newest
    stage.newest = max(stage.newest, number)
    return late


def act(stage: Stage, result: FrameResult) -> None:
    """Anyone who was named is greeted and recorded as at any other station, and a picture is told of."""
    for event in result.announcements:
        if event.person_id == stage.person and dispatch(event) is None:
            stage.greeted = event
    for found in result.suspicions:
        suspicions.tell(found)


def _checked(stage: Stage, jpeg: bytes) -> bytes:
    stage.guard.check_rate()
    return stage.guard.checked(jpeg)


# --- the challenge --------------------------------------------------------------------------------


def challenge(stage: Stage) -> Progress:
    """A new one, drawn at random, in place of one that is under way.

    Refused `not_greeted`, `too_many_attempts`, and as `living.require_ready`.
    """
    if stage.greeted is None:
        raise Refused("not_greeted", _("Please let the station greet you first."), status=409)
    if throttle.count(f"try-it-challenge:{stage.person}", window=WINDOW) > CHALLENGES:
        raise Refused(
            "too_many_attempts", _("You have used all attempts. Delete everything and start again."), status=429
        )
    liveness_service.require_ready()
    with stage.lock:
        stage.session, stage.ended, stage.began = (
            liveness_service.begin(liveness_service.issue(time.time())),
            None,
            time.monotonic(),
        )
        return stage.session.progress()


def answer(stage: Stage, jpeg: bytes, number: int) -> Progress:
    """One picture of the challenge; when it is over, `stage.ended` says how. Refused `no_challenge`, and as `look`."""
    with stage.lock:
        if stage.session is None:
            raise Refused("no_challenge", _("No challenge is running. Please start one."), status=409)
        if stage.ended is not None or _is_late(stage, number):  # a picture that was on its way when it ended
            return stage.session.progress()
        image = images.decode(
            _checked(stage, jpeg), max_bytes=settings.MAX_FRAME_BYTES, max_side=MAX_SIDE, bound_to=BOUND
        )
        progress = stage.session.feed(image, time.monotonic())
        if progress.is_over:
            result = stage.session.result()
            match = _compared(stage, result) if result.passed else None
            stage.ended = Ended(result, match, time.monotonic() - stage.began)
        return progress


def _compared(stage: Stage, result: LivenessResult) -> Match:
    """The face that answered against the visitor's own template, as strictly as at the lockers."""
    engine, taken, fmr = get_engine(), result.embeddings, float(settings.LOCKER_TARGET_FMR)
    probe = mean(np.stack([one.vector for one in taken]), [max(one.quality, 1e-3) for one in taken])
    known = gallery.gallery("reception", at_once=True)
    return GallerySearch(known, engine, fmr, frozenset({stage.person})).match(probe, len(taken))
