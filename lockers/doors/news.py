"""Who hears that something has changed at a door: the officers what it is, its holders only that they may look."""

from __future__ import annotations

from config.live.news import publish
from lockers.doors import events
from lockers.models import Locker, Opening

HOLDERS = "lockers.holders"  # every open page “My locker”: its socket passes on only what is about its own lockers


def to_holders(locker: int) -> None:
    publish(HOLDERS, {"kind": "lockers.mine", "locker": locker})


def door(group: str, locker: Locker) -> None:
    publish(group, events.door_now(locker))
    to_holders(locker.pk)


def opening(group: str, row: Opening) -> None:
    publish(group, events.opening_now(row))
    to_holders(row.locker_id)
