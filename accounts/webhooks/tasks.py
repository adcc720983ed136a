"""Delivering webhooks in a worker (`manage.py db_worker`), or in the clock where no worker runs."""

from __future__ import annotations

from datetime import datetime

from django_tasks import task

from accounts.webhooks import sending
from accounts.webhooks.delivery import OUTBOX
from config.delivery import worker

OF_THE_CLOCK = 3  # requests in one run: the clock has other things to do


@task()
def deliver() -> int:
    """Send what is due. How many were tried."""
    return worker.run(sending.deliver_due, at_once=sending.AT_ONCE, again=wake)


def wake() -> None:
    """A worker shall deliver."""
    worker.wake(deliver)


def send_due(now: datetime) -> None:
    """Job of the clock."""
    worker.send_due(now, outbox=OUTBOX, sending=sending, most=OF_THE_CLOCK, wake=wake, task=deliver)
