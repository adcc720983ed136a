"""The vector behind a name just given, for the moment between the engine's thread and the row of the sighting.

In memory only, of this process. An identity event carries the key, never the vector.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from recognition.engine import Vector

LIVES = 60.0  # s
MOST = 500


class Probe(NamedTuple):
    """The normalised mean of `frames` looks, as `profile` embeds them."""

    vector: Vector
    frames: int
    profile: str


_held: OrderedDict[str, tuple[float, Probe]] = OrderedDict()
_lock = threading.Lock()


def hold(vector: Vector | None, *, frames: int, profile: str) -> str:
    """A key that gives the vector back, once; empty where there is none."""
    if vector is None:
        return ""
    key = secrets.token_hex(8)
    with _lock:
        _held[key] = (time.monotonic(), Probe(vector, frames, profile))
        while len(_held) > MOST or _oldest_is_late():
            _held.popitem(last=False)
    return key


def take(key: str) -> Probe | None:
    """What was held under this key, which is forgotten now. None when it was taken, or waited too long."""
    with _lock:
        since, probe = _held.pop(key, (0.0, None))
    return probe if time.monotonic() - since < LIVES else None


def forget() -> None:
    with _lock:
        _held.clear()


def _oldest_is_late() -> bool:
    return bool(_held) and time.monotonic() - next(iter(_held.values()))[0] >= LIVES
