"""Was a person there in the morning, and in the afternoon? One rule for classes and for entrances. Pure.

1. What no one knows (unverified) decides nothing, as long as anything else is known.
2. The classes that fall into the half day decide: all attended is present, some partly, none excused or absent.
3. Without a class, the time on the premises does: half of the half day is present, less is partly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.rules.hours import LONGEST_STAY
from attendance.rules.statuses import ATTENDED, NEVER, SeeingSpan, Status, covered
from attendance.rules.times import overlap

LEAST_SHARE = 0.5  # of the half day, on the premises


class HalfDay(StrEnum):
    """What is said of one half day."""

    PRESENT = "present"
    PARTLY = "partly"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNVERIFIED = "unverified"


# What is said of a person who was not on the premises: of several entrances, the one that says most.
NOT_THERE = (HalfDay.PRESENT, HalfDay.EXCUSED, HalfDay.UNVERIFIED, HalfDay.ABSENT)


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What the roll of one session says of a person. `seen`: there was a sighting, and not only a correction."""

    began: datetime
    ended: datetime
    status: Status
    at_entrance: bool = False
    seen: bool = True


def half_of(
    began: datetime, ended: datetime, records: Iterable[KnownRecord], stays: Collection[SeeingSpan] = ()
) -> HalfDay | None:
    """Of the half day between these moments; None where nothing was held. `stays`: when the person was there."""
    within = [record for record in records if overlap((record.began, record.ended), (began, ended))]
    if not within:
        return None
    by_classes = _by_classes({record.status for record in within if not record.at_entrance})
    if by_classes:
        return by_classes
    return _by_stays(began, ended, [record for record in within if record.at_entrance], stays) or HalfDay.UNVERIFIED


def _by_classes(statuses: Collection[Status]) -> HalfDay | None:
    known = set(statuses) - {Status.UNVERIFIED, Status.EXPECTED}
    if not known:
        return None
    if known & ATTENDED:
        return HalfDay.PARTLY if known - ATTENDED else HalfDay.PRESENT
    return HalfDay.ABSENT if Status.ABSENT in known else HalfDay.EXCUSED


def _by_stays(
    began: datetime, ended: datetime, records: Collection[KnownRecord], stays: Collection[SeeingSpan]
) -> HalfDay | None:
    time = covered(stays, began, ended)
    if records and time > NEVER:
        return HalfDay.PRESENT if time >= LEAST_SHARE * (ended - began) else HalfDay.PARTLY
    entered = any(stay.began == stay.ended and ended - LONGEST_STAY <= stay.began < ended for stay in stays)
    said = {_not_there(record, entered) for record in records}
    return next((half for half in NOT_THERE if half in said), None)


def _not_there(record: KnownRecord, entered: bool) -> HalfDay:
    """`entered`: the person was seen once and not since, so no one knows how long they stayed."""
    if record.status == Status.EXCUSED:
        return HalfDay.EXCUSED
    if record.status == Status.ABSENT:
        return HalfDay.ABSENT
    if record.status not in ATTENDED:
        return HalfDay.UNVERIFIED
    if not record.seen:
        return HalfDay.PRESENT  # a teacher said so
    return HalfDay.UNVERIFIED if entered else HalfDay.ABSENT
