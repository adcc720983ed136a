"""A mail server that accepts and never answers, for a minute: how late every other timed job is.

All jobs of the site run, on a migrated, empty one; that of the mail waits on a real connection. Beside it the same in
one lane, as it was before; what the jobs write to a SQLite file in a minute; and two processes that share the jobs.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.report import Row
from benchmarks.site import on_server, temporary_site

HANGS = float(os.environ.get("JOBS_SECONDS", "60"))
LATE = 2.0  # s

# Runs inside the temporary site: how it is run, for how many seconds; prints one line of JSON.
INSIDE = """
import dataclasses, json, socket, sys, threading, time
import django
django.setup()
from django.db.backends.utils import CursorWrapper
from config.ops.jobs import registry, runner

way, seconds = sys.argv[1], float(sys.argv[2])
began, ended, late, runs, writes = {}, {}, {}, {}, {"all": 0, "jobs": 0}

hung = threading.Event()
silent = socket.create_server(("127.0.0.1", 0))

def hang(_now):
    with socket.create_connection(silent.getsockname()) as line:
        line.settimeout(seconds)
        try:
            line.recv(1)
        except TimeoutError:
            hung.set()

def watched(job):
    act = hang if job.name == "mail.send" and way != "pair" else job.run
    def run(now):
        at = time.monotonic()
        if job.name in ended:
            late.setdefault(job.name, []).append(at - ended[job.name] - job.every)
        runs.setdefault(job.name, []).append(time.time())
        try:
            act(now)
        finally:
            ended[job.name] = time.monotonic()
    lane = {"lane": "one", "over_network": False} if way == "one" else {}
    return dataclasses.replace(job, run=run, limit=10 * seconds, **lane)

def counting(execute):
    def counted(self, sql, params=None):
        if sql.lstrip()[:6] in ("INSERT", "UPDATE", "DELETE"):
            writes["all"] += 1
            writes["jobs"] += "jobs_jobrun" in sql
        return execute(self, sql, params)
    return counted

CursorWrapper.execute = counting(CursorWrapper.execute)
one = runner.Runner([watched(job) for job in registry.all_jobs()])
one.start()
hung.wait(seconds if way == "pair" else None)
time.sleep(5)
cpu = time.process_time()
one.stop()
worst = max(((max(times), name) for name, times in late.items()), default=(0, ""))
print(json.dumps({"late": worst[0], "whose": worst[1], "runs": runs, "writes": writes, "cpu": cpu,
                  "every": {job.name: job.every for job in registry.all_jobs()}}))
"""


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        found = _ended(_begun(env, "lanes", HANGS))
        words = f"a job hangs for {HANGS:g} s: the latest of the others"
        yield Row(words, found["late"], "s", LATE, note=found["whose"])
        writes, count = found["writes"], sum(len(times) for times in found["runs"].values())
        note = f"of {writes['all']} in all; {count} runs, {found['cpu']:.1f} s of CPU with the start"
        yield Row("the same, on SQLite: statements that write down leases and runs", writes["jobs"], "", note=note)
    with temporary_site() as env:
        found = _ended(_begun(env, "one", HANGS))
        yield Row("all jobs in one lane, as before: the latest of the others", found["late"], "s", note=found["whose"])
    with temporary_site() as env:
        yield _pair(env, "SQLite")
    for kind in ("postgres", "mysql"):
        with on_server(kind) as env:
            if env is not None:
                yield _pair(env, kind)


def _pair(env: dict[str, str], where: str) -> Row:
    """Of each job, two runs that began within less than its period, over both processes."""
    both = [_begun(env, "pair", 20) for _ in range(2)]
    one, other = (_ended(process) for process in both)
    first, second, every = one["runs"], other["runs"], one["every"]
    twice, total = 0, 0
    for name in {*first, *second}:
        times = sorted([*first.get(name, []), *second.get(name, [])])
        total += len(times)
        twice += sum(after - before < 0.95 * every[name] for before, after in itertools.pairwise(times))
    return Row(f"two processes on {where}: runs too many", twice, "", at_most=0, note=f"of {total}")


def _begun(env: dict[str, str], way: str, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", INSIDE, way, str(seconds)]
    return subprocess.Popen(
        command, env=env | {"DJANGO_SETTINGS_MODULE": "config.settings"}, stdout=subprocess.PIPE, text=True
    )


def _ended(process: subprocess.Popen[str]) -> dict:
    said, _errors = process.communicate(timeout=HANGS + 120)
    assert process.returncode == 0
    return json.loads(said.splitlines()[-1])
