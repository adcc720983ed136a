"""The rules of the table of deliveries: how long a lease is, when it is tried again, what may be sent once more."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import WebhookDelivery
from config.delivery.outbox import Outbox
from config.delivery.pauses import Pauses

State = WebhookDelivery.State

GIVE_UP_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
# Why a delivery failed, in words. What is not listed is said as it was answered.
WHY = {
    "interrupted": _("Sending was interrupted. It will be tried again"),
    "unknown_kind": _("This kind of event no longer exists"),
    "inside_network": _("The address is in a private network. Set LIBRARY_WEBHOOK_PRIVATE to allow it"),
    "wrong_key": _("The key for the secret is not in FACE_KEYS. Create a new secret, and enter the address again"),
    "damaged": _("The secret or the address can no longer be read. Create a new secret, and enter the address again"),
    "HTTP 410": _("HTTP 410: the receiver no longer exists, so the webhook was turned off"),
}

# Twice is better than never: receivers know a delivery by its id.
OUTBOX: Outbox[WebhookDelivery] = Outbox(
    model=WebhookDelivery,
    lease=timedelta(minutes=2),  # much longer than one request may take
    pauses=Pauses(
        first=tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600)), later=timedelta(hours=4)
    ),
    lost=State.WAITING,
    dead=State.GIVEN_UP,
    replayable=(State.WAITING, State.GIVEN_UP),
    over=(State.DELIVERED, State.GIVEN_UP),
    why="answered",
)


def reason_of(answered: str) -> str:
    return str(WHY.get(answered, answered)) or "–"
