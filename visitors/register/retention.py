"""How long guests and evacuation lists are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.conf import settings
from django.db.models import Q

from accounts.models import OutgoingMail
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
    gone = {"guest_visits": delete_in_pieces(over), "roll_calls": delete_in_pieces(lists)}
    _forget_traces(limit)
    return gone


def _forget_traces(limit: datetime) -> None:
    """The e-mails, and the history of visits that are gone: both name the guest."""
    delete_in_pieces(OutgoingMail.objects.filter(kind__startswith="visitors.", sent_at__lt=limit))
    there = GuestVisit.objects.values("pk")
    delete_in_pieces(LogEntry.objects.get_for_model(GuestVisit).exclude(object_id__in=there))
