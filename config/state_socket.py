"""A staff page's socket: the full state first, then the news, and the state again whenever it may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from channels.db import database_sync_to_async

from config.doorman import Doorman
from config.errors import Refused

TOGETHER = 0.05  # s in which news are gathered: one deed is often several


class StateSocket(Doorman):
    """Set `group` and `refresh`; give `state`, which refuses whoever may not listen (any more)."""

    group: str
    refresh: float  # s: the full state again, and the question whether the listener may still listen
    refreshing: asyncio.Task[None] | None = None
    changed: asyncio.Event

    def state(self) -> Mapping[str, Any]:
        """`hello`, asked anew each time, for rights may end. In a database thread. Raises Refused."""
        raise NotImplementedError

    def changes_state(self, event: Mapping[str, Any]) -> bool:
        """Whether this news means that the state must be told again."""
        return True

    async def welcome(self) -> None:
        await self._state()  # refuses before anything is joined
        self.changed = asyncio.Event()
        await self.join(self.group)
        await self.send_json(await self._state())  # read after joining: nothing falls between the two
        self.refreshing = asyncio.create_task(self._refresh())

    async def _state(self) -> Mapping[str, Any]:
        hello: Mapping[str, Any] = await database_sync_to_async(self.state, thread_sensitive=False)()
        return hello

    async def live_event(self, message: dict[str, Any]) -> None:
        await super().live_event(message)
        if self.changes_state(message["event"]) and self.refreshing is not None and not self.leaving:
            self.changed.set()

    async def _refresh(self) -> None:
        while not self.leaving:
            try:
                await asyncio.wait_for(self.changed.wait(), self.refresh)
                await asyncio.sleep(TOGETHER)
            except TimeoutError:
                pass
            self.changed.clear()
            try:
                await self.send_json(await self._state())
            except Refused as refusal:
                await self.refuse(refusal)

    async def disconnect(self, code: int) -> None:
        if self.refreshing is not None:
            self.refreshing.cancel()
