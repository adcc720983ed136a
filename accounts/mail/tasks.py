"""Sending e-mails in a worker (`manage.py db_worker`), or in the clock where no worker runs."""

from __future__ import annotations

from datetime import datetime

from django_tasks import task

from accounts.mail import sending
from accounts.mail.delivery import OUTBOX
from config.delivery import worker

AT_ONCE = 200  # e-mails in one task; what remains is another one
OF_THE_CLOCK = 10  # in one run: the clock has other things to do


@task()
def deliver() -> int:
    """Send what is due. How many e-mails were dealt with."""
    return worker.run(sending.deliver_due, at_once=AT_ONCE, again=wake)


def wake() -> None:
    """A worker shall send."""
    worker.wake(deliver)


def send_due(now: datetime) -> None:
    """Job of the clock."""
    worker.send_due(now, outbox=OUTBOX, sending=sending, most=OF_THE_CLOCK, wake=wake, task=deliver)
