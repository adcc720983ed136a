"""How a job does many things: one that breaks is logged and keeps none of the others from being done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from config.ops.outage import AWAY, in_a_line

log = logging.getLogger("ostiary.clock")

T = TypeVar("T")
R = TypeVar("R")


def one_by_one(steps: Iterable[Callable[[Any], object]], given: Any) -> None:
    """Call each step with the same argument. One that breaks is logged and keeps none of the others from running."""
    for_each(lambda step: step(given), steps)


def for_each(act: Callable[[T], R], things: Iterable[T]) -> list[R]:
    """What `act` gives for each thing. One that breaks is logged and keeps none of the others waiting.

    A database that is away is away for all of them: that is raised at once. One that answers, but was too slow or
    locked for one thing (DATABASE_STATEMENT_SECONDS), is raised after the others: the job is tried again soon.
    """
    done, late = list[R](), None
    for thing in things:
        try:
            done.append(act(thing))
        except AWAY as error:
            if not _still_answers():
                raise
            log.error("%s failed and is tried again: %s", _name(thing), in_a_line(error))
            late = error
        except Exception:
            log.exception("%s failed; the others go on", _name(thing))
    if late is not None:
        raise late
    return done


def _still_answers() -> bool:
    return connection.connection is not None and not connection.in_atomic_block and connection.is_usable()


def _name(thing: Any) -> str:
    """Without what a row says of people."""
    if isinstance(thing, Model):
        return f"{thing._meta.model_name} {thing.pk}"
    return f"{thing.__module__}.{thing.__qualname__}" if hasattr(thing, "__qualname__") else repr(thing)
