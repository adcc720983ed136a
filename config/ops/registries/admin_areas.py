"""The first page of the administration, by area: each app names the tables that people work with (`hooks.py`).

Tables that are in no area are internals: they are out of sight, and reachable by "All tables".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise


@dataclass(frozen=True)
class AdminArea:
    """`tables`: labels of models, as in `library.Title`, in the order in which people need them.

    `home`: the app's name in HOME, whose needs are what is pending here. `uncounted`: tables that grow without end.
    """

    title: Words
    tables: Sequence[str]
    home: str = ""
    uncounted: frozenset[str] = frozenset()


AREAS = Registry[AdminArea]("Areas of the administration")
