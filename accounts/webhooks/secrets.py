"""A new secret for an endpoint, and all secrets sealed again after a change of FACE_KEYS."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import WebhookEndpoint
from accounts.webhooks.secret_rules import new_secret
from config.errors import Refused
from config.ops import sealing

log = logging.getLogger("ostiary.webhooks")

OVERLAP = timedelta(days=1)  # both secrets sign for so long


def rotate(endpoint: WebhookEndpoint, now: datetime, secret: str = "") -> None:
    """Another secret from now on (a new one, unless one is given); the old one signs too until a day has passed."""
    endpoint.previous, endpoint.previous_until = endpoint.sealed, now + OVERLAP
    endpoint.keep(secret or new_secret())
    endpoint.save(update_fields=["sealed", "previous", "previous_until"])


def count() -> int:
    return WebhookEndpoint.objects.count()


def reseal() -> Iterator[str]:
    """Every secret under the first key: `rotated`, `current` or `failed` for each endpoint."""
    for endpoint in WebhookEndpoint.objects.order_by("pk"):
        try:
            yield _resealed(endpoint)
        except Refused as refusal:
            log.error("The secret of %s cannot be re-encrypted: %s", endpoint, refusal.message)
            yield "failed"


def _resealed(endpoint: WebhookEndpoint) -> str:
    before = endpoint.sealed, endpoint.previous, endpoint.sealed_query
    endpoint.sealed, endpoint.previous = (sealing.resealed(one, context=endpoint.context) for one in before[:2])
    endpoint.sealed_query = sealing.resealed(endpoint.sealed_query, context=endpoint.query_context)
    if (endpoint.sealed, endpoint.previous, endpoint.sealed_query) == before:
        return "current"
    endpoint.save(update_fields=["sealed", "previous", "sealed_query"])
    return "rotated"
