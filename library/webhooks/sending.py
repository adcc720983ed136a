"""Delivering what is due. Safe in several processes; of one account, to one endpoint, always the oldest first."""

from __future__ import annotations

import http.client
import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from config.errors import Refused
from library.models import CirculationEvent, WebhookDelivery
from library.webhooks.addresses import split
from library.webhooks.post import post
from library.webhooks.signing import SIGNATURE, TIMESTAMP, signature

log = logging.getLogger("ostiary.webhooks")

State = WebhookDelivery.State
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600))
LATER = timedelta(hours=4)
LEASE = timedelta(minutes=2)  # much longer than one request may take
KEPT = timedelta(days=30)
AT_ONCE = 50


def due(now: datetime) -> QuerySet[WebhookDelivery]:
    """What may go now: nothing older of the same account waits for the same endpoint."""
    older = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"), account=OuterRef("account"), state=State.WAITING, pk__lt=OuterRef("pk")
    )
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = WebhookDelivery.objects.filter(free, state=State.WAITING, not_before__lte=now, endpoint__active=True)
    return waiting.exclude(Exists(older)).order_by("pk")


def deliver_due(now: datetime | None = None, *, most: int = AT_ONCE) -> int:
    """How many were tried. An endpoint that fails is left alone for the rest of this run."""
    done, failing = 0, set[int]()
    while done < most:
        moment = now or timezone.now()
        delivery = _claimed(due(moment).exclude(endpoint__in=failing), moment)
        if delivery is None:
            break
        if not _deal_with(delivery, moment):
            failing.add(delivery.endpoint_id)
        done += 1
    return done


def _claimed(rows: QuerySet[WebhookDelivery], now: datetime) -> WebhookDelivery | None:
    """The next one, for us alone."""
    for pk in list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        mine = WebhookDelivery.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=pk, state=State.WAITING)
        if mine.update(lease_until=now + LEASE, tries=F("tries") + 1):
            chosen = WebhookDelivery.objects.select_related("endpoint", "event__person", "event__copy__title")
            return chosen.select_related("event__loan").get(pk=pk)
    return None


def _deal_with(delivery: WebhookDelivery, now: datetime) -> bool:
    """Whether it was heard: any status from 200 to 299."""
    try:
        status = _sent(delivery)
    except Refused as no:
        return _later(delivery, no.code, now)
    except (OSError, http.client.HTTPException) as error:
        return _later(delivery, f"{type(error).__name__}: {error}", now)
    if not 200 <= status < 300:
        return _later(delivery, f"HTTP {status}", now)
    _note(delivery, state=State.DELIVERED, answered=f"HTTP {status}", delivered_at=timezone.now())
    return True


def _sent(delivery: WebhookDelivery) -> int:
    body, timestamp = json.dumps(body_of(delivery.event)).encode(), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Ostiary",
        "X-Ostiary-Delivery": str(delivery.pk),
        "X-Ostiary-Event": f"library.{delivery.event.kind}",
        TIMESTAMP: str(timestamp),
        SIGNATURE: signature(delivery.endpoint.secret, timestamp, body),
    }
    return post(split(delivery.endpoint.url), body, headers)


def body_of(event: CirculationEvent) -> dict[str, Any]:
    """The same fields as /api/v1/library/events/, and what a library system needs of a loan."""
    return {
        "id": event.pk,
        "kind": f"library.{event.kind}",
        "at": event.at.isoformat(),
        "account": event.person.id_number if event.person else None,
        "barcode": event.copy.barcode if event.copy else None,
        "title": event.copy.title.title if event.copy else None,
        "due_at": event.loan.due_at.isoformat() if event.loan else None,
        "station": event.station,
        "detail": event.detail,
    }


def _later(delivery: WebhookDelivery, why: str, now: datetime) -> bool:
    log.warning("Webhook %s to %s, try %d: %s", delivery.pk, delivery.endpoint, delivery.tries, why)
    pause = PAUSES[delivery.tries - 1] if delivery.tries <= len(PAUSES) else LATER
    if now + pause > delivery.give_up_at:
        log.error("Webhook %s to %s was given up: %s", delivery.pk, delivery.endpoint, why)
        _note(delivery, state=State.GIVEN_UP, answered=why[:300])
    else:
        _note(delivery, answered=why[:300], not_before=now + pause)
    return False


def _note(delivery: WebhookDelivery, **found: object) -> None:
    """Only by the process that holds it."""
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, lease_until=delivery.lease_until, state=State.WAITING)
    mine.update(lease_until=None, **found)


def purge(now: datetime) -> dict[str, int]:
    """Forget what was delivered or given up a month ago (settings.PURGES)."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT).exclude(state=State.WAITING)
    return {"webhook_deliveries": old.delete()[0]}
