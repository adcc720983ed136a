"""The waiting list: whose turn it is when a locker is free. They have LOCKER_WAITING_DAYS; then it is the next one's.

Counted, not remembered: so many people have their turn as lockers of that kind are free. So it does not matter why
one became free, and a run of the clock that was missed is made up for by the next.
"""

from __future__ import annotations

from collections import Counter
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
    room = FreeRoom(Counter(free.values_list("size", flat=True)))
    for size in queue.filter(told_at__gt=_before(now)).values_list("size", flat=True):
        room.take(size)
    for entry in _next(queue, free, now) if room else ():
        if _same_as_before(entry, free) or not room.take(entry.size_id):
            continue
        if queue.filter(pk=entry.pk, told_at=entry.told_at).update(told_at=now):  # of two processes, one
            notices.your_turn(entry, now)


class FreeRoom:
    """How many free lockers of each size no one was told of."""

    def __init__(self, free: Counter[int | None]) -> None:
        self._free = free

    def __bool__(self) -> bool:
        return self._free.total() > 0

    def take(self, size: int | None) -> bool:
        """One of this size; for who takes any, one of those there are most of. False: there is none."""
        wanted = size if size is not None else max(self._free, key=self._free.__getitem__, default=None)
        if self._free[wanted] < 1:
            return False
        self._free[wanted] -= 1
        return True


def _same_as_before(entry: WaitingEntry, free: QuerySet[Locker]) -> bool:
    """They did not come, and none of their size was returned since."""
    if entry.told_at is None or entry.size_id is None:
        return False
    return not free.filter(size=entry.size_id, assignments__released_at__gt=entry.told_at).exists()


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
