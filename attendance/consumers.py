"""The live board of one session: the full state, then the news, for those who keep its roll."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from accounts.socket_session import signed_in_now
from attendance import board
from attendance.events import BoardHello
from attendance.visibility import sessions_for
from config.doorman import Doorman
from config.errors import Refused

REFRESH = 15.0  # s: the full state again, so that time left, coverage and a lost message never stay wrong for long


class BoardConsumer(Doorman):
    refreshing: asyncio.Task[None] | None = None

    async def welcome(self) -> None:
        state = await self._state()
        await self.join(board.group(state["session"]["id"]))
        await self.send_json(await self._state())  # read after joining: nothing falls between the two
        self.refreshing = asyncio.create_task(self._refresh())

    async def _state(self) -> BoardHello:
        hello: BoardHello = await database_sync_to_async(_hello, thread_sensitive=False)(self.scope)
        return hello

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH)
            try:
                await self.send_json(await self._state())
            except Refused as refusal:
                return await self.refuse(refusal)

    async def disconnect(self, code: int) -> None:
        if self.refreshing is not None:
            self.refreshing.cancel()


def _hello(scope: dict[str, Any]) -> BoardHello:
    """Asked anew each time, for rights may end. Refused `not_permitted`, also for what is not there."""
    user = signed_in_now(scope)
    number = scope["url_route"]["kwargs"]["session"]
    session = sessions_for(user).select_related("course").filter(pk=number).first() if user else None
    if session is None:
        raise Refused(
            "not_permitted", _("This session is not one of yours. Sign in again if it should be."), status=403
        )
    return board.hello(session)
