"""Another PIN that admits someone just as well. One app at most has such PINs, and hears of every right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from accounts.models import User
from config.ops.registries.registry import Registry


class Accepted(Protocol):
    """A PIN was right. `second`: it was the second one."""

    def __call__(self, person: User, *, second: bool, door: str, at: datetime) -> None: ...


@dataclass(frozen=True)
class SecondPin:
    hash_of: Callable[[User], str]  # "" for none
    accepted: Accepted
    changed: Callable[[User], None]  # they have a new PIN of their own


def _heard_by_nobody(person: User, *, second: bool, door: str, at: datetime) -> None:
    return None


NONE = SecondPin(hash_of=lambda person: "", accepted=_heard_by_nobody, changed=lambda person: None)
NAME = "second PIN"
SECOND_PINS = Registry[SecondPin]("Second PINs")


def register(second: SecondPin) -> None:
    SECOND_PINS.register(NAME, second)


def second_pin() -> SecondPin:
    return SECOND_PINS.get(NAME) or NONE
