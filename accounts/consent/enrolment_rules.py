"""What an app asks before photos of a person are looked at (recognition.enrol.enrolment)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from accounts.models import User
from config.ops.registries.registry import Registry


class EnrolmentRule(Protocol):
    """Refused where `by` may not enrol this person for these purposes."""

    def __call__(self, person: User, purposes: Collection[str], *, by: User | None) -> None: ...


RULES = Registry[EnrolmentRule]("Enrolment rules")
