"""Challenges and links: made, and used up once, anyone who else tries at the same moment."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import User
from lockers.models import AccessAttempt, PasskeyChallenge, PasskeyLink
from lockers.rules.messages import refusal

Purpose = PasskeyLink.Purpose
LIVES = timedelta(minutes=3)  # of a challenge
LINKS = {Purpose.ADD: timedelta(minutes=15), Purpose.PROVE: timedelta(minutes=3)}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- challenges ---------------------------------------------------------------------------------


def issue(
    purpose: str,
    person: User,
    *,
    browser: str,
    now: datetime,
    attempt: AccessAttempt | None = None,
    handle: str = "",
) -> bytes:
    """32 random bytes. Those before, for the same, are void: a browser that asks again begins again."""
    mine = PasskeyChallenge.objects.filter(purpose=purpose, person=person, attempt=attempt, browser=digest(browser))
    mine.filter(used_at=None).update(used_at=now)
    challenge = secrets.token_bytes(32)
    PasskeyChallenge.objects.create(
        challenge=challenge.hex(),
        purpose=purpose,
        person=person,
        attempt=attempt,
        browser=digest(browser),
        station=attempt.station if attempt else "",
        handle=handle,
        expires_at=now + LIVES,
    )
    return challenge


def use(
    purpose: str, person: User, *, browser: str, now: datetime, attempt: AccessAttempt | None = None
) -> PasskeyChallenge:
    """The one that waits for this answer; it is used up now, whatever comes of it. Refused `challenge_over`.

    Call it outside of the transaction that may fail: used up stays used up.
    """
    waiting = PasskeyChallenge.objects.filter(
        purpose=purpose,
        person=person,
        attempt=attempt,
        browser=digest(browser),
        station=attempt.station if attempt else "",
        used_at=None,
        expires_at__gt=now,
    )
    found = waiting.order_by("-pk").first()
    if found is None or not waiting.filter(pk=found.pk).update(used_at=now):
        raise refusal("challenge_over")
    return found


# --- links --------------------------------------------------------------------------------------


def link(
    purpose: str,
    person: User,
    *,
    now: datetime,
    attempt: AccessAttempt | None = None,
    officer: User | None = None,
) -> str:
    """The secret part of an address. An earlier code of an officer for the same person no longer works.

    The picture of a kiosk ends with its attempt: anyone who names someone at another kiosk takes nothing away from
    them.
    """
    if purpose == Purpose.ADD:
        PasskeyLink.objects.filter(purpose=purpose, person=person, used_at=None).update(used_at=now)
    token = secrets.token_urlsafe(24)
    PasskeyLink.objects.create(
        digest=digest(token),
        purpose=purpose,
        person=person,
        attempt=attempt,
        officer=officer,
        made_at=now,
        expires_at=now + LINKS[Purpose(purpose)],
    )
    return token


def linked(purpose: str, token: str, now: datetime) -> PasskeyLink:
    """Refused `link_over`: never was, used, or too old, in the same words."""
    rows = PasskeyLink.objects.filter(purpose=purpose, used_at=None, expires_at__gt=now)
    found = rows.select_related("person", "officer", "attempt__locker__bank").filter(digest=digest(token)).first()
    if found is None:
        raise refusal("link_over", 404)
    return found


def linked_while_reading(token: str, now: datetime) -> PasskeyLink:
    """Of a proof that has succeeded, while its person reads the terms: its own minutes do not count. As `linked`."""
    rows = PasskeyLink.objects.filter(purpose=Purpose.PROVE, used_at=None, attempt__ended_at__lte=now)
    found = rows.select_related("person", "attempt__locker__bank").filter(digest=digest(token)).first()
    if found is None:
        raise refusal("link_over", 404)
    return found


def claim(found: PasskeyLink, browser: str) -> None:
    """For this browser alone from now on. Refused `link_taken`."""
    mine = digest(browser)
    free = PasskeyLink.objects.filter(pk=found.pk, browser__in=("", mine))
    if not free.update(browser=mine) and not free.exists():  # MySQL counts what changed, not what was found
        raise refusal("link_taken", 403)


def require_claimed(found: PasskeyLink, browser: str) -> None:
    """Refused `link_taken`."""
    if found.browser != digest(browser):
        raise refusal("link_taken", 403)


def end(found: PasskeyLink, now: datetime) -> None:
    PasskeyLink.objects.filter(pk=found.pk).update(used_at=now)


def purge(now: datetime) -> int:
    """What is over, after a day."""
    old = now - timedelta(days=1)
    links = PasskeyLink.objects.filter(expires_at__lt=old).delete()[0]
    return links + PasskeyChallenge.objects.filter(expires_at__lt=old).delete()[0]
