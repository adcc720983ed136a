"""Help is wanted at a station: asked for, answered, and over. The desk, the station and other systems are told.

One incident at a time for each station. It ends when the person goes on, or when the desk says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import publish, station_group
from config.ops.jobs.steps import for_each
from library.circulation import journal
from library.kiosk import at_exit
from library.kiosk.help import letters
from library.kiosk.help.news import help_now
from library.models import Copy, HelpRequest

Cause, End = HelpRequest.Cause, HelpRequest.End
NOTICED = (Cause.SCANS, Cause.STUCK)  # by the server: over when something works again


def open_requests() -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(open_slot=1).select_related("person", "copy__title", "answered_by").order_by("at")


def open_at(slug: str) -> HelpRequest | None:
    return open_requests().filter(station=slug).first()


def ask(
    slug: str, cause: str, *, person: User | None = None, code: str = "", copy: Copy | None = None, at: datetime
) -> HelpRequest:
    """Tell the desk, once: while an incident is open here, it is that one.

    Pressing the button makes it the person's own: what works afterwards does not end it. An incident of someone else,
    who is no longer here, ends with it.
    """
    row = open_at(slug)
    if row is not None and person is not None and row.person_id not in (None, person.pk):
        close(row, End.LEFT, at=at)
        row = None
    for _try in range(3):  # one that is over again before it is read is written again
        row = row or _opened(slug, cause, person, code, copy, at) or open_at(slug)
    if row is None:
        raise over()
    _made_ones_own(row, cause, person)
    publish(station_group(slug), help_now(row))
    return row


def _opened(
    slug: str, cause: str, person: User | None, code: str, copy: Copy | None, at: datetime
) -> HelpRequest | None:
    """None where another process was first."""
    try:
        with transaction.atomic():
            row = HelpRequest.objects.create(station=slug, cause=cause, person=person, code=code[:32], copy=copy, at=at)
            journal.note(journal.Kind.HELP_WANTED, person, copy=copy, station=slug, at=at, cause=cause, code=code)
            letters.to_staff(row)
    except IntegrityError:
        return None
    return row


def _made_ones_own(row: HelpRequest, cause: str, person: User | None) -> None:
    if cause == Cause.ASKED:
        row.cause = cause
    row.person = row.person or person
    HelpRequest.objects.filter(pk=row.pk).update(cause=row.cause, person=row.person)


def ask_by_button(slug: str) -> HelpRequest:
    """The person who is here, where an exit knows one."""
    at = timezone.now()
    here = at_exit.here(slug, at)
    person = User.objects.filter(pk=here.person).first() if here else None
    return ask(slug, Cause.ASKED, person=person, at=at)


@transaction.atomic
def coming(row: HelpRequest, *, by: User) -> HelpRequest:
    """A member of staff is on the way; pressed twice, the first one stays. Refused `help_over`."""
    at = timezone.now()
    waiting = HelpRequest.objects.filter(pk=row.pk, open_slot=1, answered_at=None)
    if waiting.update(answered_at=at, answered_by=by):
        row.refresh_from_db()
        journal.note(journal.Kind.HELP_COMING, row.person, station=row.station, at=at, by=by.id_number)
        publish(station_group(row.station), help_now(row))
    elif not HelpRequest.objects.filter(pk=row.pk, open_slot=1).exists():
        raise over()
    return row


@transaction.atomic
def close(row: HelpRequest, end: str, *, by: User | None = None, at: datetime | None = None) -> bool:
    """False when it was over already."""
    at = at or timezone.now()
    done = HelpRequest.objects.filter(pk=row.pk, open_slot=1).update(closed_at=at, end=end, open_slot=None)
    if done:
        detail: dict[str, Any] = {"end": end} | ({"by": by.id_number} if by else {})
        journal.note(journal.Kind.HELP_CLOSED, row.person, station=row.station, at=at, **detail)
        publish(station_group(row.station), help_now(None))
    return bool(done)


def over() -> Refused:
    return Refused("help_over", _("This call for help is over. There is nothing left to do."), status=409)


# --- the person goes on ---------------------------------------------------------------------------


def something_worked(slug: str) -> None:
    """What the server noticed by itself is over; a person who pressed the button is still waiting."""
    for row in open_requests().filter(station=slug, cause__in=NOTICED):
        close(row, End.WENT_ON)


def person_gone(slug: str, person: int, *, through: bool) -> None:
    """They have gone through, or left the station. A call of a person who was not recognised stays for the desk."""
    for row in open_requests().filter(station=slug, person=person):
        close(row, End.WENT_ON if through else End.LEFT)


def expire(now: datetime) -> None:
    old = open_requests().filter(at__lt=now - timedelta(minutes=settings.LIBRARY_HELP_MINUTES))
    for_each(lambda row: close(row, End.EXPIRED, at=now), old)
