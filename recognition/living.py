"""Liveness with this site's settings: the only part of it that knows Django. The rules are in recognition.liveness."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future

from django.conf import settings

from config.errors import Refused
from recognition.engine.manifest import LANDMARKS
from recognition.engine.store import ModelStore
from recognition.liveness import Challenge, Session, Watcher, load_fasnet
from recognition.liveness.passive import Passive
from recognition.liveness.watcher import UNAVAILABLE
from recognition.runtime import executor, get_engine, is_loaded

PASSIVE_MISSING = (
    "This site lets nobody pass without the passive models (LIVENESS_REQUIRE_PASSIVE), and they are missing: "
    "run manage.py setup_models --profile accurate."
)
STARTING = "The recognition models are being loaded. That takes some seconds after a start."
PATIENCE = 1.0  # s that a tap, or a page, may wait for the models
log = logging.getLogger(__name__)
_lock = threading.Lock()
_loading: Future[None] | None = None
_passive: dict[str, Passive | None] = {}  # by folder of models: loaded once


# --- before anybody is asked ----------------------------------------------------------------------


def warm_up() -> Future[None]:
    """Begin to load what a challenge needs, on a thread of the engine's, unless it is there; and come back at once."""
    global _loading
    with _lock:
        if _loading is None or (_loading.done() and not is_loaded()):
            _loading = executor().submit(_load)
        return _loading


def _load() -> None:
    get_engine()
    passive_model()


def require_ready() -> None:
    """A challenge could begin now.

    Refused `engine_starting` while the models are being loaded, and `models_missing`, `liveness_unavailable` or
    `passive_missing` where one that is needed is not there.
    """
    require_liveness()
    try:
        warm_up().result(timeout=PATIENCE)
    except TimeoutError:
        raise Refused("engine_starting", STARTING, status=503) from None
    required_passive()


# --- a challenge ----------------------------------------------------------------------------------


def issue(now: float) -> Challenge:
    """A challenge of LIVENESS_STEPS steps; `now` in seconds. Refused `liveness_unavailable`."""
    require_liveness()
    return Challenge.issue(now, steps=settings.LIVENESS_STEPS)


def begin(challenge: Challenge) -> Session:
    """A session for one attempt, on the engine of this process.

    Refused `liveness_unavailable`, or `passive_missing` where LIVENESS_REQUIRE_PASSIVE asks for what is not there.
    """
    require_liveness()
    return Session(challenge, Watcher(get_engine(), required_passive()))


def require_liveness() -> None:
    """Refused `liveness_unavailable` where the 68 points may not be used: then nobody passes, instead of everybody."""
    sixty_eight = LANDMARKS[1]
    if not settings.ALLOW_NONCOMMERCIAL_MODELS or not ModelStore(settings.MODELS_DIR).has(sixty_eight):
        raise Refused("liveness_unavailable", UNAVAILABLE, status=503)


def passive_model() -> Passive | None:
    """MiniFASNet if `setup_models` has put it there; None, said in the log once, if not."""
    folder = settings.MODELS_DIR
    with _lock:
        if str(folder) not in _passive:
            _passive[str(folder)] = load_fasnet(folder)
            if _passive[str(folder)] is None:
                log.warning("Liveness runs without passive detection: its models are missing in %s.", folder)
        return _passive[str(folder)]


def required_passive() -> Passive | None:
    """The passive models. Refused `passive_missing` where LIVENESS_REQUIRE_PASSIVE asks for what is not there."""
    model = passive_model()
    if model is None and settings.LIVENESS_REQUIRE_PASSIVE:
        raise Refused("passive_missing", PASSIVE_MISSING, status=503)
    return model


def has_passive() -> bool:
    """Whether attempts are judged by passive detection too: then more failures are allowed before a lock-out."""
    return passive_model() is not None


def forget_models() -> None:
    """Look for the models again: after `setup_models`, and between tests."""
    with _lock:
        _passive.clear()
