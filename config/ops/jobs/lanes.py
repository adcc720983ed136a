"""A job in this process: when it is due, what runs, and what has become of it since the lease was taken."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from config.ops.jobs.models import JobRun
from config.ops.jobs.registry import Job
from config.ops.logs.masking import masked
from config.ops.outage import AWAY, in_a_line

MOST_STUCK = 3  # runs given up that still hang, from which on a job is not begun again before one of them ends
HERE = Path(__file__).resolve().parents[3]
LONGEST = 300  # characters of a failure


@dataclass(eq=False)
class CurrentRun:
    """One run, in a thread of its own. Once it is given up, what it does is no one's news any more."""

    at: datetime
    late: float
    began: float = field(default_factory=time.monotonic)
    given_up: bool = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


class Timed:
    """Only the runner touches it, under its lock. `good_until` and `due` are moments of time.monotonic()."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.due = self.good_until = self.renewed = 0.0
        self.run: CurrentRun | None = None
        self.stuck: list[CurrentRun] = []
        self.row = JobRun(name=job.name)
        self.has_news = False

    # --- the lease --------------------------------------------------------------------------------

    @property
    def is_ours(self) -> bool:
        """Whether the lease outlasts a run that begins now."""
        return self.good_until - time.monotonic() > self.job.limit

    def taken(self, row: JobRun, good_until: float, first: float) -> None:
        """Ours from now on. It goes on where the last holder has ended, `first` seconds from now at the earliest."""
        self.row, self.due = row, time.monotonic() + max(first, self._rest(row.next_due_at))
        self.renewed_until(good_until)
        self.has_news = True

    def _rest(self, next_due: datetime | None) -> float:
        """Never longer than a period: the clock, or the period, may have been another one then."""
        rest = (next_due - timezone.now()).total_seconds() if next_due else 0.0
        return min(rest, self.job.every)

    def renewed_until(self, good_until: float) -> None:
        self.good_until, self.renewed, self.has_news = good_until, time.monotonic(), False

    def lost(self) -> None:
        self.good_until, self.has_news = 0.0, False

    # --- runs -------------------------------------------------------------------------------------

    def may_start(self) -> bool:
        return self.run is None and self.is_ours and time.monotonic() >= self.due and len(self.stuck) < MOST_STUCK

    def started(self) -> CurrentRun:
        self.run = CurrentRun(timezone.now(), max(0.0, time.monotonic() - self.due))
        self.row.started_at, self.row.late_seconds = self.run.at, self.run.late
        return self.run

    def put_off(self) -> None:
        """It has not begun after all: the clock is wrong, or the database away. It stays due."""
        self.run = None

    def succeeded(self, run: CurrentRun) -> None:
        self.row.succeeded_at, self.row.failures_in_a_row = self._ended(run, self.job.every), 0

    def failed(self, run: CurrentRun, why: str, again: float) -> None:
        self.row.failed_at, self.row.failure = self._ended(run, again), why[:LONGEST]
        self.row.failures += 1
        self.row.failures_in_a_row += 1
        self.has_news = True

    def gave_up(self, run: CurrentRun) -> None:
        """The thread cannot be killed: it is left alone, and another run begins when the job is due again."""
        run.given_up = True
        self.stuck.append(run)
        self.failed(run, f"timed out after {self.job.limit:g} s", self.job.every)

    def _ended(self, run: CurrentRun, again: float) -> datetime:
        self.run, self.due = None, time.monotonic() + again
        self.row.runs += 1
        self.row.seconds, self.row.finished_at = run.seconds, timezone.now()
        self.has_news = self.has_news or self.job.every >= SLOW
        return self.row.finished_at

    # --- what is written down ---------------------------------------------------------------------

    def report(self) -> dict[str, object]:
        self.row.stuck = len(self.stuck)
        self.row.next_due_at = timezone.now() + timedelta(seconds=self.due - time.monotonic())
        return {name: getattr(self.row, name) for name in REPORTED}


SLOW = 60.0  # s between two runs, from which on each run is written down at once
REPORTED = (
    "started_at",
    "finished_at",
    "succeeded_at",
    "seconds",
    "late_seconds",
    "failed_at",
    "failure",
    "failures_in_a_row",
    "runs",
    "failures",
    "stuck",
    "next_due_at",
)


def by_lane(timed: Iterable[Timed]) -> list[list[Timed]]:
    lanes: dict[str, list[Timed]] = {}
    for one in timed:
        lanes.setdefault(one.job.lane_name, []).append(one)
    return list(lanes.values())


def why(error: Exception) -> str:
    """For administrators. What an exception says may quote a row of a person: only that something is away is quoted."""
    if isinstance(error, (*AWAY, ConnectionError, TimeoutError)):
        return masked(in_a_line(error))
    return f"{type(error).__name__}{_place(error)}. The log says more."


def _place(error: Exception) -> str:
    """Where in our own code it was."""
    found, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(HERE) and ".venv" not in file.parts and file.parent.name != "jobs":
            found = f" in {file.relative_to(HERE)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
