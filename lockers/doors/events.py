"""What pages of the lockers are told: numbers of rows and display words; never a key, never who has which locker."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from config.live.news import clock
from lockers.models import AccessAttempt, Alarm, BankRelease, Locker, Opening, SilentAlarm


class DoorNow(TypedDict):
    """The status of a door."""

    kind: Literal["lockers.door"]
    locker: int
    bank: str
    number: str
    state: str
    since: str


class OpeningNow(TypedDict):
    kind: Literal["lockers.opening"]
    id: int
    locker: int
    state: str
    failure: str


class AttemptNow(TypedDict):
    """Someone waits for an officer, or an attempt has ended."""

    kind: Literal["lockers.attempt"]
    id: int
    locker: int | None
    state: str


class NamedNow(TypedDict):
    """Someone at this kiosk has said who they are, and which lockers that can mean."""

    kind: Literal["lockers.named"]
    lockers: list[dict[str, Any]]  # id, number
    officer: bool  # by PIN: an officer confirms


class ProgressNow(TypedDict):
    """A challenge goes on: what is asked for, in words, and how long that has left."""

    kind: Literal["lockers.progress"]
    attempt: int
    number: int  # a page passes over what is older than the last it has shown
    state: str  # opening, step, closing
    step: str | None
    done: int
    steps: int
    hint: str | None
    words: str
    seconds: float


class OverNow(TypedDict):
    """The attempt has ended. After `lockers.passed` the page asks for its key; no event carries one."""

    kind: Literal["lockers.passed", "lockers.failed"]
    attempt: int
    message: str


class ElsewhereNow(TypedDict):
    """The key is on the phone of anyone who proved themself there; it is typed here. No event carries one."""

    kind: Literal["lockers.elsewhere"]
    attempt: int
    number: str


class AlarmNow(TypedDict):
    kind: Literal["lockers.alarm"]
    id: int
    locker: int
    bank: str
    number: str
    alarm: str
    at: str
    acknowledged: bool


class ReleaseNow(TypedDict):
    """An emergency release of a bank waits, goes on or is over."""

    kind: Literal["lockers.release"]
    id: int
    state: str


class SilentNow(TypedDict):
    """Someone has called for help silently. To officers only; no station ever hears of it."""

    kind: Literal["lockers.silent"]
    id: int
    acknowledged: bool


def door_now(locker: Locker) -> DoorNow:
    return {
        "kind": "lockers.door",
        "locker": locker.pk,
        "bank": locker.bank.code,
        "number": locker.number,
        "state": str(locker.door),
        "since": clock(locker.door_since),
    }


def opening_now(opening: Opening) -> OpeningNow:
    return {
        "kind": "lockers.opening",
        "id": opening.pk,
        "locker": opening.locker_id,
        "state": str(opening.state),
        "failure": opening.failure,
    }


def attempt_now(attempt: AccessAttempt) -> AttemptNow:
    return {
        "kind": "lockers.attempt",
        "id": attempt.pk,
        "locker": attempt.locker_id,
        "state": str(attempt.state),
    }


def alarm_now(alarm: Alarm) -> AlarmNow:
    return {
        "kind": "lockers.alarm",
        "id": alarm.pk,
        "locker": alarm.locker_id,
        "bank": alarm.locker.bank.code,
        "number": alarm.locker.number,
        "alarm": str(alarm.kind),
        "at": clock(alarm.raised_at),
        "acknowledged": alarm.acknowledged_at is not None,
    }


def release_now(release: BankRelease) -> ReleaseNow:
    return {"kind": "lockers.release", "id": release.pk, "state": str(release.state)}


def silent_now(alarm: SilentAlarm) -> SilentNow:
    """Only that there is one: who and where is in the board's state, which officers ask for."""
    return {"kind": "lockers.silent", "id": alarm.pk, "acknowledged": alarm.acknowledged_at is not None}


def progress_now(attempt: int, number: int, progress: Any, words: str) -> ProgressNow:
    """`progress`: recognition.liveness.Progress."""
    return {
        "kind": "lockers.progress",
        "attempt": attempt,
        "number": number,
        "state": progress.state,
        "step": progress.step,
        "done": progress.step_index,
        "steps": progress.steps,
        "hint": progress.hint,
        "words": words,
        "seconds": round(progress.seconds_left, 1),
    }


def elsewhere_now(attempt: int, number: str) -> ElsewhereNow:
    return {"kind": "lockers.elsewhere", "attempt": attempt, "number": number}


def over_now(attempt: int, message: str = "") -> OverNow:
    """Without a message it has passed."""
    return {"kind": "lockers.failed" if message else "lockers.passed", "attempt": attempt, "message": message}


Event = DoorNow | OpeningNow | AttemptNow | AlarmNow | SilentNow | ReleaseNow
