"""What is kept of e-mails, and for how long. Called by purge_expired (config.ops.registries.purges)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.mail.delivery import OUTBOX
from accounts.models import User
from config.delivery.purging import delete_in_pieces

OLD_TASKS = timedelta(days=1)  # they say nothing but that a worker ran, or was killed


def purge(now: datetime) -> dict[str, int]:
    """Old e-mails and tasks, and the guardians of people whose membership has ended."""
    mails = OUTBOX.purge(now - timedelta(days=settings.MAIL_DAYS))
    tasks = DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(enqueued_at__lt=now - OLD_TASKS)
    return {"mails": mails, "tasks": delete_in_pieces(tasks), "guardians": _forget_guardians(now)}


def _forget_guardians(now: datetime) -> int:
    ended = User.objects.filter(valid_until__lt=timezone.localdate(now))
    known = ended.exclude(Q(guardian_email="") & Q(guardian_name=""))
    return known.update(guardian_email="", guardian_name="")
