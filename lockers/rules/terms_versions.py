"""Which version of the terms counts, and what someone's answer to it means. Pure rules, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

State = Literal["accepted", "refused", "asked"]


@dataclass(frozen=True, slots=True)
class Version:
    pk: int
    in_force_from: date
    grace_days: int


def current(versions: Iterable[Version], day: date) -> Version | None:
    """The newest that is in force."""
    begun = [version for version in versions if version.in_force_from <= day]
    return max(begun, key=lambda version: (version.in_force_from, version.pk), default=None)


def due(version: Version, since: date, postponed: date | None = None) -> date:
    """The last day on which no answer, or a refusal, keeps no one out: counted from when it came to them."""
    day = max(version.in_force_from, since) + timedelta(days=version.grace_days)
    return max(day, postponed) if postponed else day


def keeps_out(state: State, day: date, last: date) -> bool:
    return state != "accepted" and day > last
