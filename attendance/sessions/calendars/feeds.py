"""The address of a feed: made, changed, ended by its person. Nothing but its signed key opens it.

The database keeps the key without the signature, so a stolen one opens no calendar.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.models import CalendarFeed

SIGNER = signing.Signer(sep=".", salt="attendance.calendars")


def feed_of(person: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(person=person).first()


@transaction.atomic
def renew(person: User) -> CalendarFeed:
    """A new address. The old one, if there was one, no longer works."""
    CalendarFeed.objects.filter(person=person).delete()
    return CalendarFeed.objects.create(person=person, key=secrets.token_urlsafe(18))


def end(person: User) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def token_of(feed: CalendarFeed) -> str:
    return SIGNER.sign(feed.key)


def find(token: str) -> CalendarFeed | None:
    """None for a token that we did not sign, one that was ended, and a person who may not sign in today."""
    try:
        key = SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    feed = CalendarFeed.objects.select_related("person").filter(key=key).first()
    return feed if feed is not None and feed.person.may_sign_in else None


def note_content(feed: CalendarFeed, digest: str, now: datetime | None = None) -> datetime:
    """Since when the calendar is what it is now: remembered when it looks different from the last time."""
    now = now or timezone.now()
    if feed.digest != digest:
        feed.digest, feed.changed_at = digest, now.replace(microsecond=0)
        CalendarFeed.objects.filter(pk=feed.pk).update(digest=digest, changed_at=feed.changed_at)
    return feed.changed_at


def note_fetch(feed: CalendarFeed, now: datetime | None = None) -> None:
    """For the person's page: once an hour is exact enough, and a calendar asks often."""
    now = now or timezone.now()
    if feed.fetched_at is None or (now - feed.fetched_at).total_seconds() > 3600:
        CalendarFeed.objects.filter(pk=feed.pk).update(fetched_at=now)
