"""The web process runs the jobs itself, unless CLOCK_IN_WEB says that `manage.py clock` does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from config.ops.jobs.runner import run_for_ever

App = Callable[[Any, Any, Any], Awaitable[Any]]


class JobsInWeb:
    """Starts them with the first request: daphne does not tell an application when it begins."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if self._task is None and settings.CLOCK_IN_WEB:
            self._task = asyncio.get_running_loop().create_task(run_for_ever())
        return await self._app(scope, receive, send)
