"""What a session's board is told: ids and display words, never a picture, a vector or a model."""

from __future__ import annotations

from typing import Literal, TypedDict


class PersonNow(TypedDict):
    person: int
    name: str
    initials: str
    group: str
    status: str
    label: str  # the status in words
    first_seen: str | None  # ISO 8601 in the site's zone
    last_seen: str | None
    confidence: int | None  # %, see attendance.sessions.station_app.confidence_of; for people: sureness
    sureness: str  # high, medium or low confidence, in words; empty where no face was compared
    source: str
    note: str
    corrected: bool


class SessionNow(TypedDict):
    id: int
    course: str
    title: str
    state: str
    label: str
    starts_at: str
    ends_at: str
    seconds_left: int | None
    coverage: int | None  # % of the time so far in which the cameras were seeing
    seeing: bool  # at this moment
    watched_until: str | None  # the newest moment at which a camera was seeing
    strangers: int
    doubts: int
    counts: dict[str, int]


class BoardHello(TypedDict):
    kind: Literal["hello"]
    session: SessionNow
    people: list[PersonNow]


class RecordChanged(TypedDict):
    """One person's place on the board, and the numbers that changed with it."""

    kind: Literal["attendance.record"]
    session: SessionNow
    people: list[PersonNow]


class SessionChanged(TypedDict):
    """Opened, closed, a stranger came, the camera went blind or sees again."""

    kind: Literal["attendance.session"]
    session: SessionNow
