"""Runs the jobs whose leases this process holds: each lane by itself, so that none waits for another.

Two threads never run a job: the scheduler, which works in memory and is never held up, starts what is due and gives
up what takes too long; the keeper talks to the database. Each run has a thread of its own, for a thread that hangs
cannot be stopped, only left behind. While this machine's clock is wrong (config/ops/health/system_clock.py) nothing
runs: sessions would be closed and mails sent that no one can call back. A database that is away is away for all jobs:
none is tried before it answers, and then what was due is.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import Error, close_old_connections, connections, transaction

from config.live import event_loop
from config.ops.health import system_clock
from config.ops.jobs import leases, registry
from config.ops.jobs.lanes import CurrentRun, Timed, by_lane, why
from config.ops.jobs.models import JobRun
from config.ops.jobs.registry import Job
from config.ops.outage import AWAY, Outage, in_a_line

log = logging.getLogger("ostiary.clock")

TICK = 0.2  # s between two looks at what is due
BEAT = 2.0  # s between two looks at the leases
RENEW = 6.0  # s after which a lease is renewed, and what has happened is written down
SOON = 5.0  # s after which a job is tried again during which the database went away, or that met a lock
PAUSE = 1.0  # s until the clock is asked again that was wrong
LAST_WORDS = 2.0  # s that a process which ends waits for runs that are about to end, and for its keeper
APART = 0.1  # s between the first runs: not everything at once at a start

T = TypeVar("T")
Write = Callable[[], Callable[[], None]]  # in the transaction; and what follows from it


@dataclass(frozen=True)
class LeaseRows:
    """All rows at one moment; leases that are taken or renewed because of it count from then on."""

    rows: dict[str, JobRun]
    now: datetime
    began: float = field(default_factory=time.monotonic)

    def good_until(self, timed: Timed) -> float:
        return self.began + leases.spell(timed.job)


class Runner:
    def __init__(self, jobs: Sequence[Job] | None = None, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """`loop`: where the pages are that hear what the jobs publish."""
        jobs = registry.all_jobs() if jobs is None else jobs
        self._timed = [Timed(job) for job in sorted(jobs, key=lambda job: job.every)]
        self._lanes, self._loop, self._holder = by_lane(self._timed), loop, leases.new_holder()
        self._outage, self._waits_until = Outage("What happens by itself", log), 0.0
        self._in_doubt = False  # the clock was wrong or the database away: one run asks before the others
        self._lock, self._writing = threading.RLock(), threading.Lock()
        self._news, self._stopped = threading.Event(), threading.Event()

    # --- from start to end ------------------------------------------------------------------------

    def start(self) -> None:
        for name, step, pause in (("scheduler", self.tick, self._until_tick), ("keeper", self.beat, self._until_beat)):
            threading.Thread(target=self._for_ever, args=[step, pause], name=f"jobs {name}", daemon=True).start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """No run begins any more, and other processes may take the jobs at once."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._news.set()
        self._wait_for_runs(time.monotonic() + LAST_WORDS)
        nobody_writes = self._writing.acquire(timeout=LAST_WORDS)
        _tried(self._hand_back)
        if nobody_writes:
            self._writing.release()
        _close_lines()

    def _wait_for_runs(self, until: float) -> None:
        while any(timed.run for timed in self._timed) and time.monotonic() < until:
            time.sleep(0.01)

    def _hand_back(self) -> None:
        with transaction.atomic():
            for timed in self._timed:
                if timed.good_until:
                    leases.hand_back(timed.job, self._holder, timed.report())
                    timed.lost()

    def _for_ever(self, step: Callable[[], None], pause: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            try:
                step()
            except Exception:  # whatever it is: what happens by itself must go on
                log.exception("A step of the timed jobs failed")
            pause()
        _close_lines()

    def _until_tick(self) -> None:
        self._stopped.wait(TICK)

    def _until_beat(self) -> None:
        self._news.wait(BEAT)
        self._news.clear()

    # --- scheduler --------------------------------------------------------------------------------

    def tick(self) -> None:
        """Give up what takes too long, and begin what is due. Asks nothing of anyone."""
        with self._lock:
            for timed in self._timed:
                self._watch(timed)
            if time.monotonic() >= self._waits_until and not self._stopped.is_set():
                self._begin()

    def _begin(self) -> None:
        for lane in self._lanes:
            if self._begin_in(lane) and self._in_doubt:
                self._waits_until = time.monotonic() + PAUSE
                return

    def _watch(self, timed: Timed) -> None:
        run = timed.run
        if run is not None and run.seconds > timed.job.limit:
            timed.gave_up(run)
            self._news.set()
            words = "The job %s timed out after %g s and is given up; %d of its runs hang"
            log.error(words, timed.job.name, timed.job.limit, len(timed.stuck))

    def _begin_in(self, lane: list[Timed]) -> bool:
        waiting = [timed for timed in lane if timed.may_start()]
        if not waiting or any(timed.run for timed in lane):
            return False
        timed = min(waiting, key=lambda one: one.due)
        name = f"job {timed.job.name}"
        threading.Thread(target=self._work, args=[timed, timed.started()], name=name, daemon=True).start()
        return True

    # --- one run, in its own thread ---------------------------------------------------------------

    def _work(self, timed: Timed, run: CurrentRun) -> None:
        if self._loop is not None:
            event_loop.work_for(self._loop)
        try:
            right, error = _tried(system_clock.is_right)
            if error is None and right:
                self._believe()
                self._ended(timed, run, _tried(lambda: timed.job.run(run.at))[1])
            else:
                self._not_now(timed, run, error)
        finally:
            _close_lines()

    def _believe(self) -> None:
        with self._lock:
            if self._in_doubt:
                self._in_doubt, self._waits_until = False, 0.0

    def _not_now(self, timed: Timed, run: CurrentRun, error: Exception | None) -> None:
        """Not while the clock is wrong, nor while no one can say: the database is away, and the jobs with it."""
        with self._lock:
            if run.given_up:
                timed.stuck.remove(run)
                return
            timed.put_off()
            self._in_doubt = True
            if error is None:
                self._waits_until = time.monotonic() + PAUSE
            else:
                self._is_away(error)

    def _ended(self, timed: Timed, run: CurrentRun, error: Exception | None) -> None:
        job, away = timed.job, isinstance(error, AWAY)
        with self._lock:
            if run.given_up:
                timed.stuck.remove(run)
                log.warning("A run of the job %s that was given up ended after %d s", job.name, run.seconds)
                return
            if error is None:
                timed.succeeded(run)
            else:
                timed.failed(run, why(error), min(job.every, SOON) if away else job.every)
            if timed.has_news:
                self._news.set()
        if error is not None and away:
            log.error("The job %s is tried again: %s", job.name, in_a_line(error))
        elif error is not None:
            log.error("The job %s failed", job.name, exc_info=error)

    # --- keeper -----------------------------------------------------------------------------------

    def beat(self) -> None:
        """Take leases that are free, renew ours, and write down what has happened. Reads; writes only now and then."""
        _done, error = _tried(self._keep_leases)
        with self._lock:
            if isinstance(error, AWAY):
                self._is_away(error)
            elif self._outage.is_on and error is None:
                self._outage.over()
                self._waits_until = 0.0
        if error is not None and not isinstance(error, AWAY):
            raise error

    def _is_away(self, error: Exception) -> None:
        """Many threads notice it; it is one outage."""
        if time.monotonic() >= self._waits_until:
            self._waits_until = time.monotonic() + self._outage.failed(error)

    def _keep_leases(self) -> None:
        look = LeaseRows(leases.rows(timed.job for timed in self._timed), system_clock.server_now())
        if writes := [write for timed in self._timed if (write := self._write_for(timed, look))]:
            with self._writing:
                self._write(writes)

    def _write(self, writes: list[Write]) -> None:
        """In one short transaction. What follows from it is believed once it is committed."""
        if self._stopped.is_set():
            return
        with transaction.atomic():
            results = [write() for write in writes]
        with self._lock:
            for result in results:
                result()

    def _write_for(self, timed: Timed, look: LeaseRows) -> Write | None:
        """What there is to write for a job, if anything."""
        row = look.rows.get(timed.job.name)
        if row is None:
            return None
        if row.holder == self._holder:
            return partial(self._renew, timed, row, look) if self._is_to_renew(timed, row, look) else None
        if timed.good_until:
            self._lose(timed)
        return partial(self._take, timed, row, look) if leases.is_free(timed.job, row, look.now) else None

    def _is_to_renew(self, timed: Timed, row: JobRun, look: LeaseRows) -> bool:
        return _is_wished(timed, row) or timed.has_news or look.began - timed.renewed >= RENEW

    def _take(self, timed: Timed, row: JobRun, look: LeaseRows) -> Callable[[], None]:
        if not leases.take(timed.job, self._holder, look.now):
            return lambda: None
        return lambda: timed.taken(row, look.good_until(timed), APART * self._timed.index(timed))

    def _renew(self, timed: Timed, row: JobRun, look: LeaseRows) -> Callable[[], None]:
        if wished := _is_wished(timed, row):
            leases.answer_wish(row)
        with self._lock:  # never while the database is asked: the scheduler waits for it
            if wished:
                timed.due = time.monotonic()
            report = timed.report()
        if not leases.renew(timed.job, self._holder, look.now, report):
            return lambda: self._lose(timed)
        return lambda: timed.renewed_until(look.good_until(timed))

    def _lose(self, timed: Timed) -> None:
        log.warning("Another process runs the job %s from now on", timed.job.name)
        timed.lost()


def _is_wished(timed: Timed, row: JobRun) -> bool:
    """Someone pressed "Run now", and it is not running."""
    return row.asked_at is not None and timed.run is None


def _tried(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """What it gave, or what it raised."""
    close_old_connections()
    try:
        return work(), None
    except Exception as error:
        return None, error
    finally:
        close_old_connections()


def _close_lines() -> None:
    with contextlib.suppress(Error):  # a line that is dead may not even be closed
        connections.close_all()


async def run_for_ever() -> None:
    """On the server's own loop, so that what the jobs publish reaches the pages of this process."""
    runner = Runner(loop=asyncio.get_running_loop())
    runner.start()
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.to_thread(runner.stop)
