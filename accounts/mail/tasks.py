"""Who sends: a worker (`manage.py db_worker`), woken after a commit and by the clock; without one, the clock itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django_tasks import task
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from accounts.mail import sending

AT_ONCE = 200  # e-mails in one task; what remains is another one
OF_THE_CLOCK = 10  # in one run: the clock has other things to do
NOBODY_WORKS = timedelta(minutes=2)  # what has been due for so long is sent by the clock


@task()
def deliver() -> int:
    """Send what is due. How many e-mails were dealt with."""
    done = sending.deliver_due(most=AT_ONCE)
    if done >= AT_ONCE:
        wake()
    return done


def wake() -> None:
    """A worker shall send. One task in the queue is enough, however many e-mails there are."""
    if _has_workers() and not _is_queued():
        deliver.enqueue()


def send_due(now: datetime) -> None:
    """Job of the clock: wake a worker, or send where no worker seems to run."""
    sending.give_up_leases(now)
    if not _has_workers() or sending.due(now - NOBODY_WORKS).exists():
        sending.deliver_due(now, most=OF_THE_CLOCK)
    elif sending.due(now).exists():
        wake()


def _has_workers() -> bool:
    """Whether tasks wait in the database for a process of their own."""
    return isinstance(deliver.get_backend(), DatabaseBackend)


def _is_queued() -> bool:
    return DBTaskResult.objects.ready().filter(task_path=deliver.module_path).exists()
