"""What is kept of e-mails, and for how long. Called by purge_expired (settings.PURGES)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import OutgoingMail, User

AT_ONCE = 1000
OLD_TASKS = timedelta(days=1)  # they say nothing but that a worker ran, or was killed
OVER = (
    OutgoingMail.State.SENT,
    OutgoingMail.State.CANCELLED,
    OutgoingMail.State.FAILED,
    OutgoingMail.State.UNCLEAR,
)


def purge(now: datetime) -> dict[str, int]:
    """Old e-mails and tasks, and the guardians of people whose membership has ended."""
    old = OutgoingMail.objects.filter(state__in=OVER, created_at__lt=now - timedelta(days=settings.MAIL_DAYS))
    tasks = DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(enqueued_at__lt=now - OLD_TASKS)
    return {"mails": _delete(old), "tasks": _delete(tasks), "guardians": _forget_guardians(now)}


def _delete(rows: QuerySet) -> int:
    total = 0
    while pks := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=pks).delete()
        total += len(pks)
    return total


def _forget_guardians(now: datetime) -> int:
    ended = User.objects.filter(valid_until__lt=timezone.localdate(now))
    known = ended.exclude(Q(guardian_email="") & Q(guardian_name=""))
    return known.update(guardian_email="", guardian_name="")
