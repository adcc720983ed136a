"""What the person is asked to do: a random order that no recording knows beforehand.

Left and right are the person's own: who is asked to turn left turns towards their own left shoulder. A camera
picture is not a mirror, so the nose then points to the image's right, and yaw is positive.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from config.errors import Refused

BLINK, TURN_LEFT, TURN_RIGHT, NOD = BASIC = ("blink", "turn_left", "turn_right", "nod")
TWICE, CLOSER = "blink_twice", "closer"  # closer: towards the camera, and back
ACTIONS = (*BASIC, TWICE, CLOSER)
BLINKS = {BLINK: 1, TWICE: 2}  # how many of them a step takes
NEEDED = {BLINK, TURN_LEFT, TURN_RIGHT}  # in every challenge
STEPS = 4  # of which none follows itself: 42 orders, at about two seconds a step
FEWEST_STEPS, MOST_STEPS = 3, 8
OPENING_SECONDS = 15.0  # to stand before the camera and look straight into it
STEP_SECONDS = 8.0
CLOSING_SECONDS = 6.0  # to look straight ahead once more
PAUSES = (0.2, 1.4)  # s before a step is shown, at random: a recording keeps its own time
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Challenge:
    """The order, issued once. That a nonce is answered once is for the server to see to. Times in seconds."""

    nonce: str
    actions: tuple[str, ...]
    issued_at: float
    step_seconds: float = STEP_SECONDS
    pauses: tuple[float, ...] = ()  # before each step; none: at once

    @classmethod
    def issue(
        cls, now: float, *, steps: int = STEPS, step_seconds: float = STEP_SECONDS, unforeseen: bool = False
    ) -> Challenge:
        """A new one, in an order that no one can foresee, each order as likely as any other.

        `unforeseen`: one step more, a random number of blinks and random pauses, so that what was recorded at another
        time does not fit. For lockers.
        """
        order = secrets.choice(orders(steps))
        if not unforeseen:
            return cls(secrets.token_urlsafe(16), order, now, step_seconds)
        varied = _varied(order)
        return cls(secrets.token_urlsafe(16), varied, now, step_seconds, tuple(_pause() for _ in varied))

    @classmethod
    def of(cls, actions: tuple[str, ...] | list[str], now: float = 0.0, **fields: Any) -> Challenge:
        """One with these actions, for films and tests. Refused `bad_challenge` when they are none."""
        unknown = [action for action in actions if action not in ACTIONS]
        if unknown or not 1 <= len(actions) <= MOST_STEPS + 1:
            words = f"A challenge is 1 to {MOST_STEPS + 1} of {', '.join(ACTIONS)}, with commas."
            raise Refused("bad_challenge", words)
        return cls(secrets.token_urlsafe(16), tuple(actions), now, **fields)

    @property
    def expires_at(self) -> float:
        """Who has not passed by then never will: every deadline taken one after the other."""
        steps = len(self.actions) * self.step_seconds + sum(self.pauses)
        return self.issued_at + OPENING_SECONDS + steps + CLOSING_SECONDS

    def pause_before(self, step: int) -> float:
        """Seconds for which nothing is asked before that step."""
        return self.pauses[step] if step < len(self.pauses) else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for a cache or a session."""
        return {
            "nonce": self.nonce,
            "actions": list(self.actions),
            "issued_at": self.issued_at,
            "step_seconds": self.step_seconds,
            "pauses": list(self.pauses),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Challenge:
        """The inverse of `as_dict`. Refused `bad_challenge` when it is something else."""
        try:
            pauses = tuple(float(pause) for pause in data.get("pauses", ()))
            fields = {"step_seconds": float(data["step_seconds"]), "pauses": pauses}
            made = cls.of([str(action) for action in data["actions"]], float(data["issued_at"]), **fields)
            return cls(str(data["nonce"]), made.actions, made.issued_at, made.step_seconds, made.pauses)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Refused("bad_challenge", "This is not a liveness challenge.") from error


def orders(steps: int) -> list[tuple[str, ...]]:
    """Every order of so many steps that asks for a blink and a turn each way, no step twice in a row.

    A nod may be among them. 3 steps: 6 orders, 4: 42, 5: 186. Refused `bad_challenge` outside 3 to 8 steps.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise Refused("bad_challenge", f"A challenge has {FEWEST_STEPS} to {MOST_STEPS} steps.")
    return [
        order
        for order in product(BASIC, repeat=steps)
        if set(order) >= NEEDED and all(a != b for a, b in pairwise(order))
    ]


def _varied(order: tuple[str, ...]) -> tuple[str, ...]:
    """The order with "closer, then back" somewhere in it, and one blink or two at each blink."""
    steps = [secrets.choice((BLINK, TWICE)) if action == BLINK else action for action in order]
    steps.insert(secrets.randbelow(len(steps) + 1), CLOSER)
    return tuple(steps)


def _pause() -> float:
    """A random one, in tenths of a second."""
    least, most = (round(TENTHS * limit) for limit in PAUSES)
    return (least + secrets.randbelow(most - least + 1)) / TENTHS
