"""What is kept of deliveries, and for how long: never longer than the app keeps what they tell of."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.webhooks.delivery import KEPT, OUTBOX, State
from config.delivery.purging import delete_in_pieces


def purge(now: datetime) -> dict[str, int]:
    """What was delivered or given up a month ago, and what has waited as long for an endpoint that is switched off.

    Called by purge_expired (config.ops.registries.purges).
    """
    stranded = OUTBOX.rows.filter(state=State.WAITING, endpoint__active=False, created_at__lt=now - KEPT)
    return {"webhook_deliveries": OUTBOX.purge(now - KEPT) + delete_in_pieces(stranded)}


def forget(app: str, before: datetime) -> int:
    """Delete what is over of this app's events that happened before then."""
    return delete_in_pieces(OUTBOX.rows.filter(kind__startswith=f"{app}.", state__in=OUTBOX.over, at__lt=before))


def forget_person(app: str, person: User, **facts: str) -> None:
    """Delete this app's events about a person, with these facts, also those that still wait."""
    theirs = OUTBOX.rows.filter(kind__startswith=f"{app}.", account=person.pk)
    theirs.filter(**{f"body__{name}": value for name, value in facts.items()}).delete()


def forget_told(app: str, person: User, until: datetime, **facts: str) -> None:
    """Delete what is over of this app's events about a person, with these facts; what still waits is sent first."""
    theirs = OUTBOX.rows.filter(kind__startswith=f"{app}.", account=person.pk, state__in=OUTBOX.over, at__lte=until)
    theirs.filter(**{f"body__{name}": value for name, value in facts.items()}).delete()
