"""What does not work at an exit: refused scans of one visit are counted in the cache, and standing still is noticed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.live.news import publish, station_group
from config.ops.cache import storable
from config.ops.jobs.steps import for_each
from library.circulation import journal
from library.kiosk import at_exit
from library.kiosk.help import incidents, staffing
from library.kiosk.help.news import help_now
from library.models import Copy, HelpRequest, LibraryStation
from library.visits import alarms

log = logging.getLogger("ostiary.library")

Cause = HelpRequest.Cause
NEEDS_THE_DESK = frozenset(
    {
        "blocked",
        "not_valid",
        "owes_too_much",
        "overdue",
        "lost",
        "withdrawn",
        "on_loan",
        "in_another_basket",
        "in_transit",
        "unknown_barcode",
        "not_inside",
    }
)
HELPS_ITSELF = frozenset({"yours_already"})  # the screen offers what to do
AWAY_KEY = "library:unstaffed"
FORGOTTEN = 120  # s after which refusals of a person who was not recognised are another person's


@storable
@dataclass(frozen=True, slots=True)
class RefusedScans:
    person: int | None
    count: int


def scan_refused(slug: str, code: str, copy: Copy | None = None) -> None:
    """Count it, and ask for help at the limit. It never gets in the way of the refusal itself."""
    if code in HELPS_ITSELF or not _is_exit(slug):
        return
    try:
        with transaction.atomic():
            _collect(slug, code, copy, timezone.now())
            if settings.LIBRARY_HELP_SCANS:
                _count(slug, code, copy, timezone.now())
    except Exception:
        log.exception("A refused scan at %s could not be counted", slug)


def _collect(slug: str, code: str, copy: Copy | None, at: datetime) -> None:
    """What the desk would have settled at once is kept for the morning where no staff are there."""
    if code in NEEDS_THE_DESK and staffing.unstaffed_now(at):
        here = at_exit.here(slug, at)
        person = _user(here.person) if here else None
        journal.note(journal.Kind.REFUSED, person, copy=copy, station=slug, at=at, code=code)


def _count(slug: str, code: str, copy: Copy | None, at: datetime) -> None:
    here = at_exit.here(slug, at)
    person = here.person if here else None
    known = cache.get(_key(slug))
    before = known.count if isinstance(known, RefusedScans) and known.person == person else 0
    if before + 1 < settings.LIBRARY_HELP_SCANS:
        cache.set(_key(slug), RefusedScans(person, before + 1), at_exit.KEPT if person else FORGOTTEN)
        return
    cache.delete(_key(slug))
    incidents.ask(slug, Cause.SCANS, person=_user(person), code=code, copy=copy, at=at)


def forget(slug: str) -> None:
    """The next person at this exit begins at zero."""
    cache.delete(_key(slug))


def notice_all(now: datetime) -> None:
    """For the clock: who is at an exit and does not go on; and calls for help that no one has answered."""
    incidents.expire(now)
    _tell_when_staff_come_and_go(now)
    if settings.LIBRARY_HELP_SECONDS:
        exits = LibraryStation.objects.filter(kind=LibraryStation.Kind.EXIT).values_list("station__slug", flat=True)
        for_each(lambda slug: _notice(slug, now), exits)


def _notice(slug: str, now: datetime) -> None:
    """Once for each time that nothing goes on; an alarm says itself why a person waits."""
    here = at_exit.here(slug, now)
    since = here.progress_at if here else None
    if here is None or since is None or now - since < timedelta(seconds=settings.LIBRARY_HELP_SECONDS):
        return
    if alarms.rings(slug, now) or HelpRequest.objects.filter(station=slug, at__gte=since).exists():
        return
    incidents.ask(slug, Cause.STUCK, person=_user(here.person), at=now)


def _tell_when_staff_come_and_go(now: datetime) -> None:
    """The stations show the contact from the first minute on, and hide it after the last."""
    away = staffing.unstaffed_now(now) is not None
    if cache.get(AWAY_KEY, False) == away:
        return
    cache.set(AWAY_KEY, away, None)
    for slug in LibraryStation.objects.values_list("station__slug", flat=True):
        publish(station_group(slug), help_now(incidents.open_at(slug)))


def _user(person: int | None) -> User | None:
    return User.objects.filter(pk=person).first() if person else None


def _is_exit(slug: str) -> bool:
    return LibraryStation.objects.filter(station__slug=slug, kind=LibraryStation.Kind.EXIT).exists()


def _key(slug: str) -> str:
    return f"library:refused:{slug}"
