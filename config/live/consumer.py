"""The base of every websocket: checks who comes, passes news out, and says goodbye with a reason."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils.translation import gettext as _

from config.errors import Refused
from config.live.close_codes import CLOSE_CODES, OTHER_CLOSE_CODE, bye_for
from config.ops.outage import Outage

log = logging.getLogger("ostiary.live")

STOPS_WITHIN = 3.0  # s
JOIN_AGAIN = 10.0  # s: a Redis that was restarted has forgotten who listens, and forgets everyone after a day


class SiteConsumer(AsyncJsonWebsocketConsumer):
    """Forwards what it hears, and says goodbye with a reason that a program can read."""

    leaving = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._beside: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """However the socket ends, also with an error, nothing that belonged to it lives on."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._leave()

    async def connect(self) -> None:
        """Accept first: a browser cannot read why a handshake failed, but it can read a `bye`."""
        await self.accept()
        try:
            await self.welcome()
        except Refused as refusal:
            await self.refuse(refusal)
        except Exception as error:
            Outage(f"Socket {self.scope['path']}", log).failed(error)
            await self.refuse(broken())
        else:
            self.beside(self._join_again, every=JOIN_AGAIN)

    async def welcome(self) -> None:
        """Check who comes, join groups, send `hello`. Raises Refused."""

    async def gone(self) -> None:
        """The last thing, after whatever ended the socket."""

    # --- groups ---------------------------------------------------------------------------------

    async def join(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)
        self.groups.append(group)

    async def _join_again(self) -> None:
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The rest happens in `_leave`, as for a socket that ends otherwise."""
        raise StopConsumer

    async def _leave(self) -> None:
        for task in self._beside:
            task.cancel()
        if self._beside:  # one that waits for a frozen database cannot be hurried
            await asyncio.wait(self._beside, timeout=STOPS_WITHIN)
        await self.gone()
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                for group in self.groups:
                    await self.channel_layer.group_discard(group, self.channel_name)
        except Exception as error:
            log.warning("Socket %s could not leave its groups: %r", self.scope["path"], error)

    # --- tasks beside the socket ----------------------------------------------------------------

    def beside(self, work: Callable[[], Awaitable[None]], *, every: float) -> None:
        """Do `work` every so many seconds while the socket is open."""
        self.keep_doing(work, partial(asyncio.sleep, every))

    def keep_doing(self, work: Callable[[], Awaitable[None]], pause: Callable[[], Awaitable[None]]) -> None:
        """`work` after each `pause`. What it raises is logged and tried again soon; a refusal ends the socket."""
        self._beside.add(asyncio.create_task(self._keep_doing(work, pause)))

    async def _keep_doing(self, work: Callable[[], Awaitable[None]], pause: Callable[[], Awaitable[None]]) -> None:
        outage = Outage(f"A task beside the socket {self.scope['path']}", log)
        await pause()
        while not self.leaving:
            try:
                await work()
            except Refused as refusal:
                await self.refuse(refusal)
            except Exception as error:
                await asyncio.sleep(outage.failed(error))
            else:
                outage.over()
                await pause()

    # --- news -----------------------------------------------------------------------------------

    async def live_event(self, message: dict[str, Any]) -> None:
        """News from the channel layer. A `bye` is forwarded too, and ends the connection."""
        if self.leaving:
            return
        event = message["event"]
        self.leaving = event["kind"] == "bye"
        await self.send_json(event)
        if self.leaving:
            await self.close(CLOSE_CODES.get(event["code"], OTHER_CLOSE_CODE))

    async def refuse(self, refusal: Refused) -> None:
        log.info("Socket %s refused: %s", self.scope["path"], refusal.code)
        await self.live_event({"event": bye_for(refusal)})


def broken() -> Refused:
    """The goodbye after which a page comes back by itself."""
    return Refused("internal", _("Something went wrong. The connection will restart."), status=500)


class NoSuchSocket(SiteConsumer):
    """Every address that is no other's: a goodbye instead of a traceback."""

    async def welcome(self) -> None:
        raise Refused("no_such_address", _("This address does not exist."), status=404)
