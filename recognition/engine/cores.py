"""Several networks' work on one picture, on the cores that no other picture needs.

A network on one thread costs half the CPU of one that is spread over two, whose every layer waits for the slower one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
Work = Callable[[], T]

MOST = 4  # cores for one picture: three cuts of a face are all that there is to do at once
_lock = threading.Lock()
_busy = 0  # pictures that are worked at


class Once(Generic[T]):
    """Work that others build on: the first thread that asks does it, and any that asks meanwhile waits for it."""

    def __init__(self, work: Work[T]) -> None:
        self._work, self._own, self._answers = work, threading.Lock(), list[T]()

    def __call__(self) -> T:
        with self._own:
            if not self._answers:
                self._answers.append(self._work())
            return self._answers[0]


def together(works: Sequence[Work[T]]) -> list[T]:
    """What each answers, in their order. They are begun in that order: what is long, or built on, comes first."""
    global _busy
    with _lock:
        _busy += 1
        alone = _busy == 1
    try:
        return _beside(works) if alone and len(works) > 1 and _cores() > 1 else [work() for work in works]
    finally:
        with _lock:
            _busy -= 1


def _beside(works: Sequence[Work[T]]) -> list[T]:
    """The next goes to whichever thread is free, this one or a helper."""
    waiting = list(enumerate(works))[::-1]
    done: dict[int, T] = {}

    def take() -> None:
        while True:
            try:
                number, work = waiting.pop()
            except IndexError:
                return
            done[number] = work()

    helpers = [_pool().submit(take) for _ in range(min(len(works), _cores(), MOST) - 1)]
    try:
        take()
    finally:
        waiting.clear()  # after an error the rest is not needed
        for helper in helpers:
            if not helper.cancel():
                helper.result()
    return [done[number] for number in range(len(works))]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=MOST - 1, thread_name_prefix="embed")
