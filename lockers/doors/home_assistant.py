"""The doors as Home Assistant sees them, and the only rule by which it may open one."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from config.live.news import publish
from config.web import throttle
from lockers.bank import access_times, notices, places
from lockers.bank.log import access_log
from lockers.doors import doors, events, openings
from lockers.doors.hardware.home_messages import Home, HomeDoor
from lockers.models import Alarm, Locker, Opening
from lockers.rules.doors import DoorState
from lockers.rules.opening import may_move, officers_needed

TRIES, WINDOW = 2, 10  # commands for one door, and the seconds in which they count


def home() -> Home:
    url = settings.SITE_URL.rstrip("/") + reverse("lockers:board")
    return Home(settings.HOME_ASSISTANT_PREFIX, settings.HOME_ASSISTANT_TOPIC, settings.SITE_NAME, url)


def all_doors() -> list[HomeDoor]:
    """Two queries. Which door of which bank, how it stands, whether it rings: nothing of whose it is."""
    rings = set(Alarm.objects.filter(open_slot=1).values_list("locker", flat=True))
    rows = Locker.objects.select_related("bank").order_by("pk")
    return [
        HomeDoor(
            key=row.pk,
            bank=row.bank.code,
            number=row.number,
            bank_name=row.bank.name,
            place=row.bank.place,
            state=DoorState(row.door),
            rings=row.pk in rings,
            opens=may_be_opened(row),
        )
        for row in rows
    ]


def may_be_opened(locker: Locker) -> bool:
    """Only where its bank says so, and never what takes two officers."""
    return locker.bank.home_assistant_opens and officers_needed(locker.kind) == 1


def command(key: int, *, at: datetime | None = None) -> str:
    """Home Assistant says: open. "" when the lock was told, else a code against it. Raises nothing for a bad command.

    Checked at every command, whatever was discovered: the bank's setting may have changed.
    """
    at = at or timezone.now()
    locker = Locker.objects.select_related("bank").filter(pk=key).first()
    if locker is None or not may_be_opened(locker):
        return "not_allowed"
    if throttle.count(f"lockers.home:{key}", window=WINDOW) > TRIES:
        return "too_many_attempts"
    return _opened(locker, at)


def _against(locker: Locker, at: datetime) -> str:
    """A house knows no hours and has no holder: outside the bank's and the assignment's it opens nothing."""
    if not may_be_opened(locker):
        return "not_allowed"
    facts = places.facts_of(locker)
    return ("blocked" if facts.blocked else may_move(facts)) or access_times.against(locker, at)


@transaction.atomic
def _opened(locker: Locker, at: datetime) -> str:
    """The opening is authorised, in the log, and told to the lock after the commit, once, as any other."""
    locker = places.locked(locker)
    code = _against(locker, at)
    if code:
        access_log.append("home.refused", at=at, locker=locker.pk, reason=code)
        return code
    opening = Opening.objects.create(
        transaction=secrets.token_hex(16),
        locker=locker,
        route=Opening.Route.HOME,
        state=Opening.State.AUTHORISED,
        requested_at=at,
        authorised_at=at,
    )
    notices.opened_by_home(opening)
    doors.doubted(locker, at)
    access_log.append(
        "opening.authorised", at=at, opening=opening.pk, transaction=opening.transaction, locker=locker.pk, route="home"
    )
    publish(doors.STAFF, events.opening_now(opening))
    transaction.on_commit(lambda: openings.command(opening.pk))
    return ""
