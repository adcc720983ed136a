"""Liveness with this site's settings: the only part of it that knows Django. The rules are in recognition.liveness."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.errors import Refused
from recognition.engine import Engine
from recognition.engine.model_files.manifest import MESH
from recognition.engine.model_files.store import ModelStore
from recognition.faces.profiles.runtime import executor, get_engine, is_loaded
from recognition.liveness import Challenge, Session, Watcher, load_fasnet, passive
from recognition.liveness.active.challenge_watch import ChallengeWatch, Failures
from recognition.liveness.passive import LifeWatch
from recognition.liveness.passive.minifasnet import Passive
from recognition.liveness.passive.tracks import NewWatch

PASSIVE_MISSING = gettext_noop(
    "This site requires the photo-attack check (LIVENESS_REQUIRE_PASSIVE), but its models are missing. "
    "Run manage.py setup_models --profile accurate."
)
STARTING = "The recognition models are loading. This takes a few seconds after a start. Please try again."
PATIENCE = 1.0  # s that a tap, or a page, may wait for the models
log = logging.getLogger(__name__)
_lock = threading.Lock()
_loading: Future[None] | None = None
_passive: dict[str, Passive | None] = {}  # by folder of models: loaded once


# --- before anyone is asked ----------------------------------------------------------------------


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

    Refused `engine_starting` while the models are being loaded, and `models_missing` or `passive_missing` where one
    that is needed is not there.
    """
    require_liveness()
    try:
        warm_up().result(timeout=PATIENCE)
    except TimeoutError:
        raise Refused("engine_starting", STARTING, status=503) from None
    required_passive()


# --- beside recognition (recognition.liveness.passive.tracks) ---------------------------------------------


def life_watch(engine: Engine) -> LifeWatch:
    """What watches one track at a station whose policy is passive (settings.LIFE_WATCH)."""
    watch: LifeWatch = import_string(settings.LIFE_WATCH)(engine)
    return watch


def passive_watch(engine: Engine) -> LifeWatch:
    """The product's own, with the photo-attack networks where they are installed."""
    return passive.life_watch(engine, passive_model())


def challenge_watches() -> NewWatch:
    """What makes the watches of one camera at a station whose policy is challenge."""
    failures = Failures()
    return lambda same: ChallengeWatch(lambda: begin(issue(time.time())), same, failures)


# --- a challenge ----------------------------------------------------------------------------------


def issue(now: float) -> Challenge:
    """A challenge of LIVENESS_STEPS steps, and one more; `now` in seconds. Refused `models_missing`."""
    require_liveness()
    return Challenge.issue(now, steps=settings.LIVENESS_STEPS, unforeseen=True)


def begin(challenge: Challenge) -> Session:
    """A session for one attempt, on the engine of this process.

    Refused `models_missing`, or `passive_missing` where LIVENESS_REQUIRE_PASSIVE asks for what is not there.
    """
    require_liveness()
    return Session(challenge, Watcher(get_engine(), required_passive()))


def require_liveness() -> None:
    """Refused `models_missing` where a model of the mesh is not there: then no one passes, instead of everyone."""
    store = ModelStore(settings.MODELS_DIR)
    missing = next((name for name in MESH if not store.has(name)), None)
    if missing is not None:
        words = _("The model %(name)s is missing. Run manage.py setup_models.")
        raise Refused("models_missing", words % {"name": missing}, status=503)


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
    """For the photo-attack check. Refused `passive_missing` when LIVENESS_REQUIRE_PASSIVE asks for what is missing."""
    model = passive_model()
    if model is None and settings.LIVENESS_REQUIRE_PASSIVE:
        raise Refused("passive_missing", _(PASSIVE_MISSING), status=503)
    return model


def has_passive() -> bool:
    """Whether attempts are checked by passive detection too: then more failures are allowed before a lock-out."""
    return passive_model() is not None


def forget_models() -> None:
    """Look for the models again: after `setup_models`, and between tests."""
    with _lock:
        _passive.clear()
