"""Who owns the doors of a place: they have a say before an administrator tries one out, and write it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from config.ops.registries.registry import Registry


class MayTry(Protocol):
    """Asked before a trial. Refused where `by` may not try this door."""

    def __call__(self, door: str, *, by: Any, opens: bool) -> None: ...


class Tried(Protocol):
    """Called after a trial."""

    def __call__(self, door: str, *, by: Any, opens: bool, done: bool) -> None: ...


@dataclass(frozen=True)
class DoorOwner:
    may_try: MayTry
    tried: Tried


OWNERS = Registry[DoorOwner]("Door owners")  # by DoorDevice.Place
