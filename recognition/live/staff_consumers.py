"""Sockets of those who watch: staff at each of their stations, and everyone at the one demo station."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from accounts.identity.socket_session import signed_in_now
from config.errors import Refused
from config.live.consumer import SiteConsumer
from config.live.news import station_group
from recognition.live import station_cards
from recognition.stations.visibility import (
    DEMO_PICTURES,
    DEMO_SLUG,
    is_public_demo,
    purposes_seen_by,
    staff_group,
    stations_seen_by,
)

ASK_AGAIN = 30.0  # s: a socket stays open long after its session has ended, so the right to look is asked again


class StaffConsumer(SiteConsumer):
    """All stations that this member of staff may see: the full state, then the news."""

    async def welcome(self) -> None:
        self.purposes = await self._purposes()
        for purpose in self.purposes:
            await self.join(staff_group(purpose))
        await self.send_json(await database_sync_to_async(self._hello, thread_sensitive=False)())
        self.beside(self._ask_again, every=ASK_AGAIN)

    def _hello(self) -> dict[str, Any]:
        user = self.scope["user"]
        return {"kind": "hello", "stations": station_cards.cards(stations_seen_by(user), user)}

    async def _purposes(self) -> frozenset[str]:
        purposes = await database_sync_to_async(_purposes_now, thread_sensitive=False)(self.scope)
        if not purposes:
            raise Refused("not_permitted", _("Sign in as a member of staff to see the stations."), status=403)
        return purposes

    async def _ask_again(self) -> None:
        if await self._purposes() != self.purposes:
            raise Refused("not_permitted", _("Your rights have changed. Please reload the page."), status=403)


def _purposes_now(scope: dict[str, Any]) -> frozenset[str]:
    user = signed_in_now(scope)
    return purposes_seen_by(user) if user is not None else frozenset()


class DemoConsumer(SiteConsumer):
    """The demo station, for everyone, and only where DEMO is on."""

    async def welcome(self) -> None:
        if not is_public_demo(DEMO_SLUG):
            raise Refused("no_demo", _("The demo is not available on this site."), status=404)
        for group in (DEMO_PICTURES, station_group(DEMO_SLUG)):
            await self.join(group)
        await self.send_json(await database_sync_to_async(_demo_hello, thread_sensitive=False)())


def _demo_hello() -> dict[str, Any]:
    return {"kind": "hello", "stations": station_cards.demo()}
