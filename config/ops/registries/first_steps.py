"""What an administrator does first on a new site: each app says its own steps, and when one is done.

A step that was done once stays done, and is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from config.ops.registries.registry import Registry

Words = str | Promise


@dataclass(frozen=True)
class FirstStep:
    """`url`: the page where it is done. `done` takes one query at most.

    `optional`: of an area that a site may not use; it can be hidden. `by_hand`: words of a button that says it is done.
    """

    title: Words
    sentence: Words
    url: Words
    done: Callable[[], bool]
    optional: bool = False
    by_hand: Words = ""


FIRST_STEPS = Registry[FirstStep]("First steps")  # by a slug, which stays
