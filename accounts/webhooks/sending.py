"""Delivering what is due. Safe in several processes; of one account, to one endpoint, always the oldest first."""

from __future__ import annotations

import http.client
import json
import logging
import time
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.webhooks import kinds, signing
from accounts.webhooks.addresses import split
from accounts.webhooks.delivery import OUTBOX
from accounts.webhooks.payload import payload_of
from accounts.webhooks.post import post
from config.errors import Refused
from config.ops.network.relay import Answer
from config.ops.network.retry_after import pause_wanted

log = logging.getLogger("ostiary.webhooks")

State = WebhookDelivery.State
AT_ONCE = 50
GONE = f"HTTP {HTTPStatus.GONE}"


def due(now: datetime) -> QuerySet[WebhookDelivery]:
    """What may go now: nothing older of the same account is still to go to the same endpoint, which wants to hear."""
    older = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        account=OuterRef("account"),
        state__in=(State.WAITING, State.SENDING),
        pk__lt=OuterRef("pk"),
    )
    loud = OUTBOX.due(now).filter(endpoint__active=True).exclude(endpoint__quiet_until__gt=now)
    return loud.exclude(Exists(older)).order_by("pk")


def deliver_due(now: datetime | None = None, *, most: int = AT_ONCE) -> int:
    """How many were tried. An endpoint that fails is left alone for the rest of this run."""
    OUTBOX.reclaim(now or timezone.now())
    done, failing = 0, set[int]()
    while done < most:
        moment = now or timezone.now()
        rows = due(moment).exclude(endpoint__in=failing).select_related("endpoint")
        delivery = OUTBOX.claim(rows, moment)
        if delivery is None:
            break
        if not _deal_with(delivery, moment):
            failing.add(delivery.endpoint_id)
        done += 1
    return done


def _deal_with(delivery: WebhookDelivery, now: datetime) -> bool:
    """Whether it was heard: any status from 200 to 299."""
    if delivery.kind not in kinds.all_kinds():
        return _dead(delivery, "unknown_kind")
    try:
        answer = _sent(delivery, now)
    except Refused as no:
        return _later(delivery, no.code, now)
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: a name that no name server takes
        return _later(delivery, f"{type(error).__name__}: {error}", now)
    except Exception:
        log.exception("The webhook %s could not be written", delivery.pk)
        return _later(delivery, "It could not be written; the log says more.", now)
    return _heard(delivery, answer, now)


def _heard(delivery: WebhookDelivery, answer: Answer, now: datetime) -> bool:
    if answer.status == HTTPStatus.GONE:
        return _gone(delivery)
    if not 200 <= answer.status < 300:
        _leave_alone(delivery.endpoint, pause_wanted(answer), now)
        return _later(delivery, f"HTTP {answer.status}", now)
    OUTBOX.note(delivery, State.DELIVERED, f"HTTP {answer.status}", delivered_at=timezone.now())
    return True


def _leave_alone(endpoint: WebhookEndpoint, pause: timedelta | None, now: datetime) -> None:
    """Everything that goes to this receiver waits for as long as it asked."""
    if pause is not None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(quiet_until=now + pause)


def _sent(delivery: WebhookDelivery, now: datetime) -> Answer:
    body = json.dumps(payload_of(delivery)).encode()
    signed = signing.headers(delivery.message_id, int(time.time()), body, delivery.endpoint.secrets(now))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Ostiary",
        "X-Ostiary-Delivery": str(delivery.pk),
        "X-Ostiary-Event": delivery.kind,
        **signed,
    }
    return post(split(delivery.endpoint.address()), body, headers)


def _later(delivery: WebhookDelivery, why: str, now: datetime) -> bool:
    log.warning("Webhook %s to %s, try %d: %s", delivery.pk, delivery.endpoint, delivery.tries, why)
    at = OUTBOX.next_try(delivery, now)
    OUTBOX.try_later(delivery, why, at if at and at <= delivery.give_up_at else None)
    return False


def _dead(delivery: WebhookDelivery, why: str) -> bool:
    OUTBOX.try_later(delivery, why, None)
    return False


def _gone(delivery: WebhookDelivery) -> bool:
    """The receiver says that no one listens there any more: nothing goes there until an administrator says so."""
    log.error("The webhook %s was switched off: it answered 410", delivery.endpoint)
    on = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, active=True)
    on.update(active=False, off_because=GONE)
    return _dead(delivery, GONE)
