"""Who read what, came when and waited for what is no one's business for long: it loses its names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.webhooks import retention
from library.circulation import fines
from library.models import Basket, CirculationEvent, ExitPass, HelpRequest, Hold, Loan, UnstaffedReport, Visit


@transaction.atomic
def forget(now: datetime) -> int:
    """Everything older than LIBRARY_HISTORY_DAYS becomes a number without a name; how many loans did.

    What is on loan, owed for, or paid as lost and may still be refunded keeps its person. Visits stay, for the hours
    at which people come.
    """
    before = now - timedelta(days=settings.LIBRARY_HISTORY_DAYS)
    Visit.objects.filter(left_at__lt=before).exclude(person=None).update(person=None)
    ExitPass.objects.filter(decided_at__lt=before).exclude(person=None).update(person=None)
    CirculationEvent.objects.filter(at__lt=before).exclude(person=None).update(person=None)
    HelpRequest.objects.filter(at__lt=before).exclude(person=None).update(person=None)
    UnstaffedReport.objects.filter(until__lt=before).delete()
    Basket.objects.filter(finished_at__lt=before).delete()
    Hold.objects.filter(open_slot=None, placed_at__lt=before).delete()
    retention.forget("library", before)
    return _loans(before, now)


def _loans(before: datetime, now: datetime) -> int:
    old = Loan.objects.filter(returned_at__lt=before)
    owing = list(old.filter(fines__isnull=False, fines__settled_at=None).values_list("pk", flat=True))
    waiting = list(fines.refundable(now).values_list("loan", flat=True))
    return old.exclude(person=None).exclude(pk__in=[*owing, *waiting]).update(person=None)
