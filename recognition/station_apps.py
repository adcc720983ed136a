"""What the app of a station's purpose adds: its page, its present state, and what it reads from pictures.

settings.STATION_PAGES, STATION_STATES and FRAME_READERS, by purpose.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from recognition.engine import Image
from recognition.models import Station

log = logging.getLogger("ostiary.live")

Errand = Callable[[], None]


def page_for(station: Station) -> dict[str, Any] | None:
    """{template, script, style, words, states, …} of the station's own part of the kiosk page."""
    return _asked(settings.STATION_PAGES, station)


def state_of(station: Station) -> dict[str, Any] | None:
    """What `hello` carries beside the station's own state."""
    return _asked(settings.STATION_STATES, station)


def _asked(hooks: dict[str, str], station: Station) -> dict[str, Any] | None:
    path = hooks.get(station.purpose)
    answer: dict[str, Any] | None = import_string(path)(station) if path else None
    return answer


def read_frame(station: Station, image: Image, at: datetime) -> Errand | None:
    """Let the purpose's app look at a picture, on the engine's thread; what it wants done in a database thread.

    A reader that breaks is logged: faces are recognised without it.
    """
    path = settings.FRAME_READERS.get(station.purpose)
    if path is None:
        return None
    try:
        errand: Errand | None = import_string(path)(station, image, at)
    except Exception:
        log.exception("The frame reader of station %s failed", station.slug)
        return None
    return errand
