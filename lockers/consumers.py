"""The officers' socket: every door and who waits for a yes, then each change, for officers and administrators."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.socket_session import signed_in_now
from config.errors import Refused
from config.state_socket import StateSocket
from lockers import board
from lockers.doors import STAFF
from lockers.visibility import keeps_lockers


class LockersConsumer(StateSocket):
    group, refresh = STAFF, 10.0

    def state(self) -> board.BoardHello:
        """Refused `not_permitted`."""
        user = signed_in_now(self.scope)
        if user is None or not keeps_lockers(user):
            raise Refused("not_permitted", _("Sign in as a locker officer to see the doors."), status=403)
        return board.hello()
