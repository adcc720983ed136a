"""Whose job it is. A lease is one row, taken and renewed by conditional updates that every database can do.

Times come from the database's server, which all processes share. A lease is longer than a run may take, so that
no one begins a job whose last run may still be going on; it lapses when its holder no longer renews it.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from config.ops.jobs.models import JobRun
from config.ops.jobs.registry import Job

MARGIN = 15.0  # s that a lease is longer than a run
ODD = 60.0  # s: a lease that ends so much later than any can was taken by a clock that was wrong


def new_holder() -> str:
    """A name that no other process has, and that says to people which one it is."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def spell(job: Job) -> float:
    """Seconds for which a lease is taken."""
    return job.limit + MARGIN


def rows(jobs: Iterable[Job]) -> dict[str, JobRun]:
    """The row of each job by its name. Those that are missing are made, by whichever process comes first."""
    names = [job.name for job in jobs]
    found = _rows(names)
    if missing := [name for name in names if name not in found]:
        JobRun.objects.bulk_create([JobRun(name=name) for name in missing], ignore_conflicts=True)
        found = _rows(names)
    return found


def _rows(names: list[str]) -> dict[str, JobRun]:
    return {row.name: row for row in JobRun.objects.filter(name__in=names)}


def is_free(job: Job, row: JobRun, now: datetime) -> bool:
    return not row.holder or row.held_until is None or not now <= row.held_until <= _latest(job, now)


def _latest(job: Job, now: datetime) -> datetime:
    return now + timedelta(seconds=spell(job) + ODD)


def take(job: Job, holder: str, now: datetime) -> bool:
    """Of several processes that see a free or lapsed lease, one gets it."""
    free = Q(holder="") | Q(held_until=None) | Q(held_until__lt=now) | Q(held_until__gt=_latest(job, now))
    until = now + timedelta(seconds=spell(job))
    return JobRun.objects.filter(free, name=job.name).update(holder=holder, held_until=until) == 1


def renew(job: Job, holder: str, now: datetime, report: dict[str, object]) -> bool:
    """For another spell, with what has happened since the last one. False when someone else has it by now."""
    until = now + timedelta(seconds=spell(job))
    return JobRun.objects.filter(name=job.name, holder=holder).update(held_until=until, **report) == 1


def hand_back(job: Job, holder: str, report: dict[str, object]) -> None:
    """At the end of a process: anyone who comes next need not wait, and knows when the job is due."""
    JobRun.objects.filter(name=job.name, holder=holder).update(holder="", held_until=None, **report)


def answer_wish(row: JobRun) -> None:
    """The run that someone asked for is about to begin. One that is asked for later stays."""
    JobRun.objects.filter(pk=row.pk, asked_at=row.asked_at).update(asked_at=None)
