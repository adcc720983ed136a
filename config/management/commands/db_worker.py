"""`manage.py db_worker`: the worker of django-tasks, which here outlives a database that is away, frozen or locked."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.db import Error
from django_tasks_db.management.commands import db_worker as theirs
from django_tasks_db.models import DBTaskResult

from config.ops.outage import Outage

log = logging.getLogger("ostiary.worker")


class Command(theirs.Command):
    help = "Run waiting jobs such as e-mails and webhooks. Waits if the database is not available."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(reload=False)  # a reloader would stay when the worker inside has ended

    def handle(self, **options: Any) -> None:
        outage = Outage("The job worker", log)
        while True:
            try:
                if outage.is_on:
                    _end_what_was_running(options["worker_id"])
                    outage.over()
                return super().handle(**options)
            except Error as error:
                time.sleep(outage.failed(error))


def _end_what_was_running(worker: str) -> None:
    """A task in which the database went away could not be written down as failed. Now it is."""
    for row in DBTaskResult.objects.running():
        if row.worker_ids[-1:] == [worker]:
            row.set_failed(ConnectionError("the database became unavailable while this ran"))
