"""What recognition tells the rest of the system: who was seen where, once, and how sure it was."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from config.errors import Refused
from recognition.events import Trouble, not_recorded

log = logging.getLogger("ostiary.identity")


@dataclass(frozen=True, slots=True)
class IdentityEvent:
    """One decision about one person. Plain values: no rows, no picture, no vector.

    `lane`: how they made themselves known, `face`, `card` or `pin`; all lanes open the same doors. `again`: they are
    still in view and were announced before (see settings.REPEAT_RULES). `view`: the station's, walk-up or room.
    """

    station: str  # slug
    purpose: str
    person_id: int | None  # None: not recognised
    at: datetime
    match: dict[str, Any] = field(default_factory=dict)  # the decision record
    track: int = 0
    quality: dict[str, float] = field(default_factory=dict)
    lane: str = "face"
    again: bool = False
    view: str = ""


Handler = Callable[[IdentityEvent], None]
GREET_AND_RECORD = "recognition.reception.on_identity"  # for a purpose that no app handles: nothing seen is lost


def dispatch(event: IdentityEvent) -> Trouble | None:
    """Hand the event to the purpose's handler from `settings.IDENTITY_HANDLERS`, or greet and record as reception does.

    Runs in a database thread. What the handler refuses comes back as the sentence for the page; a
    handler that breaks is logged, and the page is told that nothing was recorded.
    """
    path = settings.IDENTITY_HANDLERS.get(event.purpose, GREET_AND_RECORD)
    try:
        handler: Handler = import_string(path)
        handler(event)
    except Refused as refusal:
        return {"kind": "trouble", "station": event.station, "code": refusal.code, "message": refusal.message}
    except Exception:
        log.exception("The handler %s failed at station %s", path, event.station)
        return not_recorded(event.station)
    return None
