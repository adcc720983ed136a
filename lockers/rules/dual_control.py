"""Dual control: the customer's key and the officer's key, never of one person. Pure rules, without a database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

# Two who come at once look at the clock, and then wait for the locker's row: the second may have looked first.
AT_ONCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Half:
    """The officer's key. `turned_at`: None while it was only shown. `until`: to be typed by, then to be met by."""

    officer: int
    locker: int
    issued_at: datetime
    turned_at: datetime | None
    until: datetime
    spent: bool = False  # used, or void


def against_typing(half: Half, locker: int, at: datetime) -> str:
    """A code against typing this one-time key at this locker now, or "". For the log: anyone who typed it hears one."""
    wrong: tuple[tuple[bool, str], ...] = (
        (half.locker != locker, "other_locker"),
        (half.spent or half.turned_at is not None, "used"),
        (at < half.issued_at, "not_yet"),  # a clock has jumped back
        (at >= half.until, "expired"),
    )
    return next((code for is_so, code in wrong if is_so), "")


def stands_turned(half: Half, at: datetime) -> bool:
    """Whether the officer's key waits for the customer's at this moment."""
    return not half.spent and half.turned_at is not None and half.turned_at - AT_ONCE <= at < half.until


def against_pair(officer: int, *, customer: int, holders: Collection[int], vouched: int | None) -> str:
    """A code against these two keys opening together, or "".

    `vouched`: the officer who said without a face that it is the customer. Their word stands in the customer's key
    already, so with the officer's key as well one person would open the vault alone.
    """
    if officer == customer or officer in holders:
        return "own_locker"
    return "own_request" if officer == vouched else ""


def in_time(asked_at: datetime, now: datetime, seconds: int) -> bool:
    """Whether what was asked for still waits; a clock that has jumped back does not bring it to life again."""
    return -AT_ONCE <= now - asked_at <= timedelta(seconds=seconds)
