"""The page “My locker”, live: each door of one's own, its last openings, and how long a key of one's own is valid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.identity.socket_session import signed_in_now
from accounts.models import User
from config.errors import Refused
from config.live.news import clock
from config.web.state_socket import StateSocket
from lockers.assignments.my_lockers import lockers_of, openings_of
from lockers.doors.news import HOLDERS
from lockers.models import Opening, SecurityKey

LAST, LOOKED_AT = 3, 60  # openings shown of each locker, and read for all of them together


class LastOpening(TypedDict):
    id: int
    words: str  # when, who and how


class MyDoor(TypedDict):
    id: int
    state: str
    words: str  # the state in words
    since: str
    blocked: bool
    key_until: str  # of one's own key, or empty
    key_seconds: int
    opened: list[LastOpening]


class MyDoorsHello(TypedDict):
    kind: Literal["hello"]
    doors: list[MyDoor]


def hello(person: User, now: datetime | None = None) -> MyDoorsHello:
    """Only lockers that are theirs today; a bounded number of queries, however many they are."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rows = [one.assignment for one in lockers_of(person) if one.has_begun(today)]
    keys = _keys(person, now)
    opened = _last_openings(openings_of(person).exclude(opened_at=None)[:LOOKED_AT] if rows else ())
    doors: list[MyDoor] = []
    for row in rows:
        locker, until = row.locker, keys.get(row.locker_id)
        doors.append(
            {
                "id": locker.pk,
                "state": str(locker.door),
                "words": str(locker.get_door_display()),
                "since": clock(locker.door_since),
                "blocked": row.blocked_at is not None,
                "key_until": clock(until) if until else "",
                "key_seconds": int((until - now).total_seconds()) if until else 0,
                "opened": opened.get(locker.pk, []),
            }
        )
    return {"kind": "hello", "doors": doors}


def _keys(person: User, now: datetime) -> dict[int, datetime]:
    """By locker: until when a key of this person is valid. Never the key, and never another holder's."""
    live = SecurityKey.objects.filter(person=person, live_slot=1, expires_at__gt=now)
    return dict(live.values_list("locker", "expires_at"))


def _last_openings(rows: Iterable[Opening]) -> dict[int, list[LastOpening]]:
    found: dict[int, list[LastOpening]] = {}
    for row in rows:
        those = found.setdefault(row.locker_id, [])
        if len(those) < LAST:
            those.append({"id": row.pk, "words": _words(row)})
    return found


def _words(row: Opening) -> str:
    at = date_format(timezone.localtime(row.opened_at or row.requested_at), "SHORT_DATETIME_FORMAT")
    who = row.person.get_full_name() if row.person else "–"
    return f"{at} · {who} · {row.get_route_display()}"


class MyLockersConsumer(StateSocket):
    """For everyone who is signed in: their own lockers, and nothing of anyone else's."""

    group, refresh = HOLDERS, 20.0
    mine: frozenset[int] = frozenset()

    def state(self) -> MyDoorsHello:
        """Refused `not_permitted`."""
        user = signed_in_now(self.scope)
        if user is None:
            raise Refused("not_permitted", _("Sign in to see your locker."), status=403)
        state = hello(user)
        self.mine = frozenset(door["id"] for door in state["doors"])
        return state

    def changes_state(self, event: Any) -> bool:
        return event.get("locker") in self.mine

    async def live_event(self, message: dict[str, Any]) -> None:
        """All holders share one group: what is about another's door wakes no one here, and is not passed on."""
        if "locker" not in message["event"] or self.changes_state(message["event"]):
            await super().live_event(message)
