"""The base of every websocket: checks who comes, passes news out, and says goodbye with a reason."""

from __future__ import annotations

import logging
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils.translation import gettext as _

from config.errors import Refused
from config.goodbyes import CLOSE_CODES, OTHER_CLOSE_CODE, bye_for

log = logging.getLogger("ostiary.live")


class Doorman(AsyncJsonWebsocketConsumer):
    """Forwards what it hears, and says goodbye with a reason that a program can read."""

    leaving = False

    async def connect(self) -> None:
        """Accept first: a browser cannot read why a handshake failed, but it can read a `bye`."""
        await self.accept()
        try:
            await self.welcome()
        except Refused as refusal:
            await self.refuse(refusal)

    async def welcome(self) -> None:
        """Check who comes, join groups, send `hello`. Raises Refused."""

    async def join(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)
        self.groups.append(group)  # Channels leaves them for us in the end

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


class NoSuchAddress(Doorman):
    """Every address that is no other's: a goodbye instead of a traceback."""

    async def welcome(self) -> None:
        raise Refused("no_such_address", _("There is nothing at this address."), status=404)
