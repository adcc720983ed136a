"""The officers' socket: every door and who waits for a yes, then each change, for officers and administrators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.identity.socket_session import signed_in_now
from config.errors import Refused
from config.web.state_socket import StateSocket
from lockers.desk import board
from lockers.doors.doors import STAFF
from lockers.rules.visibility import keeps_lockers, sees_every_bank


class LockersConsumer(StateSocket):
    group, refresh = STAFF, 10.0
    whole = False  # whether they may hear of every bank

    def state(self) -> board.DoorBoardHello:
        """Refused `not_permitted`."""
        user = signed_in_now(self.scope)
        if user is None or not keeps_lockers(user):
            raise Refused("not_permitted", _("Sign in as a locker officer to see the doors."), status=403)
        self.whole = sees_every_bank(user)
        return board.hello(user)

    async def live_event(self, message: dict[str, Any]) -> None:
        """News name no bank that one could ask about: anyone who may not hear of all gets the state of theirs
        instead."""
        if self.whole or message["event"]["kind"] == "bye":
            await super().live_event(message)
        elif self.changed is not None and not self.leaving:
            self.changed.set()
