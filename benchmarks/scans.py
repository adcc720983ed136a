"""From a scan to the line on the screen: over HTTP in, over the page's websocket out, through a real server."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.classroom import in_site
from benchmarks.report import Row
from benchmarks.site import running, temporary_site

BOOKS = 100

# Runs inside the temporary site: an exit with a paired browser, and someone inside who has a card.
SET_UP = f"""
import json
import django; django.setup()
from accounts.models import User
from library.visits import visits
from library.models import Copy, LibraryStation, Title
from recognition.stations import stations
from recognition.live.consumers import COOKIE
from recognition.models import Station
person = User.objects.create(id_number="s1", first_name="P", last_name="S", password="!", card_barcode="C1")
place = Station.objects.create(slug="exit", name="Exit", purpose="library", roster_rule="library")
LibraryStation.objects.create(station=place, kind="exit")
title = Title.objects.create(title="Bench")
Copy.objects.bulk_create([Copy(title=title, barcode=f"B-{{n}}") for n in range({BOOKS})])
visits.enter(person)
_device, token = stations.pair(stations.new_pairing_code(place, by=None), device_name="bench")
print(json.dumps({{"kiosk": f"{{COOKIE}}={{token}}"}}))
"""


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        made = in_site(env, SET_UP)
        with running(env) as server:
            waits = asyncio.run(_measured(server, made["kiosk"]))
    what = f"scan to line on screen, HTTP in and websocket out, a basket that grows to {BOOKS} books"
    yield Row(f"{what}, p95", float(np.percentile(waits, 95)), "ms", at_most=300)
    yield Row(f"{what}, median", float(np.median(waits)), "ms")


async def _measured(server: str, cookie: str) -> list[float]:
    from websockets.asyncio.client import connect
    from websockets.typing import Origin

    address = f"ws://{server}/ws/station/"
    headers = {"Cookie": cookie}
    async with connect(address, additional_headers=headers, origin=Origin(f"http://{server}")) as page:
        await asyncio.to_thread(_post, server, cookie, "/kiosk/without-face/", {"card": "C1"})
        await _heard(page, 0)
        return [await _scan(page, server, cookie, number) for number in range(BOOKS)]


async def _scan(page: Any, server: str, cookie: str, number: int) -> float:
    """From the scanner's last key to the moment the page has heard of the line, in ms."""
    began = time.perf_counter()
    asked = asyncio.to_thread(_post, server, cookie, "/kiosk/library/scan/", {"barcode": f"B-{number}"})
    heard = asyncio.create_task(_heard(page, number + 1))
    answer = asyncio.create_task(asked)
    await heard
    took = 1000 * (time.perf_counter() - began)
    await answer
    return took


async def _heard(page: Any, lines: int) -> None:
    while True:
        message = json.loads(await page.recv())
        if message["kind"] == "library.basket" and len(message["lines"]) == lines:
            return


def _post(server: str, cookie: str, path: str, fields: dict[str, str]) -> None:
    token = "x" * 32
    body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
    headers = {"Cookie": f"{cookie}; csrftoken={token}", "Origin": f"http://{server}"}
    with urllib.request.urlopen(urllib.request.Request(f"http://{server}{path}", body, headers), timeout=10) as answer:
        assert answer.status == 200
