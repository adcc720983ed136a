"""Timed jobs in tests: a runner that is told when to look, and one that runs by itself and is stopped afterwards."""

from __future__ import annotations

import contextlib
import threading
import time

from config.ops.jobs.registry import Job
from config.ops.jobs.runner import Runner


def job(run, every=3600.0, **more):
    more.setdefault("name", getattr(run, "__name__", "a-job"))
    return Job(every=every, run=run, **more)


def once(runner):
    """Everything that is due runs, and has ended."""
    runner.beat()
    runner.tick()
    settle(runner)


def settle(runner, within=15):
    deadline = time.monotonic() + within
    while any(timed.run for timed in runner._timed):
        assert time.monotonic() < deadline, "a job did not end"
        time.sleep(0.005)


@contextlib.contextmanager
def running(*jobs, loop=None):
    """By itself, as in a process of its own."""
    runner = Runner(jobs, loop)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


def join(within=15):
    """Wait for every thread of ours: the next test has other tables."""
    deadline = time.monotonic() + within
    for thread in threading.enumerate():
        if thread.name.startswith(("job ", "jobs ")):
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), f"{thread.name} did not end"
