"""When is a person present, late, gone early, absent, or simply not known? Pure rules, without a database.

All moments are aware datetimes. The one principle: a person who could not be seen is never called absent or late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NEVER = timedelta()
LEAST_COVERAGE = 0.8  # share of the session that must have been watched before anyone is absent


class Status(StrEnum):
    EXPECTED = "expected"  # the session is still open, and the person was not seen often enough yet
    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNVERIFIED = "unverified"  # no one can say: the camera was down, or saw too little


# What counts as having attended, and what a percentage leaves out altogether.
ATTENDED = frozenset({Status.PRESENT, Status.LATE, Status.LEFT_EARLY})
NOT_COUNTED = frozenset({Status.EXPECTED, Status.EXCUSED, Status.UNVERIFIED})


@dataclass(frozen=True, slots=True)
class SeeingSpan:
    """A time during which the station was really seeing."""

    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One sighting. `sure` ones count alone: a card, a PIN, a teacher's click, a face at a walk-up kiosk."""

    at: datetime
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What a course asks for."""

    late_after: timedelta = timedelta(minutes=10)
    early_before: timedelta | None = timedelta(minutes=15)  # None: leaving early is not looked at
    needed: int = 2  # sightings by a room camera
    min_presence: float = 0.0  # share of the session, 0-1
    gap_limit: timedelta = timedelta(minutes=2)  # the camera may be blind for so long


@dataclass(frozen=True, slots=True)
class Judgement:
    """The derived record. `note` is a code for the teacher: why the status is what it is, where that is not plain."""

    status: Status
    first: datetime | None = None
    last: datetime | None = None
    sightings: int = 0
    note: str = ""


# --- coverage -----------------------------------------------------------------------------------


def merged(spans: Iterable[SeeingSpan]) -> list[SeeingSpan]:
    """The same time without overlaps, in order."""
    joined: list[SeeingSpan] = []
    for span in sorted(spans, key=lambda span: span.began):
        if joined and span.began <= joined[-1].ended:
            joined[-1] = SeeingSpan(joined[-1].began, max(joined[-1].ended, span.ended))
        else:
            joined.append(span)
    return joined


def within(spans: Iterable[SeeingSpan], began: datetime, ended: datetime) -> list[SeeingSpan]:
    """The parts of `spans` that lie between two moments, merged."""
    cut = (SeeingSpan(max(span.began, began), min(span.ended, ended)) for span in spans)
    return merged(span for span in cut if span.began < span.ended)


def covered(spans: Iterable[SeeingSpan], began: datetime, ended: datetime) -> timedelta:
    """How long the station was seeing between two moments."""
    return sum((span.ended - span.began for span in within(spans, began, ended)), NEVER)


def gaps(spans: Iterable[SeeingSpan], began: datetime, ended: datetime) -> list[SeeingSpan]:
    """The times between two moments in which the station saw nothing."""
    found, cursor = [], began
    for span in within(spans, began, ended):
        if span.began > cursor:
            found.append(SeeingSpan(cursor, span.began))
        cursor = span.ended
    return [*found, SeeingSpan(cursor, ended)] if cursor < ended else found


def well_watched(spans: Sequence[SeeingSpan], began: datetime, ended: datetime, limit: timedelta) -> bool:
    """Whether no one can have been there unseen: no gap beyond the limit, and most of the time covered."""
    if ended <= began:
        return False
    if any(gap.ended - gap.began > limit for gap in gaps(spans, began, ended)):
        return False
    return covered(spans, began, ended) >= LEAST_COVERAGE * (ended - began)


# --- deriving ------------------------------------------------------------------------------------


def enough(looks: int, sure: bool, needed: int) -> bool:
    return sure or looks >= max(1, needed)


def status_so_far(first: datetime | None, looks: int, sure: bool, start: datetime, rules: Rules) -> Status:
    """While the session is open: no one is absent yet, and no one has left early."""
    if first is None or not enough(looks, sure, rules.needed):
        return Status.EXPECTED
    return Status.LATE if first > start + rules.late_after else Status.PRESENT


def judge(
    start: datetime,
    end: datetime,
    looks: Sequence[Glimpse],
    spans: Sequence[SeeingSpan],
    rules: Rules,
    *,
    seeable: bool = True,
    continuous: bool = True,
    doubted: bool = False,
) -> Judgement:
    """The final status of one person in a session that has ended.

    `doubted`: a person was seen who may have been this person, and no one has decided it yet.

    `seeable`: whether the person is enrolled, so that a camera could know them. `continuous`: a room camera that
    sees people all the time; at a walk-up kiosk everyone is seen once, and leaving is not looked at.
    """
    if not looks:
        return Judgement(*_never_seen(start, end, spans, rules, seeable, doubted))
    first, last = min(look.at for look in looks), max(look.at for look in looks)
    seen = Judgement(Status.PRESENT, first, last, len(looks))
    if not enough(len(looks), any(look.sure for look in looks), rules.needed):
        return _with(seen, Status.UNVERIFIED, "too_few_sightings")
    if _came_late(start, first, spans, rules, continuous):
        return _with(seen, Status.LATE, "")
    if first > start + rules.late_after:
        seen = _with(seen, Status.PRESENT, "arrival_unwatched")
    if continuous and _left_early(start, end, first, last, spans, rules):
        return _with(seen, Status.LEFT_EARLY, "")
    return seen


def _with(seen: Judgement, status: Status, note: str) -> Judgement:
    return Judgement(status, seen.first, seen.last, seen.sightings, note)


def _never_seen(
    start: datetime, end: datetime, spans: Sequence[SeeingSpan], rules: Rules, seeable: bool, doubted: bool
) -> tuple[Status, None, None, int, str]:
    if not seeable:
        return Status.UNVERIFIED, None, None, 0, "not_enrolled"
    if doubted:
        return Status.UNVERIFIED, None, None, 0, "uncertain_match"
    if not well_watched(spans, start, end, rules.gap_limit):
        return Status.UNVERIFIED, None, None, 0, "camera_gap"
    return Status.ABSENT, None, None, 0, ""


def _came_late(start: datetime, first: datetime, spans: Sequence[SeeingSpan], rules: Rules, continuous: bool) -> bool:
    """Late only if the station was looking while the person was not there: not when it was blind until they were seen.

    A person who walks up to a kiosk late is late, whenever the kiosk was switched on.
    """
    deadline = start + rules.late_after
    if first <= deadline:
        return False
    return not continuous or _watched_without(spans, deadline, first, rules)


def _left_early(
    start: datetime, end: datetime, first: datetime, last: datetime, spans: Sequence[SeeingSpan], rules: Rules
) -> bool:
    if rules.early_before is not None:
        limit = end - rules.early_before
        if last < limit and _watched_without(spans, last, limit, rules):
            return True
    missed = covered(spans, start, first) + covered(spans, last, end)
    return rules.min_presence > 0 and missed > (1 - rules.min_presence) * (end - start)


def _watched_without(spans: Sequence[SeeingSpan], began: datetime, ended: datetime, rules: Rules) -> bool:
    """Whether the station looked long enough between two moments to say that the person was not there."""
    return covered(spans, began, ended) >= min(rules.gap_limit, ended - began)


# --- how sure a match is ------------------------------------------------------------------------

# By how far inside the limit a match lies (`attendance.sessions.station_app.confidence_of`: 1 at distance 0, 0.5 at the
# limit). In
# the measured curves (docs/recognition.md) a limit ten times stricter lies at about 0.9 of the distance, so these are
# faces that would be accepted at a tenth, and at about a hundredth, of the false match rate that the station allows.
HIGH, MEDIUM = 0.6, 0.55


def sureness(confidence: float) -> str:
    """`high`, `medium` or `low`, of 0-1. A percentage would be read as a probability, which it is not."""
    return "high" if confidence >= HIGH else "medium" if confidence >= MEDIUM else "low"


# --- percentages --------------------------------------------------------------------------------


def counted(counts: Mapping[str, int]) -> int:
    """How many of these a percentage is of; `counts` by status."""
    return sum(number for status, number in counts.items() if status not in NOT_COUNTED)


def percentage_of(counts: Mapping[str, int]) -> float | None:
    """Share of counted sessions that were attended, 0-100. None when nothing counts yet."""
    whole = counted(counts)
    return 100 * sum(counts.get(status, 0) for status in ATTENDED) / whole if whole else None


def percentage(statuses: Iterable[Status | str]) -> float | None:
    """The same of one status after another."""
    return percentage_of(Counter(statuses))
