"""A site of its own for the benchmarks: a temporary database, and a real server in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.material import MODELS
from tests.databases import Server as DatabaseServer

ADDRESSES = {
    "postgres": f"postgres://{os.environ.get('PGUSER', 'postgres')}@127.0.0.1:5432",
    "mysql": "mysql://root@127.0.0.1:3306",
}


@contextmanager
def temporary_site() -> Iterator[dict[str, str]]:
    """The environment of a migrated, empty site."""
    with tempfile.TemporaryDirectory(prefix="ostiary-bench-") as folder:
        env = os.environ | {
            "VAR_DIR": folder,
            "MODELS_DIR": str(MODELS),
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "LOG_LEVEL": "ERROR",
            "REDIS_URL": "",
            "DEBUG": "true",
        }
        manage(env, "migrate", "--verbosity", "0")
        yield env


@contextmanager
def on_server(kind: str) -> Iterator[dict[str, str] | None]:
    """The same on this machine's PostgreSQL ("postgres") or MariaDB ("mysql"); None where it cannot be reached."""
    name = f"ostiary_ci_bench_{os.getpid()}"
    try:
        server = DatabaseServer(kind)
        server.create(name)
    except Exception as error:  # each driver has errors of its own
        print(f"  {kind} was not measured: {error}", file=sys.stderr)
        yield None
        return
    try:
        with temporary_site() as env:
            there = env | {"DATABASE_URL": f"{ADDRESSES[kind]}/{name}"}
            manage(there, "migrate", "--verbosity", "0")
            yield there
    finally:
        server.drop(name)


def manage(env: dict[str, str], *words: str) -> str:
    run = subprocess.run([sys.executable, "manage.py", *words], capture_output=True, text=True, env=env, check=True)
    return run.stdout


@dataclass(frozen=True, slots=True)
class Server:
    address: str  # host:port
    pid: int


@contextmanager
def running(env: dict[str, str]) -> Iterator[str]:
    """`host:port` of a daphne that answers."""
    with serving(env) as server:
        yield server.address


@contextmanager
def serving(env: dict[str, str]) -> Iterator[Server]:
    """A daphne that answers, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "config.asgi:application"]
    log = Path(env["VAR_DIR"]) / "server.log"
    with log.open("w") as stream:
        server = subprocess.Popen(words, env=env, stdout=stream, stderr=stream)
        try:
            _until_it_answers(f"http://127.0.0.1:{port}/healthz")
            yield Server(f"127.0.0.1:{port}", server.pid)
        finally:
            server.terminate()
            server.wait(10)


def _until_it_answers(address: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")
