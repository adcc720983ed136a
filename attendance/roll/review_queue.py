"""What waits for a person who keeps a roll: uncertain faces, appeals, and people about whom no one can say anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from attendance.models import Appeal, ClassSession, Doubt, Excuse
from attendance.rules.statuses import Status
from attendance.rules.visibility import courses_for, excuses_decided_by, sessions_for

LOOK_BACK = timedelta(days=14)  # who is unverified for longer is shown in reports, not on the first page


@dataclass(frozen=True, slots=True)
class Waiting:
    doubts: int
    appeals: int
    excuses: int = 0

    def __bool__(self) -> bool:
        return bool(self.total)

    @property
    def total(self) -> int:
        return self.doubts + self.appeals + self.excuses


def doubts_for(user: Any) -> QuerySet[Doubt]:
    """Doubts that no one has decided yet, of one's own courses."""
    return Doubt.objects.filter(session__course__in=courses_for(user), resolved_at=None)


def appeals_for(user: Any) -> QuerySet[Appeal]:
    """Appeals that no one has answered yet, of one's own courses."""
    return Appeal.objects.filter(record__session__course__in=courses_for(user), answered_at=None)


def waiting_excuses_for(user: Any) -> QuerySet[Excuse]:
    """Excuses that no one has decided yet, and that this person may decide."""
    return excuses_decided_by(user).filter(state=Excuse.State.WAITING)


def waiting_for(user: Any) -> Waiting:
    """All numbers in one query, for every page of the section shows them."""
    me = User.objects.filter(pk=user.pk)
    doubts, appeals = _number_of(doubts_for(user)), _number_of(appeals_for(user))
    excuses = _number_of(waiting_excuses_for(user))
    counted = me.annotate(doubts=doubts, appeals=appeals, asked=excuses)
    return Waiting(*counted.values_list("doubts", "appeals", "asked").get())


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """The count as a subquery. Null, when there are no rows to group, is none."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def unverified_for(user: Any, now: datetime) -> QuerySet[ClassSession]:
    """Recently closed sessions with people who are neither present nor absent; `unverified` says how many."""
    closed = sessions_for(user).filter(state=ClassSession.State.CLOSED, starts_at__gte=now - LOOK_BACK)
    people = Count("records", filter=Q(records__status=Status.UNVERIFIED))
    return closed.annotate(unverified=people).filter(unverified__gt=0).select_related("course").order_by("-starts_at")
