"""What goes on at one kiosk: who claimed to be whom, and how far they have come. In the cache, for every process alike.

The page names no one: it sends what people press, and this says whom it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

from config.ops.cache import storable
from lockers.kiosk.claimed_lockers import Claim

NAMED_LIVES = timedelta(seconds=60)  # from saying who one is to the tap, and from one step to the next
KEPT = 600  # s in the cache; longer than anything that goes on


@storable
@dataclass(frozen=True, slots=True)
class Visitor:
    """`claims`: what was said, and not yet borne out. `pin`: by card or number and PIN, so an officer confirms."""

    device: int
    claims: tuple[Claim, ...]
    at: datetime
    pin: bool = False
    attempt: int | None = None  # AccessAttempt, once they have tapped
    locker: int | None = None
    challenge: dict[str, Any] = field(default_factory=dict)  # of liveness; empty in the lane without a face
    seen: int = 0  # the last progress that was told
    proven: bool = False  # with a passkey that was put into this very kiosk
    reads: bool = False  # the terms of the bank, between the attempt and its key

    def is_gone(self, now: datetime) -> bool:
        """Anyone who named themselves and did not tap. What was begun ends by itself
        (lockers.access.attempts.LIVES)."""
        return self.attempt is None and now - self.at > NAMED_LIVES

    def claim_of(self, locker: int) -> Claim | None:
        return next((claim for claim in self.claims if claim.locker == locker), None)


def here(slug: str, now: datetime) -> Visitor | None:
    kept = cache.get(_key(slug))
    found = kept if isinstance(kept, Visitor) else None  # a foreign entry is none
    return None if found is None or found.is_gone(now) else found


def put(slug: str, visitor: Visitor) -> Visitor:
    cache.set(_key(slug), visitor, KEPT)
    return visitor


def change(slug: str, visitor: Visitor, **fields: Any) -> Visitor:
    return put(slug, replace(visitor, **fields))


def leave(slug: str) -> None:
    cache.delete(_key(slug))


def _key(slug: str) -> str:
    return f"lockers:at:{slug}"
