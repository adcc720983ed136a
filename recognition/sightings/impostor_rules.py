"""When a look may become an impostor example by itself, and when a person has to look first. Pure numbers.

An example that lies where the owner's own looks lie would lock the owner out: someone may press "Not me" for that.
Measured by `python -m benchmarks impostors`, see docs/recognition.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recognition.engine.embedding.vectors import mean
from recognition.engine.search.impostors import MARGIN
from recognition.engine.types import Vector, Vectors

FEWEST_PHOTOS = 3  # kept of the owner, to be sure of anything
SPARE = 0.02  # so much more than the search's own margin the owner's photos must be spared by
OWN_FMR = 1e-4  # within the distance of this false match rate a look counts as the owner's own
UNCONFIRMED = 2  # examples of one identity that were reported without signing in, before staff have to look


def why_wait(example: Vector, own: Vectors, template: Vector, own_region: Callable[[int], float]) -> str:
    """The reason why staff have to look first, as `ImpostorExample.Why`; empty when the example may be used at once.

    `own`: the embeddings of the owner's photos, (n, dim); `own_region(photos)`: the distance at OWN_FMR.
    """
    if len(own) < FEWEST_PHOTOS:
        return "too_few"
    if float(np.linalg.norm(example - template)) <= own_region(len(own)):
        return "own_region"
    return "locks_out" if locked_out(example, own) else ""


def locked_out(example: Vector, own: Vectors, *, margin: float = MARGIN + SPARE) -> int:
    """How many of the owner's photos are nearer to the example than to the template of the others."""
    return sum(_is_lost(example, own, photo, margin) for photo in range(len(own)))


def _is_lost(example: Vector, own: Vectors, photo: int, margin: float) -> bool:
    others = mean(np.delete(own, photo, axis=0))
    to_own, to_example = (float(np.linalg.norm(own[photo] - other)) for other in (others, example))
    return not to_example >= to_own + margin
