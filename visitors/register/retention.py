"""How long guests and evacuation lists are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from accounts.webhooks import retention
from config.delivery.purging import delete_in_pieces
from visitors.models import GuestVisit, RollCall


def purge(now: datetime) -> dict[str, int]:
    """Visits that are over for VISITOR_DAYS, and evacuation lists after EVACUATION_DAYS; how many of each.

    A guest who was never signed out goes too: no one is in the house for so long.
    """
    limit = now - timedelta(days=settings.VISITOR_DAYS)
    never_came = Q(arrived_at=None, expected_at__lt=limit)
    over = GuestVisit.objects.filter(Q(left_at__lt=limit) | Q(left_at=None, arrived_at__lt=limit) | never_came)
    lists = RollCall.objects.filter(started_at__lt=now - timedelta(days=settings.EVACUATION_DAYS))
    retention.forget("visitors", limit)
    return {"guest_visits": delete_in_pieces(over), "roll_calls": delete_in_pieces(lists)}
