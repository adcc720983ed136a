"""Who delivers: a worker (`manage.py db_worker`), woken after a commit and by the clock; without one, the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import QuerySet
from django_tasks.base import Task
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from config.delivery.outbox import Outbox

NO_ONE_WORKS = timedelta(minutes=2)  # what has been due for so long is delivered by the clock


class Sending(Protocol):
    """The module that sends the rows of one outbox."""

    def due(self, now: datetime) -> QuerySet[Any]: ...
    def deliver_due(self, now: datetime | None = None, *, most: int = ...) -> int: ...


def wake(task: Task) -> None:
    """A worker shall deliver. One task in the queue is enough, however many rows wait."""
    if has_workers(task) and not _is_queued(task):
        task.enqueue()


def run(deliver_due: Callable[..., int], *, at_once: int, again: Callable[[], None]) -> int:
    """A worker's task: so many at once, and what remains is another one. How many were dealt with."""
    done = deliver_due(most=at_once)
    if done >= at_once:
        again()
    return done


def send_due(
    now: datetime, *, outbox: Outbox[Any], sending: Sending, most: int, wake: Callable[[], None], task: Task
) -> None:
    """Job of the clock: wake a worker, or deliver a few where no worker seems to run."""
    outbox.reclaim(now)
    if not has_workers(task) or sending.due(now - NO_ONE_WORKS).exists():
        sending.deliver_due(now, most=most)
    elif sending.due(now).exists():
        wake()


def has_workers(task: Task) -> bool:
    """Whether tasks wait in the database for a process of their own."""
    return isinstance(task.get_backend(), DatabaseBackend)


def _is_queued(task: Task) -> bool:
    return DBTaskResult.objects.ready().filter(task_path=task.module_path).exists()
