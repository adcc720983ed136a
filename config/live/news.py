"""The one place from which pages hear news: after commit, small, typed, to a named group."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from config.live.event_loop import ask_the_loop

log = logging.getLogger("ostiary.live")

STAFF_GROUP = "staff"
PATIENCE = 5.0  # s that a thread waits for the channel layer


def station_group(slug: str) -> str:
    return f"station.{slug}"


def clock(at: datetime) -> str:
    """ISO 8601 in the site's own zone, so that pages show its hours and minutes as they stand."""
    return timezone.localtime(at).isoformat(timespec="milliseconds")


def publish(group: str, event: Mapping[str, Any]) -> None:
    """Send `event` to everyone in `group` once the current transaction has been committed.

    `event` holds plain JSON values and a `kind`; consumers forward it unchanged. A channel
    layer that is down costs the page a moment, never the transaction.
    """
    message = {"type": "live.event", "event": dict(event)}
    transaction.on_commit(lambda: _send(group, message))


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        ask_the_loop(layer.group_send, group, message, patience=PATIENCE)
    except Exception:
        log.exception("Could not publish to %s", group)
