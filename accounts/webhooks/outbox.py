"""What is to be told, written in the transaction of what happened; and what an administrator sends again."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User, WebhookDelivery, WebhookEndpoint
from accounts.webhooks import kinds, tasks
from accounts.webhooks.delivery import GIVE_UP_AFTER, OUTBOX
from accounts.webhooks.kinds import EventKind

Data = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


@dataclass(frozen=True)
class WebhookEvent:
    """What happened. `data`: plain values that name no one, or a function that makes them when someone listens.

    `person`: whom it is about; they are named to those who may see names.
    """

    kind: str
    data: Data
    person: User | int | None = None
    at: datetime | None = None


def emit(kind: str, data: Data, *, person: User | int | None = None, at: datetime | None = None) -> None:
    """Tell every endpoint that wants this kind, after the commit. Call it in the transaction of what happened."""
    emit_all([WebhookEvent(kind, data, person, at)])


def emit_all(events: Iterable[WebhookEvent]) -> None:
    """The same for several, in their order, in two queries."""
    known = [(event, kinds.get(event.kind)) for event in events]
    endpoints = list(WebhookEndpoint.objects.filter(active=True))
    rows = [row for event, kind in known for row in _rows(event, kind, endpoints)]
    if rows:
        WebhookDelivery.objects.bulk_create(rows)
        transaction.on_commit(tasks.wake, robust=True)  # the clock wakes a worker too


def _rows(event: WebhookEvent, kind: EventKind, endpoints: list[WebhookEndpoint]) -> Iterator[WebhookDelivery]:
    wanting = [endpoint for endpoint in endpoints if endpoint.wants(kind)]
    if not wanting:
        return
    now, body = timezone.now(), dict(event.data() if callable(event.data) else event.data)
    for endpoint in wanting:
        yield WebhookDelivery(
            endpoint=endpoint,
            kind=kind.code,
            body=body,
            account=_account(kind, event.person),
            at=event.at or now,
            created_at=now,
            not_before=now,
            give_up_at=now + GIVE_UP_AFTER,
        )


def _account(kind: EventKind, person: User | int | None) -> int:
    """Deliveries of one account go out in their order. What is about no one keeps the order of its app."""
    if person is None:
        return -zlib.crc32(kind.group.encode())
    return person.pk if isinstance(person, User) else person


def send_again(deliveries: QuerySet[WebhookDelivery]) -> int:
    """For three more days. How many: what was heard is not said twice, and what is being sent is not sent beside it."""
    now = timezone.now()
    count = OUTBOX.replay(deliveries, now, give_up_at=now + GIVE_UP_AFTER)
    if count:
        transaction.on_commit(tasks.wake, robust=True)
    return count
