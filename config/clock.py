"""Jobs that run by themselves every so often (settings.CLOCK): in the web process, or in `manage.py clock`.

A job is safe to run in several processes at once, and safe to miss: the next run makes up for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

log = logging.getLogger("ostiary.clock")

TICK = 1.0  # s

App = Callable[[Any, Any, Any], Awaitable[Any]]


class Clock:
    def __init__(self) -> None:
        self._due: dict[str, float] = dict.fromkeys(settings.CLOCK, 0.0)

    def tick(self) -> None:
        """Run what is due. A job that fails is logged and tried again when it is due next."""
        for path, seconds in settings.CLOCK.items():
            if time.monotonic() >= self._due[path]:
                self._due[path] = time.monotonic() + seconds
                _run(path)


def _run(path: str) -> None:
    close_old_connections()
    try:
        import_string(path)(timezone.now())
    except Exception:
        log.exception("The job %s failed", path)
    finally:
        close_old_connections()


async def run_for_ever() -> None:
    clock = Clock()
    while True:
        await sync_to_async(clock.tick, thread_sensitive=False)()
        await asyncio.sleep(TICK)


class ClockInWeb:
    """Starts the clock with the first request: daphne does not tell an application when it begins.

    On the server's own loop, so that what the jobs publish reaches the pages of this process.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if self._task is None and settings.CLOCK_IN_WEB:
            self._task = asyncio.get_running_loop().create_task(run_for_ever())
        return await self._app(scope, receive, send)
