"""The waiting list: whose turn it is when a locker is free. They have LOCKER_WAITING_DAYS; then it is the next one's.

Counted, not remembered: so many people have their turn as lockers of that kind are free. So it does not matter why
one became free, and a run of the clock that was missed is made up for by the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from config.ops.jobs.steps import for_each
from lockers.bank import notices, places
from lockers.models import Bank, Locker, WaitingEntry


def tell_all(now: datetime) -> None:
    """By the clock: where someone waits."""
    queues = WaitingEntry.objects.filter(open_slot=1).order_by().values_list("bank", "kind").distinct()
    for_each(lambda queue: tell(Bank.objects.get(pk=queue[0]), queue[1], now), queues)


@transaction.atomic
def tell(bank: Bank, kind: str, now: datetime) -> None:
    """Whose turn it is now is told: the first in the queue for each free locker that no one was told of."""
    free = places.free_lockers().filter(bank=bank, kind=kind)
    queue = WaitingEntry.objects.filter(bank=bank, kind=kind, open_slot=1)
    room = free.count() - queue.filter(told_at__gt=_before(now)).count()
    if room > 0:
        for entry in list(_next(queue, free, now)[:room]):
            if queue.filter(pk=entry.pk, told_at=entry.told_at).update(told_at=now):  # of two processes, one
                notices.your_turn(entry, now)


def _before(now: datetime) -> datetime:
    """Anyone who was told then, or earlier, has had their turn."""
    return now - timedelta(days=settings.LOCKER_WAITING_DAYS)


def _next(queue: QuerySet[WaitingEntry], free: QuerySet[Locker], now: datetime) -> QuerySet[WaitingEntry]:
    """Who has not been told yet; and who did not come, once a locker has been returned since then."""
    fitting = Q(told_at=None)
    if given_back := free.aggregate(last=Max("assignments__released_at"))["last"]:
        fitting |= Q(told_at__lte=_before(now), told_at__lt=given_back)
    valid = User.objects.get_queryset().valid_on(timezone.localdate(now))
    return queue.filter(fitting, person__in=valid).select_related("bank", "person")
