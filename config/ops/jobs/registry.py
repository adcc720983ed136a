"""Which timed jobs there are. Each app registers its own in `apps.py: ready()`; CONTRIBUTING.md says how to add one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

Act = Callable[[datetime], object]


@dataclass(frozen=True)
class Job:
    """What happens by itself. It is safe to miss, for the next run makes up for it, and safe to run twice.

    `every` seconds lie between the end of a run and the next one. A run that takes longer than `limit` seconds is given
    up. Jobs of one `lane` run one after the other; without a name the lane is the job's own.
    """

    name: str  # for metrics, log and database: app.what
    every: float
    run: Act
    title: str | Promise = ""  # for people
    lane: str = ""
    limit: float = 60.0
    over_network: bool = False  # asks another machine, which may be slow: never in a lane with what does not

    @property
    def lane_name(self) -> str:
        return self.lane or self.name


_jobs: dict[str, Job] = {}


def register(*jobs: Job) -> None:
    """Once at the start. What contradicts the jobs that are there keeps the process from starting."""
    for job in jobs:
        _check(job)
        _jobs[job.name] = job


def all_jobs() -> list[Job]:
    return list(_jobs.values())


def find(name: str) -> Job | None:
    return _jobs.get(name)


def run(name: str, now: datetime) -> object:
    """One job, here and now, whatever its lease says: for tests and for anyone who mends something in a shell."""
    return _jobs[name].run(now)


def _check(job: Job) -> None:
    if job.every <= 0 or job.limit <= 0:
        raise ImproperlyConfigured(f"The job {job.name} needs seconds above 0 for every and limit.")
    if _jobs.get(job.name, job) != job:
        raise ImproperlyConfigured(f"There are two jobs with the name {job.name}: rename one of them.")
    if any(other.over_network != job.over_network for other in _jobs.values() if other.lane_name == job.lane_name):
        words = "mixes jobs that ask other machines with jobs that do not: give one of them a lane of its own."
        raise ImproperlyConfigured(f"The lane {job.lane_name} {words}")
