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

from tests.production_env import filled_in
from tests.support.migrated import ROOT, empty_database

__all__ = ["ROOT", "Server", "free_port", "run", "serving", "serving_in_production", "started"]
PATIENCE = 120  # s for the server to answer, however busy the machine is


@dataclass
class Server:
    folder: Path
    environment: dict
    port: int
    facts: dict = field(default_factory=dict)
    process: subprocess.Popen | None = None
    answers_at: str = "/kiosk/pair/"
    application: str = "tests.browser.asgi:application"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self):
        return (self.folder / "server.log").read_text()

    def start(self):
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), self.application]
        with (self.folder / "server.log").open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}{self.answers_at}", timeout=5).close()
                return
            time.sleep(0.1)
        raise AssertionError(f"the server did not answer: {self.log}")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(60)
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
def serving_in_production(folder, *, settings):
    """As `serving`, with the variables of docs/production.md: DEBUG off, secrets, https behind a proxy, no flag more.

    The database is a file and there is no Redis, for there is one process. The page says what the proxy would say.
    """
    folder = Path(folder)
    port = free_port()
    wanted = {name: value for name, value in filled_in().items() if name not in ("DATABASE_URL", "REDIS_URL")}
    left = {name: value for name, value in os.environ.items() if name != "ALLOW_NONCOMMERCIAL_MODELS"}
    environment = {
        **left,
        **wanted,
        "DJANGO_SETTINGS_MODULE": settings,
        "ENV_FILE": str(folder / "none.env"),
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(folder),
        "MODELS_DIR": os.environ.get("MODELS_DIR", str(ROOT / "var" / "models")),
        "DATABASE_URL": empty_database(folder / "browser.sqlite3"),
        "REDIS_URL": "",
    }
    run("manage.py", "collectstatic", "--noinput", environment=environment)
    site = Server(folder, environment, port, answers_at="/healthz", application="config.asgi:application")
    with started(site) as server:
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
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=170
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
