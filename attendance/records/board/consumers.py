"""The live board of one session: the full state, then the news, for those who keep its roll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.identity.socket_session import signed_in_now
from attendance.roll import state as board
from attendance.roll.events import BoardHello
from attendance.rules.visibility import sessions_for
from config.errors import Refused
from config.web.state_socket import StateSocket


class BoardConsumer(StateSocket):
    refresh = 15.0  # so that time left, coverage and a lost message never stay wrong for long

    def state(self) -> BoardHello:
        return _hello(self.scope)

    def group_of(self, state: Mapping[str, Any]) -> str:
        return board.group(state["session"]["id"])

    def changes_state(self, event: Mapping[str, Any]) -> bool:
        """The news say themselves how it is now."""
        return False


def _hello(scope: dict[str, Any]) -> BoardHello:
    """Asked again each time, for rights may end. Refused `not_permitted`, also for what is not there."""
    user = signed_in_now(scope)
    number = scope["url_route"]["kwargs"]["session"]
    session = sessions_for(user).select_related("course").filter(pk=number).first() if user else None
    if session is None:
        raise Refused(
            "not_permitted",
            _("You do not have access to this session. If you should have it, sign in again."),
            status=403,
        )
    return board.hello(session)
