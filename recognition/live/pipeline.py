"""One station's way from JPEG bytes to names: decode, detect, track, identify.

Runs on the engine's threads (`runtime.in_engine`). Its database reads are few and short, and it
never writes: what was decided is handed back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from accounts.models import User
from recognition.engine import Engine, Image, Track, images
from recognition.engine.search.gallery import Gallery, GallerySearch
from recognition.engine.tracking.tracker import Tracker
from recognition.faces import gallery as gallery_store
from recognition.faces.profiles import outdated
from recognition.faces.profiles.runtime import get_engine
from recognition.faces.search_fmr import ROOM_CHANCES, search_fmr
from recognition.live import liveness_service
from recognition.liveness.passive.tracks import TrackLives
from recognition.models import Station
from recognition.sightings import probes
from recognition.sightings.decisions import IdentityEvent, SuspicionEvent
from recognition.stations import denials, rosters
from recognition.stations.app import station_app
from recognition.stations.app.station_app import AfterFrame, app_of
from recognition.stations.camera.advice import DARK_PICTURE, Advisor, FaceLook
from recognition.stations.events import FaceSeen
from recognition.stations.liveness_policy import LivenessLevel
from recognition.stations.ways.way_counts import TrackClock

log = logging.getLogger("ostiary.live")

REFRESH_EVERY = 2.0  # s between looks at the station's row, its roster and its gallery
BOUND = 1280  # px: the longer side of what is worked on
MAX_SIDE = 4096  # px: no camera sends more, a decompression bomb does
MIN_FACE = {Station.View.WALK_UP: 80, Station.View.ROOM: 40}
PRESENT_FOR = 2.0  # s that the last result counts as what is in view


class EngineDown(Exception):
    """The engine could not answer. The frame was fine."""


@dataclass(frozen=True, slots=True)
class FrameResult:
    faces: tuple[FaceSeen, ...] = ()
    state: str = "looking"
    hint: str | None = None
    size: tuple[int, int] = (0, 0)
    announcements: tuple[IdentityEvent, ...] = ()
    suspicions: tuple[SuspicionEvent, ...] = ()  # pictures that staff should hear of
    lit: bool = True  # False: so dark that no one could have been seen
    people: frozenset[int] = frozenset()  # recognised, and in this picture
    advice: str = ""  # what would make this camera's pictures better (recognition.stations.camera.advice)
    errand: AfterFrame | None = None  # what the purpose's app read from the picture and wants done


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Whom this station searches at the moment, and how strictly."""

    station: Station
    gallery: Gallery
    roster: frozenset[int] | None
    target_fmr: float
    repeat_every: float | None = None
    outdated: bool = False  # no one can be searched: another profile embedded their photos
    denied: frozenset[int] = frozenset()  # whose name was said here to be wrong, a moment ago

    def holds(self, person: int) -> bool:
        searched = self.roster is None or person in self.roster
        return searched and person in self.gallery.ids and person not in self.denied


class StationPipeline:
    """Thread-safe: one frame at a time, whichever thread brings it."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._lock = threading.Lock()
        self._scope: SearchScope | None = None
        self._refreshed = 0.0
        self._engine: Engine | None = None
        self._tracker: Tracker | None = None
        self._tracker_settings: tuple[Any, ...] = ()
        self._names: dict[int, str] = {}
        self._clock = TrackClock()
        self._advisor = Advisor()
        self._last, self._last_at = FrameResult(), 0.0

    def process(self, jpeg: bytes, at: datetime) -> FrameResult:
        """Decide one frame. Raises Refused when the picture cannot be used, EngineDown when the engine is not well."""
        image = images.decode(jpeg, max_bytes=settings.MAX_FRAME_BYTES, max_side=MAX_SIDE, bound_to=BOUND)
        with self._lock:
            try:
                self._last = self._decide(image, at) if self._searches() else self._only_seen(image)
            except Exception as error:
                raise EngineDown(str(error)) from error
            self._last_at = time.monotonic()
            result = self._last
        errand = station_app.read_frame(self._station, image, at)
        return result if errand is None else replace(result, errand=errand)

    def _searches(self) -> bool:
        return self._station.purpose not in settings.PURPOSES_WITHOUT_SEARCH

    @property
    def slug(self) -> str:
        return self._station.slug

    def present(self) -> FrameResult:
        """What is in view now, for a page that has just connected."""
        return self._last if time.monotonic() - self._last_at < PRESENT_FOR else FrameResult()

    def _decide(self, image: Image, at: datetime) -> FrameResult:
        engine = get_engine()
        scope = self._fresh_scope()
        tracker = self._fresh_tracker(engine, scope)
        tracks = tracker.update(image, time.monotonic())
        self._clock.seen(track.id for track in tracks)
        tracks = [_still_enrolled(track, scope) for track in tracks]
        names = self._names_of(track.match.person for track in tracks if track.match and track.match.person)
        state, hint = _station_state(image, tracks, scope)
        return FrameResult(
            advice=self._advice(image, tracks, scope.station),
            faces=tuple(_face(track, names) for track in tracks),
            state=state,
            hint=hint,
            size=(image.shape[1], image.shape[0]),
            announcements=tuple(
                _event(track, scope.station, engine, at, self._clock.waited(track.id))
                for track in tracks
                if track.fresh or track.again
            ),
            suspicions=tuple(_suspicion(track, scope.station, at) for track in tracks if track.suspicion),
            lit=bool(tracks) or hint != "too_dark",
            people=frozenset(track.match.person for track in tracks if track.match and track.match.person is not None),
        )

    def _advice(self, image: Image, tracks: Iterable[Track], station: Station) -> str:
        faces = [FaceLook(track.box.size, track.quality.light, track.quality.sharpness) for track in tracks]
        return self._advisor.look(image, faces, time.monotonic(), min_face=_min_face(station))

    def _only_seen(self, image: Image) -> FrameResult:
        """At a station where a face in view is not a wish to be recognised: no one is searched for, or counted."""
        return replace(_only_seen(image), advice=self._advice(image, (), self._station))

    # --- whom to search -------------------------------------------------------------------------

    def _fresh_scope(self) -> SearchScope:
        if self._scope is None or time.monotonic() - self._refreshed >= REFRESH_EVERY:
            close_old_connections()
            try:
                self._scope = self._read_scope()
                self._refreshed = time.monotonic()
                self._names.clear()
            finally:
                close_old_connections()
        return self._scope

    def _read_scope(self) -> SearchScope:
        station = Station.objects.get(pk=self._station.pk)
        gallery = gallery_store.gallery(station.purpose)
        roster = rosters.person_ids(station)
        if self._scope is not None and roster == self._scope.roster:
            roster = self._scope.roster  # the same object: the gallery has its part of the matrix ready
        chances = ROOM_CHANCES if station.view == Station.View.ROOM else 1
        fmr = search_fmr(gallery, roster, station.target_fmr, chances=chances)
        return SearchScope(
            station,
            gallery,
            roster,
            fmr,
            app_of(station.purpose).repeat_every(station),
            self._outdated(gallery, roster),
            denials.not_here(station.slug),
        )

    def _outdated(self, gallery: Gallery, roster: frozenset[int] | None) -> bool:
        """Whether no one is known here because the profile has changed. Said once in the log, for each station."""
        profile = get_engine().profile.make
        nobody = not len(gallery if roster is None else gallery.restricted_to(roster))
        is_so = nobody and outdated.hide_somebody(self._station.purpose, roster, profile)
        if is_so and not (self._scope and self._scope.outdated):
            log.warning("Station %s cannot search anyone: %s", self._station.slug, outdated.advice(profile))
        return is_so

    def _names_of(self, people: Iterable[int | None]) -> dict[int, str]:
        missing = {person for person in people if person is not None and person not in self._names}
        if missing:
            rows = User.objects.filter(pk__in=missing).only("first_name", "last_name")
            self._names |= {person.pk: person.get_full_name() for person in rows}
            close_old_connections()
        return self._names

    # --- who it is ------------------------------------------------------------------------------

    def _fresh_tracker(self, engine: Engine, scope: SearchScope) -> Tracker:
        """The tracker, made again only when the engine or what it depends on has changed. Whom it searches is new."""
        station = scope.station
        search = GallerySearch(scope.gallery, engine, scope.target_fmr, scope.roster, scope.denied)
        wanted = (station.view, station.min_face_px, station.forget_after, station.liveness)
        if self._tracker is None or engine is not self._engine or wanted != self._tracker_settings:
            self._engine, self._tracker_settings = engine, wanted
            self._tracker = Tracker(
                engine=engine,
                search=search,
                min_face=_min_face(station),
                forget_after=station.forget_after,
                room=station.view == Station.View.ROOM,
                lives=_lives(engine, station),
            )
        self._tracker.search, self._tracker.repeat_every = search, scope.repeat_every
        return self._tracker


def _min_face(station: Station) -> int:
    return station.min_face_px or MIN_FACE[Station.View(station.view)]


def _lives(engine: Engine, station: Station) -> TrackLives | None:
    """What the station's policy asks of a face before it is named. None, and no work, where it is off."""
    if station.liveness == LivenessLevel.PASSIVE:
        return TrackLives(lambda same: liveness_service.life_watch(engine))
    if station.liveness == LivenessLevel.CHALLENGE:
        return TrackLives(liveness_service.challenge_watches(), challenges=True)
    return None


def _still_enrolled(track: Track, scope: SearchScope) -> Track:
    """Consent may be withdrawn while someone stands in front of the camera: the name goes at once."""
    if track.match is None or track.match.person is None or scope.holds(track.match.person):
        return track
    return replace(track, state="unknown", match=None, fresh=False, again=False)


def _only_seen(image: Image) -> FrameResult:
    """At a station where a face in view is not a wish to be recognised: no one is searched for, and no one counted."""
    dark = float(image[::8, ::8].mean()) < DARK_PICTURE
    return FrameResult(hint="too_dark" if dark else None, size=(image.shape[1], image.shape[0]), lit=not dark)


def _face(track: Track, names: dict[int, str]) -> FaceSeen:
    person = track.match.person if track.match else None
    return {
        "id": track.id,
        "box": (track.box.x, track.box.y, track.box.w, track.box.h),
        "state": track.state,
        "label": names.get(person) if person is not None else None,
        "hint": track.hint,
    }


def _station_state(image: Image, tracks: list[Track], scope: SearchScope) -> tuple[str, str | None]:
    """One word for the whole picture, and what the nearest person could do better."""
    if any(track.state == "recognised" for track in tracks):
        return "recognised", None
    if any(track.match is not None and track.match.reason == "empty_roster" for track in tracks):
        return "photos_outdated" if scope.outdated else "nobody_enrolled", None
    if any(track.state == "picture" for track in tracks):
        return "picture", None
    strangers = [track for track in tracks if track.state == "unknown"]
    if strangers:
        return "unknown", strangers[0].hint
    if tracks:
        return "looking", tracks[0].hint
    return "looking", "too_dark" if float(image[::8, ::8].mean()) < DARK_PICTURE else None


def _event(track: Track, station: Station, engine: Engine, at: datetime, seconds: float | None = None) -> IdentityEvent:
    match = track.match
    record = match.as_record() if match else {}
    return IdentityEvent(
        station=station.slug,
        purpose=station.purpose,
        person_id=match.person if match else None,
        at=at,
        match=record | {"profile": engine.profile.name, "model": engine.profile.model},
        track=track.id,
        quality=track.quality.as_dict(),
        again=track.again,
        view=station.view,
        liveness=station.liveness,
        life=track.life.as_record() if track.life else {},
        seconds=seconds,
        look=_held(track, engine) if match and match.person is not None else "",
    )


def _suspicion(track: Track, station: Station, at: datetime) -> SuspicionEvent:
    assert track.suspicion is not None  # noqa: S101  asked before
    return SuspicionEvent(
        station=station.slug,
        purpose=station.purpose,
        at=at,
        kind=track.suspicion.kind,
        times=track.suspicion.times,
        mark=track.suspicion.whom,
        life=track.life.as_record() if track.life else {},
        quality=track.quality.as_dict(),
        track=track.id,
    )


def _held(track: Track, engine: Engine) -> str:
    """The look of someone who was named waits for its sighting; that of a stranger is forgotten with the frame."""
    return probes.hold(track.embedding, frames=track.looks, profile=engine.profile.make)


# --- one pipeline a station -----------------------------------------------------------------------

_pipelines: dict[int, StationPipeline] = {}
_pipelines_lock = threading.Lock()


def pipeline_of(station: Station) -> StationPipeline:
    """The station's pipeline in this process. It outlives its socket, so a reconnect greets no one twice."""
    with _pipelines_lock:
        if station.pk not in _pipelines:
            _pipelines[station.pk] = StationPipeline(station)
        return _pipelines[station.pk]


def people_in_view(slug: str) -> frozenset[int]:
    """Who is in the newest picture of this station, as far as this process decides its pictures."""
    with _pipelines_lock:
        found = [pipeline for pipeline in _pipelines.values() if pipeline.slug == slug]
    return found[0].present().people if found else frozenset()


def forget_pipelines() -> None:
    """Start afresh: between tests."""
    with _pipelines_lock:
        _pipelines.clear()
