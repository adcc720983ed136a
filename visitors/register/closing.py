"""At closing time the host of a guest who is still signed in is told, once an evening."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.ops.jobs.steps import for_each
from visitors.models import GuestVisit
from visitors.register import notices

SPAN = timedelta(hours=6)  # after closing time: a clock that stood still all night tells no one in the morning


def remind(now: datetime) -> int:
    """How many hosts were told. A job of the clock: safe to miss or to repeat."""
    local = timezone.localtime(now)
    closed = timezone.make_aware(datetime.combine(local.date(), settings.VISITOR_CLOSING_AT))
    if not closed <= now < closed + SPAN:
        return 0
    day = local.date()
    waiting = GuestVisit.objects.inside().filter(Q(reminded_on=None) | Q(reminded_on__lt=day), arrived_at__lt=closed)
    return sum(for_each(lambda guest: _remind(guest, now), list(waiting.select_related("host"))))


@transaction.atomic
def _remind(guest: GuestVisit, now: datetime) -> bool:
    day = timezone.localdate(now)
    mine = GuestVisit.objects.inside().filter(Q(reminded_on=None) | Q(reminded_on__lt=day), pk=guest.pk)
    if not mine.update(reminded_on=day):
        return False
    notices.still_inside(guest, now)
    return True
