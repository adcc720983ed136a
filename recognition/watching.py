"""Sockets of those who watch: staff at all their stations, and everybody at the one demo station."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from accounts.socket_session import signed_in_now
from config.doorman import Doorman
from config.errors import Refused
from config.live import station_group
from recognition import cards
from recognition.visibility import (
    DEMO_PICTURES,
    DEMO_SLUG,
    is_public_demo,
    purposes_seen_by,
    staff_group,
    stations_seen_by,
)

ASK_AGAIN = 30.0  # s: a socket stays open long after its session has ended, so the right to look is asked again


class StaffConsumer(Doorman):
    """All stations that this member of staff may see: the full state, then the news."""

    asking: asyncio.Task[None] | None = None

    async def welcome(self) -> None:
        self.purposes = await self._purposes()
        for purpose in self.purposes:
            await self.join(staff_group(purpose))
        await self.send_json(await database_sync_to_async(self._hello, thread_sensitive=False)())
        self.asking = asyncio.create_task(self._ask_again())

    def _hello(self) -> dict[str, Any]:
        user = self.scope["user"]
        return {"kind": "hello", "stations": cards.cards(stations_seen_by(user), user)}

    async def _purposes(self) -> frozenset[str]:
        purposes = await database_sync_to_async(_purposes_now, thread_sensitive=False)(self.scope)
        if not purposes:
            raise Refused("not_permitted", _("Sign in as a member of staff to see the stations."), status=403)
        return purposes

    async def _ask_again(self) -> None:
        while True:
            await asyncio.sleep(ASK_AGAIN)
            try:
                if await self._purposes() != self.purposes:
                    raise Refused("not_permitted", _("Your rights have changed. Load the page again."), status=403)
            except Refused as refusal:
                return await self.refuse(refusal)

    async def disconnect(self, code: int) -> None:
        if self.asking is not None:
            self.asking.cancel()


def _purposes_now(scope: dict[str, Any]) -> frozenset[str]:
    user = signed_in_now(scope)
    return purposes_seen_by(user) if user is not None else frozenset()


class DemoConsumer(Doorman):
    """The demo station, for everybody, and only where DEMO is on."""

    async def welcome(self) -> None:
        if not is_public_demo(DEMO_SLUG):
            raise Refused("no_demo", _("There is no demonstration here."), status=404)
        for group in (DEMO_PICTURES, station_group(DEMO_SLUG)):
            await self.join(group)
        await self.send_json(await database_sync_to_async(_demo_hello, thread_sensitive=False)())


def _demo_hello() -> dict[str, Any]:
    return {"kind": "hello", "stations": cards.demo()}
