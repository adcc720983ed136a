"""Each app's part of the demo campus (manage.py demo_campus)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.ops.registries.registry import Registry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class DemoPart:
    """`create` makes what is missing and says in one line what is there; `things`, H × W × 3, are held up in films."""

    create: Callable[[], str]
    things: Callable[[], Sequence[NDArray[np.uint8]]] = list


PARTS = Registry[DemoPart]("Demo parts")
