"""Asking an event loop for something from a thread, without ever waiting for ever.

asgiref's `async_to_sync` hands the work to the loop that the thread serves, and waits. A loop that ends at that very
moment never begins the work, and no one wakes the thread: a server could then not stop, nor a test end.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from asgiref.sync import SyncToAsync, async_to_sync

T = TypeVar("T")


def ask_the_loop(work: Callable[..., Coroutine[Any, Any, T]], *args: Any, patience: float) -> T:
    """Await `work(*args)` from a thread, for `patience` seconds at most. Raises TimeoutError.

    On the running loop that this thread serves (the channel layer in memory has its queues there), else on a new one.
    """

    async def bounded() -> T:
        async with asyncio.timeout(patience):
            return await work(*args)

    loop = _served_loop()
    if loop is None:
        return async_to_sync(bounded, force_new_loop=True)()
    asked = asyncio.run_coroutine_threadsafe(bounded(), loop)
    try:
        return asked.result(patience)
    except TimeoutError:
        asked.cancel()
        raise


def work_for(loop: asyncio.AbstractEventLoop) -> None:
    """From now on this thread asks this loop, as if asgiref had begun it there."""
    SyncToAsync.threadlocal.main_event_loop = loop
    SyncToAsync.threadlocal.main_event_loop_pid = os.getpid()


def _served_loop() -> asyncio.AbstractEventLoop | None:
    """The loop for which this thread works, while it runs; asgiref remembers it for each thread."""
    here = SyncToAsync.threadlocal
    loop: asyncio.AbstractEventLoop | None = getattr(here, "main_event_loop", None)
    same_process = getattr(here, "main_event_loop_pid", None) == os.getpid()
    return loop if loop is not None and same_process and loop.is_running() else None
