"""What is to be told, written in the transaction of what happened; and what an administrator sends again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from library.models import CirculationEvent, WebhookDelivery, WebhookEndpoint

GIVE_UP_AFTER = timedelta(days=3)
State = WebhookDelivery.State


def enqueue(events: Sequence[CirculationEvent]) -> None:
    """One delivery for each event and endpoint that wants its kind; sent after the commit."""
    active = list(WebhookEndpoint.objects.filter(active=True))
    wanted = [(endpoint, event) for event in events for endpoint in active if endpoint.wants(event.kind)]
    if not wanted:
        return
    from library.webhooks import tasks

    now = timezone.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            event=event,
            account=event.person_id or 0,
            created_at=now,
            not_before=now,
            give_up_at=now + GIVE_UP_AFTER,
        )
        for endpoint, event in wanted
    )
    transaction.on_commit(tasks.wake)


def send_again(delivery: WebhookDelivery) -> None:
    """For three more days. Refused `delivered`: what was heard is not said twice."""
    now = timezone.now()
    tried = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=State.DELIVERED)
    if not tried.update(state=State.WAITING, tries=0, not_before=now, give_up_at=now + GIVE_UP_AFTER, lease_until=None):
        raise Refused("delivered", _("This was delivered already."), status=409)
