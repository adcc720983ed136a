"""How long a receiver asks to be left alone: `Retry-After` of 429 and 503, in seconds or as a day and time. Pure.

No receiver can silence us for longer than `LONGEST` with one answer: what it then does not want to hear, it says again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from config.ops.network.relay import Answer

LONGEST = timedelta(hours=1)
ASKING = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def pause_wanted(answer: Answer, now: datetime | None = None) -> timedelta | None:
    """None: it does not ask, or not in a way that HTTP knows."""
    if answer.status not in ASKING:
        return None
    value = next((text.strip() for name, text in answer.headers if name.lower() == "retry-after"), "")
    pause = _seconds(value) if value.isascii() and value.isdigit() else _until(value, now or datetime.now(UTC))
    return min(pause, LONGEST) if pause else None


def _seconds(digits: str) -> timedelta:
    return timedelta(seconds=int(digits)) if len(digits) < 9 else LONGEST


def _until(value: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    left = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return left if left > timedelta() else None
