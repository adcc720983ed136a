"""What apps above the ground floor keep sealed by `config.ops.sealing`, so that `rotate_keys` reaches it.

An app's `hooks.py` registers how many rows there are, and how each is sealed again under the first key of FACE_KEYS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.ops.registries.registry import Registry


@dataclass(frozen=True, slots=True)
class SealedRows:
    count: Callable[[], int]
    reseal: Callable[[], Iterator[str]]  # `rotated`, `current` or `failed` for each


SEALED_ROWS = Registry[SealedRows]("Sealed rows")
