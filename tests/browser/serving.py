"""A real server in a process of its own, with its own database, for a real browser."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.migrated import ROOT, empty_database

__all__ = ["ROOT", "Server", "free_port", "run", "serving", "started"]
PATIENCE = 60  # s for the server to answer


@dataclass
class Server:
    folder: Path
    environment: dict
    port: int
    facts: dict = field(default_factory=dict)
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self):
        return (self.folder / "server.log").read_text()

    def start(self):
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), "config.asgi:application"]
        with (self.folder / "server.log").open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.url}/kiosk/pair/", timeout=5).close()
                return
            time.sleep(0.2)
        raise AssertionError(f"the server did not answer: {self.log}")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            finally:
                self.process.kill()  # of one that has ended already: nothing
                self.process = None


@contextlib.contextmanager
def serving(folder, *people, settings="tests.browser.settings_fake", **more):
    """A running server whose station knows `people` (see prepare.py)."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "VAR_DIR": str(folder),
        "MODELS_DIR": os.environ.get("MODELS_DIR", str(ROOT / "var" / "models")),
        "DATABASE_URL": empty_database(folder / "browser.sqlite3"),
        "DEBUG": "true",
        "REDIS_URL": "",
        **more,
    }
    server = Server(folder, environment, free_port())
    server.facts = json.loads(run("-m", "tests.browser.prepare", *people, environment=environment).splitlines()[-1])
    with started(server):
        yield server


@contextlib.contextmanager
def started(server):
    try:
        server.start()
        yield server
    finally:
        server.stop()


def run(*arguments, environment):
    """A Python process in the server's surroundings; what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
