"""The database server is away, killed or frozen, while a whole site runs: everything goes on by itself.

Server, worker and clock run in processes of their own and reach PostgreSQL or MariaDB through a line that is cut.
`OUTAGE_SECONDS=18` is the default; `pytest -s` prints how many seconds each part needed afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from websockets.asyncio.client import connect

from tests import databases
from tests.browser.serving import ROOT, free_port, run
from tests.conftest import absent
from tests.support.fake_engine import picture
from tests.support.proxy import Proxy

LASTS = float(os.environ.get("OUTAGE_SECONDS", "18"))
WITHIN = 10.0  # s in which everything goes on
SERVERS = {
    "postgres": ("postgres://postgres@127.0.0.1:{port}/{name}", 5432),
    "mysql": ("mysql://root@127.0.0.1:{port}/{name}", 3306),
}

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]


@pytest.fixture(params=SERVERS)
def site(request, tmp_path):
    address, port = SERVERS[request.param]
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        absent(f"no {request.param} server answers on port {port}")
    name, server, proxy = f"ostiary_outage_{os.getpid()}", databases.Server(request.param), Proxy(("127.0.0.1", port))
    server.drop(name)
    server.create(name)
    try:
        with Site(tmp_path, address.format(port=port, name=name), address.format(port=proxy.port, name=name)) as made:
            made.proxy = proxy
            yield made
    finally:
        proxy.stop()
        server.drop(name)


class Site:
    """`direct` is the address of the database, `through` the one through the line."""

    def __init__(self, folder, direct, through):
        self.folder, self.port, self.processes = folder, free_port(), []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings_fake",
            "VAR_DIR": str(folder),
            "DATABASE_URL": direct,
            "DATABASE_STATEMENT_SECONDS": "8",
            "CLOCK_IN_WEB": "true",
            "REDIS_URL": "",
            "DEBUG": "true",
            "DEMO": "true",
        }
        run("manage.py", "migrate", "--verbosity", "0", environment=self.environment)
        self.facts = json.loads(
            run("-m", "tests.support.outage_world", "fill", environment=self.environment).splitlines()[-1]
        )
        self.cut_off = self.environment | {"DATABASE_URL": through}

    def __enter__(self):
        self.start("-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), "config.asgi:application")
        self.start("manage.py", "db_worker", "--interval", "1")
        deadline = time.monotonic() + 60
        while self.ready() is None:
            assert time.monotonic() < deadline, self.log
            time.sleep(0.3)
        return self

    def __exit__(self, *_error):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()

    def start(self, *command):
        with (self.folder / "log").open("ab") as log:
            self.processes.append(
                subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self.cut_off, stdout=log, stderr=log)
            )

    def watch(self):
        """Somebody who sees worker and clock at work, beside the line."""
        command = [sys.executable, "-m", "tests.support.outage_world", "watch"]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, stdin=-1, stdout=-1)

    @property
    def log(self):
        return (self.folder / "log").read_text()

    def ready(self):
        """Status of the database in /readyz, and the seconds until it was said; None: nobody answers."""
        began = time.monotonic()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=30) as answer:
                parts = json.load(answer)["parts"]
        except urllib.error.HTTPError as error:
            parts = json.load(error)["parts"]
        except OSError:
            return None
        return parts["database"]["ok"], time.monotonic() - began


class Page:
    """A page or a camera: comes back by itself as ours do, and remembers what it heard last."""

    def __init__(self, site, path, *kinds, token=""):
        self.path, self._kinds, self._token = path, kinds, token
        self._address, self._origin = f"ws://127.0.0.1:{site.port}{path}", f"http://127.0.0.1:{site.port}"
        self._cookie, self._pause, self.heard_at = site.facts["cookie"], 1, 0.0

    async def live(self):
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {"Cookie": self._cookie}
        while True:
            with contextlib.suppress(Exception):
                async with connect(self._address, origin=self._origin, additional_headers=headers) as line:
                    await self._listen(line)
            await asyncio.sleep(self._pause)
            self._pause = min(6, 2 * self._pause)

    async def _listen(self, line):
        showing = asyncio.create_task(self._show(line)) if self._token else None
        try:
            async for text in line:
                said = json.loads(text)
                if said["kind"] in self._kinds and said.get("state") != "engine_down":
                    self._pause, self.heard_at = 1, time.monotonic()
        finally:
            if showing:
                showing.cancel()

    async def _show(self, line):
        while True:
            await asyncio.sleep(0.5)
            await line.send(picture("ada"))

    async def back(self, since, patience=40):
        """Seconds from `since` until it heard something new; None: it did not."""
        for _ in range(20 * patience):
            if self.heard_at >= since:
                return round(self.heard_at - since, 1)
            await asyncio.sleep(0.05)
        return None


def pages(site):
    return [
        Page(site, f"/ws/attendance/{site.facts['session']}/", "hello"),
        Page(site, "/ws/library/desk/", "hello"),
        Page(site, "/ws/lockers/", "hello"),
        Page(site, "/ws/stations/", "hello", "station"),
        Page(site, "/ws/demo/", "hello", "picture"),
        Page(site, "/ws/station/", "hello", "frame", token=site.facts["token"]),
    ]


async def settled(everybody, since, site):
    """Seconds that each needed, by its address."""
    needed = {page.path: await page.back(since) for page in everybody}
    assert None not in needed.values(), f"{needed}\n{site.log[-8000:]}"
    return needed


@pytest.mark.parametrize("way", ["killed", "frozen"])
async def test_everything_goes_on_by_itself(site, way):
    everybody = pages(site)
    living = [asyncio.create_task(page.live()) for page in everybody]
    await settled(everybody, 0.1, site)
    behind = site.watch()
    assert await asyncio.to_thread(behind.stdout.readline) == "ready\n"

    site.proxy.refuse() if way == "killed" else site.proxy.swallow()
    began = time.monotonic()
    fit, took = await asyncio.to_thread(site.ready)
    assert not fit and took < 6, f"/readyz needed {took:.1f} s"
    await asyncio.sleep(LASTS - (time.monotonic() - began))
    site.proxy.restore()

    since, others = time.monotonic(), asyncio.create_task(asyncio.to_thread(behind.communicate, "\n", 70))
    needed = await settled(everybody, since, site) | json.loads((await others)[0])
    print(f"\n{way} for {LASTS:.0f} s, /readyz {took:.1f} s, then:", needed)  # noqa: T201  pytest -s
    for task in living:
        task.cancel()
    assert max(needed.values()) <= WITHIN, f"{needed}\n{site.log[-8000:]}"
    assert (await asyncio.to_thread(site.ready))[0]
    assert all(process.poll() is None for process in site.processes), site.log[-8000:]
