"""One line for each request and socket, without secrets. daphne's own log would show whole addresses.

No address of a visitor stands in it, and nothing of what was asked for behind the `?`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings

log = logging.getLogger("ostiary.requests")

App = Callable[[Any, Any, Any], Awaitable[Any]]
MONITORS = ("/healthz", "/readyz", "/metrics")  # asked every few seconds


class RequestLog:
    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if not settings.LOG_REQUESTS or scope["type"] not in ("http", "websocket") or scope["path"] in MONITORS:
            return await self._app(scope, receive, send)
        return await self._logged(scope, receive, send)

    async def _logged(self, scope: Any, receive: Any, send: Any) -> Any:
        began, status = time.monotonic(), 0

        async def noted(message: Any) -> None:
            nonlocal status
            status = message.get("status", message.get("code", status))
            await send(message)

        try:
            return await self._app(scope, receive, noted)
        finally:
            took = (time.monotonic() - began) * 1000
            log.info("%s %s %s, %.0f ms", scope.get("method", "SOCKET"), _on_one_line(scope["path"]), status, took)


def _on_one_line(path: str) -> str:
    """As it was sent: what the server has decoded may hold line breaks, and with them lines that no one has written."""
    return quote(path, safe="/:@!$&'()*+,;=~")
