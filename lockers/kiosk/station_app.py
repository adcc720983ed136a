"""The only part of the lockers that knows of recognition: a living face, compared with one person's own templates."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from config.live.news import publish, station_group
from lockers.access import attempts, duress, method_stats
from lockers.access.passkeys import relying_party
from lockers.doors.events import ProgressNow, over_now, progress_now
from lockers.kiosk import actions, at_kiosk
from lockers.kiosk import messages as kiosk_words
from lockers.kiosk.actions import At
from lockers.kiosk.at_kiosk import Visitor
from lockers.models import AccessAttempt
from lockers.rules.messages import refusal, sentence
from lockers.rules.opening import Likeness, judge_likeness
from recognition.engine.embedding.vectors import mean
from recognition.engine.search.gallery import GallerySearch
from recognition.faces import gallery
from recognition.faces.profiles.runtime import get_engine
from recognition.live import liveness_service
from recognition.live.consumers import COOKIE
from recognition.live.liveness_messages import words_for
from recognition.liveness import Challenge, LivenessResult, Progress, Session
from recognition.models import FaceTemplate, Station, StationDevice
from recognition.sightings.decisions import IdentityEvent
from recognition.stations import stations
from recognition.stations.app.station_app import RosterRule, StationApp
from recognition.stations.events import StationNote, station_note
from recognition.stations.ways.way_figures import WayFigures

log = logging.getLogger("ostiary.lockers")

TELL_EVERY = 0.4  # s between two words about the same step: for the bar that runs out


# --- what a station does, and asks --------------------------------------------------------------


class LockerStations(StationApp):
    """What the kiosk before a bank of lockers does: a card or a PIN says who it is, a challenge bears it out."""

    def on_identity(self, event: IdentityEvent) -> None:
        """Someone showed a card or typed their PIN. No face is searched for here (settings.PURPOSES_WITHOUT_SEARCH).

        A card says who someone claims to be; a PIN bears it out, and then an officer looks.
        """
        person = User.objects.filter(pk=event.person_id or 0).first()
        if person is None:
            raise Refused("person_gone", _("This person is no longer on record."), status=404)
        device = _device_at(event.station)
        if event.lane == "pin":
            news = actions.shown_pin(event.station, device, person, now=event.at)
        else:
            news = actions.say_who(At(device, event.station), person.id_number, now=event.at)
        publish(station_group(event.station), {"kind": "lockers.named", **news})

    def rosters(self) -> Mapping[str, RosterRule]:
        return {"lockers": nobody}

    def way_records(self, days: int) -> Iterable[WayFigures]:
        return [WayFigures(*fared) for fared in method_stats.of_lockers(days)]

    def note(self, station: Station) -> StationNote:
        liveness_service.warm_up()  # a page has connected: no one is to wait for the models at their tap
        return station_note(station.slug, "", _("Lockers"), idle=True)

    def page(self, station: Station) -> dict[str, Any]:
        """What the kiosk's page shows beside the camera picture."""
        names = (
            "say_who",
            "begin",
            "cancel",
            "key",
            "redeem",
            "officer",
            "terms",
            "passkey",
            "passkey_options",
            "passkey_prove",
        )
        return {
            "template": "lockers/kiosk/station.html",
            "style": static("lockers/kiosk.css"),
            "script": static("lockers/station.js"),
            "words": kiosk_words.words(),
            "passkeys": relying_party.site() is not None,
            "states": kiosk_words.states(),
            "vaults": actions.has_guarded_vaults(station.slug),
            "urls": {name: reverse(f"lockers_kiosk:{name}") for name in names}
            | {"opening": reverse("lockers_kiosk:opening", args=[0])},
        }

    def read_frame(self, station: Station, image: NDArray[np.uint8], at: datetime) -> Callable[[], None] | None:
        """Check one picture of a challenge, on the engine's thread; what is to be done then, in a database thread."""
        found = at_kiosk.here(station.slug, at)
        if found is None or found.attempt is None or not found.challenge:
            _watches.pop(station.slug, None)
            return None
        try:
            return _judged_frame(station.slug, found, image)
        except Exception:  # as where this process lacks a model: no one is to wait for an end that does not come
            log.exception("The challenge of attempt %d broke", found.attempt)
            return partial(_broke, station.slug, found.attempt)


def _device_at(slug: str) -> int:
    """The paired browser of a station whose lane has spoken: the one that was there last."""
    found = StationDevice.objects.filter(station__slug=slug, kind=StationDevice.Kind.BROWSER, revoked_at=None)
    return found.order_by("-last_seen_at").values_list("pk", flat=True)[0]


def nobody(station: Station) -> tuple[int, ...]:
    """Roster rule: no one is searched; someone who has named themselves is verified."""
    return ()


# --- a paired browser ---------------------------------------------------------------------------


def at_of(request: HttpRequest) -> At:
    """The paired browser that asks. Refused as `stations.authenticate`, and `unknown_station`."""
    device = stations.authenticate(request.COOKIES.get(COOKIE, ""))
    if device.station.purpose != Purpose.LOCKERS:
        raise refusal("unknown_station", 403)
    return At(device.pk, device.station.slug)


def begin(at: At, locker: int, *, now: datetime | None = None) -> dict[str, Any]:
    """The tap. By PIN an officer is called; otherwise a challenge is issued, which the camera's pictures answer.

    Refused `face_starting`, `face_unavailable`, `not_enrolled`, and as `attempts.start`.
    """
    now = now or timezone.now()
    found = actions.visitor(at, now)
    if found.pin:
        return {"attempt": actions.call_officer(at, found, locker, now=now).pk, "officer": True}
    person, wanted = actions.claimed(found, locker)
    _require_camera_check()
    _require_templates(person)
    challenge = liveness_service.issue(time.time())
    passive = liveness_service.has_passive()
    row = attempts.start(person, wanted, station=at.station, lane=AccessAttempt.Lane.FACE, at=now, passive_pad=passive)
    attempts.note(row, "challenge", at=now)
    at_kiosk.change(at.station, found, attempt=row.pk, locker=wanted.pk, challenge=challenge.as_dict())
    return {"attempt": row.pk, "officer": False, "steps": len(challenge.actions)}


def _require_camera_check() -> None:
    """In words for the person at the kiosk; what is missing is for the log and the officers' page."""
    try:
        liveness_service.require_ready()
    except Exception as error:
        if isinstance(error, Refused) and error.code == "engine_starting":
            raise refusal("face_starting", 503) from error
        log.error("No face can be compared at the lockers: %s", error)
        raise refusal("face_unavailable", 503) from error


def face_trouble() -> str:
    """Why no one opens by face now, for the officers; empty when it goes."""
    try:
        liveness_service.require_ready()
    except Refused as refused:
        return refused.message
    except Exception:
        log.exception("The models cannot be loaded")
        return _("The models cannot be loaded. The log says why.")
    return ""


def looks_passively() -> bool:
    """Whether pictures and screens are looked for by the photo-attack check too."""
    return liveness_service.has_passive()


def _require_templates(person: User) -> None:
    profile, least = get_engine().profile.make, settings.LOCKER_LEAST_PHOTOS
    good = FaceTemplate.objects.filter(person=person, purpose=Purpose.LOCKERS, profile=profile, photos__gte=least)
    if not good.exists():
        raise refusal("not_enrolled", 409)


# --- camera pictures ----------------------------------------------------------------------------


@dataclass(slots=True)
class Watch:
    """One challenge that is being answered, in the process that has the camera's socket."""

    attempt: int
    nonce: str
    session: Session
    told: tuple[Any, ...] = ()
    told_at: float = -1e9
    number: int = 0
    over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def news(self, progress: Progress, now: float) -> ProgressNow | None:
        """What the page must hear of this frame, if anything."""
        state = (progress.state, progress.step_index, progress.hint)
        if state == self.told and now - self.told_at < TELL_EVERY:
            return None
        self.told, self.told_at, self.number = state, now, self.number + 1
        words = words_for(progress.hint or progress.step or "look_straight")
        return progress_now(self.attempt, self.number, progress, words)


_watches: dict[str, Watch] = {}
_lock = threading.Lock()


def _judged_frame(slug: str, found: Visitor, image: NDArray[np.uint8]) -> Callable[[], None] | None:
    assert found.attempt is not None  # noqa: S101  asked before
    watch = _watch_of(slug, found.attempt, found.challenge)
    with watch.lock:
        if watch.over:
            return None
        asked = bool(watch.told) and watch.told[0] != "opening"
        progress, moment = watch.session.feed(image, time.monotonic()), time.monotonic()
        if progress.is_over:
            watch.over = True
            return partial(_finish, slug, found.attempt, watch.session.result())
        news = watch.news(progress, moment)
    if news is None:
        return None
    first = not asked and progress.state != "opening"
    return partial(_tell, slug, found.attempt, news, first=first)


def _watch_of(slug: str, attempt: int, challenge: Mapping[str, Any]) -> Watch:
    with _lock:
        watch = _watches.get(slug)
        if watch is None or watch.nonce != challenge["nonce"]:
            session = liveness_service.begin(Challenge.from_dict(dict(challenge)))
            watch = _watches[slug] = Watch(attempt, str(challenge["nonce"]), session)
        return watch


def _tell(slug: str, attempt: int, news: ProgressNow, *, first: bool) -> None:
    """`first`: a step was shown. From here on anyone who stops has failed: orders are not to be picked and
    chosen."""
    if first:
        attempts.note(AccessAttempt.objects.get(pk=attempt), attempts.ASKED)
    publish(station_group(slug), news)


def _finish(slug: str, attempt: int, result: LivenessResult) -> None:
    """The challenge is over. A living face is compared; everything else has failed. An error fails too."""
    row = AccessAttempt.objects.select_related("person").get(pk=attempt)
    try:
        reason, likeness = _judged(row, result)
    except Exception:
        log.exception("The face of attempt %d could not be compared", attempt)
        reason, likeness = "error", None
    summary, distances = result.as_dict(), likeness.as_dict() if likeness else {}
    try:
        if reason:
            attempts.fail(row, reason, liveness=summary, distances=distances, counts=reason != "error")
        else:
            attempts.succeed(row, liveness=summary, distances=distances)
            duress.gesture_seen(row, result.extra_actions)
    except Refused as refused:  # it was interrupted meanwhile
        reason = refused.code
    if reason:
        at_kiosk.leave(slug)
    publish(station_group(slug), over_now(attempt, _said(reason) if reason else ""))


def _broke(slug: str, attempt: int) -> None:
    """It was no fault of theirs, so it counts for nothing."""
    at_kiosk.leave(slug)
    with suppress(Refused):  # over already: pictures of the same moment break it more than once
        attempts.fail(AccessAttempt.objects.get(pk=attempt), "error", counts=False)
    publish(station_group(slug), over_now(attempt, sentence("error")))


def _said(reason: str) -> str:
    """In words for the person at the kiosk, who is not told whether face or liveness failed."""
    words = words_for(reason)
    return sentence(reason) if words == reason else words


def _judged(row: AccessAttempt, result: LivenessResult) -> tuple[str, Likeness | None]:
    """(why not, how alike). "" when it is them, alive."""
    if not result.passed:
        return result.reason or "not_finished", None
    if row.person is None or not row.person.is_active:
        return "not_yours", None
    likeness = compare(row.person, result)
    return ("" if likeness.accepted else "no_match"), likeness


def compare(person: User, result: LivenessResult) -> Likeness:
    """The mean of what was embedded during the challenge against this person's template, and no one else's.

    The threshold is that of LOCKER_TARGET_FMR for so many photos and frames. LOCKER_DISTANCE chooses the measure.
    """
    engine = get_engine()
    taken = result.embeddings
    probe = mean(np.stack([capture.vector for capture in taken]), [max(capture.quality, 1e-3) for capture in taken])
    fmr, frames = settings.LOCKER_TARGET_FMR, len(taken)
    known = gallery.gallery(Purpose.LOCKERS, at_once=True)
    match = GallerySearch(known, engine, fmr, frozenset({person.pk})).match(probe, frames)
    record = match.as_record()
    return judge_likeness(
        record["distance"],
        record["threshold"],
        metric=settings.LOCKER_DISTANCE,
        frames=frames,
        target_fmr=fmr,
        model=engine.profile.model,
    )


def forget_watches() -> None:
    """Start afresh: between tests."""
    _watches.clear()
