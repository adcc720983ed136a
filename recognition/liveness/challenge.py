"""What the person is asked to do: a random order that no recording knows beforehand.

Left and right are the person's own: who is asked to turn left turns towards their own left shoulder. A camera
picture is no mirror, so the nose then points to the image's right, and yaw is positive.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from config.errors import Refused

BLINK, TURN_LEFT, TURN_RIGHT = ACTIONS = ("blink", "turn_left", "turn_right")
STEPS = 4  # of which none follows itself: 18 orders, at about two seconds a step
FEWEST_STEPS, MOST_STEPS = 3, 8
OPENING_SECONDS = 15.0  # to stand before the camera and look straight into it
STEP_SECONDS = 8.0
CLOSING_SECONDS = 6.0  # to look straight ahead once more


@dataclass(frozen=True, slots=True)
class Challenge:
    """The order, issued once. That a nonce is answered once is for the server to see to. Times in seconds."""

    nonce: str
    actions: tuple[str, ...]
    issued_at: float
    step_seconds: float = STEP_SECONDS

    @classmethod
    def issue(cls, now: float, *, steps: int = STEPS, step_seconds: float = STEP_SECONDS) -> Challenge:
        """A new one, in an order that nobody can foresee, each order as likely as any other."""
        return cls(secrets.token_urlsafe(16), secrets.choice(orders(steps)), now, step_seconds)

    @classmethod
    def of(cls, actions: tuple[str, ...] | list[str], now: float = 0.0, **fields: Any) -> Challenge:
        """One with these actions, for films and tests. Refused `bad_challenge` when they are none."""
        unknown = [action for action in actions if action not in ACTIONS]
        if unknown or not 1 <= len(actions) <= MOST_STEPS:
            raise Refused("bad_challenge", f"A challenge is 1 to {MOST_STEPS} of {', '.join(ACTIONS)}, with commas.")
        return cls(secrets.token_urlsafe(16), tuple(actions), now, **fields)

    @property
    def expires_at(self) -> float:
        """Who has not passed by then never will: every deadline taken one after the other."""
        return self.issued_at + OPENING_SECONDS + len(self.actions) * self.step_seconds + CLOSING_SECONDS

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for a cache or a session."""
        return {
            "nonce": self.nonce,
            "actions": list(self.actions),
            "issued_at": self.issued_at,
            "step_seconds": self.step_seconds,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Challenge:
        """The inverse of `as_dict`. Refused `bad_challenge` when it is something else."""
        try:
            fields = {"step_seconds": float(data["step_seconds"])}
            made = cls.of([str(action) for action in data["actions"]], float(data["issued_at"]), **fields)
            return cls(str(data["nonce"]), made.actions, made.issued_at, made.step_seconds)
        except (KeyError, TypeError, ValueError) as error:
            raise Refused("bad_challenge", "This is no liveness challenge.") from error


def orders(steps: int) -> list[tuple[str, ...]]:
    """Every order of so many steps that asks for a blink and a turn each way, no step twice in a row.

    3 steps: 6 orders, 4: 18, 5: 42. Refused `bad_challenge` outside 3 to 8 steps.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise Refused("bad_challenge", f"A challenge has {FEWEST_STEPS} to {MOST_STEPS} steps.")
    return [
        order
        for order in product(ACTIONS, repeat=steps)
        if set(order) == set(ACTIONS) and all(a != b for a, b in pairwise(order))
    ]
