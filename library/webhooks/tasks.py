"""Who delivers: a worker (`manage.py db_worker`), woken after a commit and by the clock; else the clock itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django_tasks import task
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from library.webhooks import sending

OF_THE_CLOCK = 3  # requests in one run: the clock has other things to do
NOBODY_WORKS = timedelta(minutes=2)


@task()
def deliver() -> int:
    """Send what is due. How many were tried."""
    done = sending.deliver_due()
    if done >= sending.AT_ONCE:
        wake()
    return done


def wake() -> None:
    """A worker shall deliver. One task in the queue is enough."""
    if _has_workers() and not DBTaskResult.objects.ready().filter(task_path=deliver.module_path).exists():
        deliver.enqueue()


def send_due(now: datetime) -> None:
    """Job of the clock: wake a worker, or deliver where none seems to run."""
    if not _has_workers() or sending.due(now - NOBODY_WORKS).exists():
        sending.deliver_due(now, most=OF_THE_CLOCK)
    elif sending.due(now).exists():
        wake()


def _has_workers() -> bool:
    return isinstance(deliver.get_backend(), DatabaseBackend)
