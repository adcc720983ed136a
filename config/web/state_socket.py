"""A staff page's socket: the full state first, then the news, and the state again whenever it may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from channels.db import database_sync_to_async

from config.live.consumer import SiteConsumer

TOGETHER = 0.05  # s in which news are gathered: one action often makes several


class StateSocket(SiteConsumer):
    """Set `group` and `refresh`; give `state`, which refuses anyone who may not listen (any more)."""

    group: str
    refresh: float  # s: the full state again, and the question whether the listener may still listen
    changed: asyncio.Event | None = None

    def state(self) -> Mapping[str, Any]:
        """`hello`, asked again each time, for rights may end. In a database thread. Raises Refused."""
        raise NotImplementedError

    def group_of(self, state: Mapping[str, Any]) -> str:
        """Whom to listen to, where that is not the same for every socket."""
        return self.group

    def changes_state(self, event: Mapping[str, Any]) -> bool:
        """Whether this news means that the state must be told again."""
        return True

    async def welcome(self) -> None:
        group = self.group_of(await self._state())  # refuses before anything is joined
        self.changed = asyncio.Event()
        await self.join(group)
        await self._tell_state()  # read after joining: nothing falls between the two
        self.keep_doing(self._tell_state, self._until_changed)

    async def _state(self) -> Mapping[str, Any]:
        hello: Mapping[str, Any] = await database_sync_to_async(self.state, thread_sensitive=False)()
        return hello

    async def _tell_state(self) -> None:
        assert self.changed is not None  # noqa: S101  welcome comes first
        self.changed.clear()
        await self.send_json(await self._state())

    async def _until_changed(self) -> None:
        assert self.changed is not None  # noqa: S101  welcome comes first
        try:
            await asyncio.wait_for(self.changed.wait(), self.refresh)
            await asyncio.sleep(TOGETHER)
        except TimeoutError:
            pass

    async def live_event(self, message: dict[str, Any]) -> None:
        await super().live_event(message)
        if self.changed is not None and not self.leaving and self.changes_state(message["event"]):
            self.changed.set()
