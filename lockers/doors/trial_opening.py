"""An administrator tries out the device of a locker (config.door_relays.owners): never of one that someone has."""

from __future__ import annotations

from accounts.models import User
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.models import Locker
from lockers.rules.messages import refusal


def may_try(door: str, *, by: User, opens: bool) -> None:
    """Refused `tried_by_nobody` while someone has the locker: what is in it is not ours."""
    for locker in _lockers(door):
        if opens and places.current_assignment(locker) is not None:
            access_log.append("door.trial_refused", locker=locker.pk, by=by.pk)
            raise refusal("trial_of_somebodys", 403)
        access_log.append("door.trial", locker=locker.pk, by=by.pk, opens=opens)


def tried(door: str, *, by: User, opens: bool, done: bool) -> None:
    for locker in _lockers(door):
        access_log.append("door.tried", locker=locker.pk, by=by.pk, opens=opens, done=done)


def _lockers(door: str) -> list[Locker]:
    return [locker for locker in Locker.objects.select_related("bank") if locker.lock_address == door]
