"""Keys, failed tries, who may open, and when a door is an alarm. Pure rules, without a database."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from lockers.rules.doors import DoorState
from lockers.rules.shares import ShareDates, within

# --- the key ------------------------------------------------------------------------------------

ALPHABET = "ACDEFGHJKMNPQRTWXY34679"  # nothing that looks like something else: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V
KEY_LENGTH = 8  # 23⁸, about 7.8 · 10¹⁰ keys: 36 bits


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(KEY_LENGTH))


def normal(typed: str) -> str:
    """As it was issued, however it was typed: capitals, without blanks and dashes."""
    return "".join(sign for sign in typed.upper() if sign not in " -\u00a0\t\r\n")


def readable(code: str) -> str:
    """For the screen: two groups of four."""
    return f"{code[:4]} {code[4:]}"


class KeyVerdict(StrEnum):
    GOOD = "good"
    UNKNOWN = "unknown"
    OTHER_LOCKER = "other_locker"
    OTHER_STATION = "other_station"
    OTHER_PERSON = "other_person"
    USED = "used"
    VOIDED = "voided"
    NOT_YET = "not_yet"  # a clock has jumped back: better a new key
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    person: int
    locker: int
    station: str
    issued_at: datetime
    expires_at: datetime
    used: bool = False
    voided: bool = False


@dataclass(frozen=True, slots=True)
class TypedKey:
    """A key was typed. `person` is None where a keypad cannot know who is there."""

    locker: int
    station: str
    at: datetime
    person: int | None = None


def judge_key(key: KeyFacts | None, entry: TypedKey) -> KeyVerdict:
    """The whole truth, for the log. Anyone who typed the key is told the same sentence for everything but GOOD.

    A key lives from the moment of its issue until just before `expires_at`.
    """
    if key is None:
        return KeyVerdict.UNKNOWN
    wrong: tuple[tuple[bool, KeyVerdict], ...] = (
        (key.locker != entry.locker, KeyVerdict.OTHER_LOCKER),
        (key.station != entry.station, KeyVerdict.OTHER_STATION),
        (entry.person is not None and key.person != entry.person, KeyVerdict.OTHER_PERSON),
        (key.used, KeyVerdict.USED),
        (key.voided, KeyVerdict.VOIDED),
        (entry.at < key.issued_at, KeyVerdict.NOT_YET),
        (entry.at >= key.expires_at, KeyVerdict.EXPIRED),
    )
    return next((verdict for is_so, verdict in wrong if is_so), KeyVerdict.GOOD)


# --- the face -----------------------------------------------------------------------------------

Metric = Literal["euclidean", "cosine"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a probe compares with one person's template, and whether that is near enough."""

    accepted: bool
    distance: float | None  # None: there is no template
    threshold: float
    metric: str
    frames: int  # looks that were averaged
    target_fmr: float
    model: str

    def as_dict(self) -> dict[str, Any]:
        """For the attempt and the log."""
        return asdict(self)


def judge_likeness(
    distance: float | None, threshold: float, *, metric: str, frames: int, target_fmr: float, model: str
) -> Likeness:
    """`distance` and `threshold` are Euclidean, between normalised vectors; the answer is in the chosen measure.

    Between unit vectors the cosine distance is half the square of the Euclidean one (‖a-b‖² = 2 - 2·a·b), so that both
    measures accept exactly the same faces.
    """
    if metric == "cosine":
        distance, threshold = None if distance is None else distance**2 / 2, threshold**2 / 2
    accepted = distance is not None and distance <= threshold
    return Likeness(accepted, distance, threshold, metric, frames, target_fmr, model)


# --- failed tries -------------------------------------------------------------------------------

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FailureLimits:
    """Consecutive failures before each further try waits, and before there is none without an officer."""

    free: int
    disabled: int


# NIST SP 800-63B-4, section 3.2.3: five consecutive failures (ten where presentation attacks are detected), then at
# least 30 s before each further try, and no more than 50 (100) in all.
WITHOUT_PAD = FailureLimits(free=5, disabled=50)
WITH_PAD = FailureLimits(free=10, disabled=100)
KEYPAD = FailureLimits(
    free=5, disabled=10**9
)  # wrong keys at one locker: it waits longer and longer, a new key ends it


def limits(passive_pad: bool) -> FailureLimits:
    return WITH_PAD if passive_pad else WITHOUT_PAD


def delay_after(failures: int, bounds: FailureLimits) -> timedelta:
    """How long to wait after so many failures in a row: nothing, then 30 s, doubling up to an hour."""
    if failures < bounds.free:
        return timedelta()
    doublings = min(failures - bounds.free, 10)  # 30 s · 2¹⁰ is far beyond the longest delay
    return min(FIRST_DELAY * 2**doublings, LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class FailureTally:
    """Consecutive failures of one person. `passive_pad`: every one of them was looked at by passive PAD."""

    failures: int = 0
    passive_pad: bool = True
    until: datetime | None = None
    disabled: bool = False

    def waits(self, now: datetime) -> timedelta:
        return max(self.until - now, timedelta()) if self.until else timedelta()


def after_failure(tally: FailureTally, now: datetime, *, passive_pad: bool) -> FailureTally:
    """One failure more. One try without PAD is enough for the stricter limits, until something succeeds."""
    pad = passive_pad and tally.passive_pad
    bounds, failures = limits(pad), tally.failures + 1
    delay = delay_after(failures, bounds)
    return replace(
        tally,
        failures=failures,
        passive_pad=pad,
        until=now + delay if delay else None,
        disabled=tally.disabled or failures >= bounds.disabled,
    )


# --- who may open -------------------------------------------------------------------------------

Dates = tuple[date, date | None]  # first day, and last day (None: no end), both included


@dataclass(frozen=True, slots=True)
class LockerFacts:
    """What must be known of a locker before anyone opens it."""

    holders: frozenset[int]  # the customer and the joint holders of the current assignment; empty when there is none
    dates: Dates | None
    door: DoorState
    out_of_service: bool = False
    shares: Mapping[int, ShareDates] = field(default_factory=dict)  # joint holders' own days
    blocked: bool = False  # by one of its holders: only an officer still opens it


def may_open(person: int, locker: LockerFacts, day: date) -> str:
    """A code against it, or "" when this person may open this locker on this day."""
    if person not in locker.holders or locker.dates is None:
        return "not_yours"
    first, last = locker.dates
    if day < first or (last is not None and day > last):
        return "not_now"
    if not within(locker.shares.get(person), day):
        return "share_not_now"
    return "blocked" if locker.blocked else may_move(locker)


def may_move(locker: LockerFacts) -> str:
    """Whether the door can be told to open, for anyone who asks.

    A door whose sensor says open may be told as well: a broken cable says the same, and must not shut the owner out.
    """
    if locker.out_of_service:
        return "out_of_service"
    blocked = {
        DoorState.JAMMED: "door_jammed",
        DoorState.UNAVAILABLE: "door_unavailable",
        DoorState.UNLOCKING: "door_unlocking",
    }
    return blocked.get(locker.door, "")


# --- an officer opens ---------------------------------------------------------------------------

LockerKind = Literal["standard", "vault"]
OFFICERS: Mapping[str, int] = {"standard": 1, "vault": 2}  # who must say yes to an override: dual control for vaults


def officers_needed(kind: str) -> int:
    """An unknown kind is treated like the strictest."""
    return OFFICERS.get(kind, max(OFFICERS.values()))


def key_needs_officer(kind: str, *, officer_for_vaults: bool) -> bool:
    """Whether a customer's key opens only together with an officer's yes: at vaults, where the bank says so."""
    return officer_for_vaults and officers_needed(kind) > 1


def may_approve(officer: int, *, asked_by: int, approved_by: Collection[int], holders: Collection[int]) -> str:
    """A code against it, or "". No one approves what they have asked for, or opens their own locker this way."""
    if officer in holders:
        return "own_locker"
    if officer == asked_by:
        return "own_request"
    if officer in approved_by:
        return "approved_already"
    return ""


def is_authorised(kind: str, *, asked_by: int, approved_by: Collection[int]) -> bool:
    """The one who asks counts as the first officer; the others must be others."""
    return len({asked_by, *approved_by}) >= officers_needed(kind)


# --- the life of an opening ---------------------------------------------------------------------


class OpeningState(StrEnum):
    REQUESTED = "requested"
    AUTHORISED = "authorised"
    OPENED = "opened"
    CLOSED = "closed"
    FAILED = "failed"


# A door that was given up can still report that it opened: what happened wins over what was feared.
STEPS: Mapping[OpeningState, frozenset[OpeningState]] = {
    OpeningState.REQUESTED: frozenset({OpeningState.AUTHORISED, OpeningState.FAILED}),
    OpeningState.AUTHORISED: frozenset({OpeningState.OPENED, OpeningState.FAILED}),
    OpeningState.OPENED: frozenset({OpeningState.CLOSED}),
    OpeningState.FAILED: frozenset({OpeningState.OPENED}),
    OpeningState.CLOSED: frozenset(),
}

COMMAND_WITHIN = timedelta(seconds=10)  # from authorisation to the lock; later it is never told
OPENS_WITHIN = timedelta(seconds=30)  # from authorisation to a door that moves; later it was someone else


def may_step(before: str, after: str) -> bool:
    return OpeningState(after) in STEPS[OpeningState(before)]


def may_command(authorised_at: datetime, now: datetime) -> bool:
    """After a restart nothing that waited is sent."""
    return timedelta() <= now - authorised_at <= COMMAND_WITHIN


# --- alarms -------------------------------------------------------------------------------------


class AlarmKind(StrEnum):
    FORCED = "forced"
    HELD_OPEN = "held_open"
    NOT_CLOSED = "not_closed"
    SENSOR = "sensor"  # it says open, and someone wants in: a broken cable, or a door that no one shut


def is_forced(before: DoorState, after: DoorState, authorised_at: datetime | None, now: datetime) -> bool:
    """The door opened, and no one was let in just before. `authorised_at`: of the last opening of this locker."""
    if after != DoorState.OPEN or before == DoorState.OPEN:
        return False
    if authorised_at is None:
        return True
    return not timedelta() <= now - authorised_at <= OPENS_WITHIN


def standing_alarms(
    state: DoorState, since: datetime, now: datetime, *, held_after: timedelta, not_closed_after: timedelta
) -> set[AlarmKind]:
    """What a door that has stood like this `since` then must ring for: held open first, not closed later."""
    if state != DoorState.OPEN:
        return set()
    long = now - since
    bounds = {AlarmKind.HELD_OPEN: held_after, AlarmKind.NOT_CLOSED: not_closed_after}
    return {kind for kind, bound in bounds.items() if long >= bound}


# --- giving a locker back -----------------------------------------------------------------------

RELEASE_CHECKLIST = ("emptied", "inspected", "door_locked", "customer_told")


def missing_of(checklist: Mapping[str, object]) -> list[str]:
    """What no one has ticked yet, in its order."""
    return [item for item in RELEASE_CHECKLIST if checklist.get(item) is not True]
