"""What recognition tells the app of a station: who was seen, who was not that person, what may be a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class IdentityEvent:
    """One decision about one person. Plain values: no rows, no picture, no vector.

    `lane`: how they made themselves known, `face`, `card` or `pin`; all lanes open the same doors. `again`: they are
    still in view and were announced before (see StationApp.repeat_every). `view`: the station's, walk-up or room.
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
    liveness: str = ""  # the station's policy, where it was a face
    life: dict[str, Any] = field(default_factory=dict)  # the liveness score, and why: numbers (liveness.life.Life)
    seconds: float | None = None  # from the first sight of them, or of the dialog, to the name
    look: str = ""  # the key under which `probes` holds the vector for a moment; empty: there is none

    @property
    def life_score(self) -> float | None:
        """0 to 1; None where no one asked."""
        score = self.life.get("score")
        return None if score is None or not self.liveness else float(score)


@dataclass(frozen=True, slots=True)
class Denial:
    """A sighting that was said to be someone else's. Plain values, for the purpose's app."""

    sighting: int
    station: str  # slug
    person_id: int
    at: datetime
    until: datetime | None  # when this person was greeted there the next time; None: not yet
    source: str  # as ImpostorExample.Source
    by: int | None
    sure: bool  # anyone who says so may set the record right; otherwise it is set for review


@dataclass(frozen=True, slots=True)
class SuspicionEvent:
    """One suspicion. Plain values: no picture, no vector, no name."""

    station: str  # slug
    purpose: str
    at: datetime
    kind: str  # "picture", or "scene": a still face that never lived, ignored from now on
    times: int = 1  # in a row
    mark: int = 0  # tells one picture from another for a while; kept nowhere
    life: dict[str, Any] = field(default_factory=dict)
    quality: dict[str, float] = field(default_factory=dict)
    track: int = 0

    @property
    def evidence(self) -> dict[str, Any]:
        return {"kind": self.kind, "times": self.times, "life": self.life, "quality": self.quality, "track": self.track}
