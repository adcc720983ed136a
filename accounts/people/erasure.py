"""What is done before a person is deleted, in the same transaction: each app forgets its own part."""

from __future__ import annotations

from typing import Protocol

from accounts.models import User
from config.ops.registries.registry import Registry


class ErasureStep(Protocol):
    """Called with the person, and who deletes them. Only steps of the order MAY_REFUSE raise Refused."""

    def __call__(self, person: User, *, by: User | None) -> object: ...


STEPS = Registry[ErasureStep]("Erasure steps")
MAY_REFUSE, AFTERWARDS = 0, 1  # orders: nothing is erased of a person whom one of the first keeps
