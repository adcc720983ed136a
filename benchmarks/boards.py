"""Forty boards open on one session: how long until all of them show an arrival."""

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

BOARDS, ARRIVALS = 40, 20

# Runs inside the temporary site: 300 students with cards, a session that is open now, a teacher's cookie, a kiosk's.
SET_UP = """
import json, sys
import django; django.setup()
from django.conf import settings
from django.test import Client
from accounts.models import User
from accounts.roles import Role
from attendance.sessions import sessions
from attendance.models import Course, Enrollment
from recognition.stations import stations
from recognition.live.consumers import COOKIE
from recognition.models import Station
settings.ALLOWED_HOSTS = ["testserver"]
teacher = User.objects.create_user("t1", "x" * 12, first_name="T", role=Role.TEACHER)
station = Station.objects.create(slug="door", name="Door", purpose="attendance", roster_rule="class_now")
course = Course.objects.create(code="bench", title="Bench")
course.stations.add(station)
course.teachers.add(teacher)
User.objects.bulk_create([
    User(id_number=f"s{n}", first_name=f"P{n}", last_name="S", password="!", card_barcode=f"C{n}") for n in range(300)
])
students = User.objects.filter(id_number__startswith="s")
Enrollment.objects.bulk_create([Enrollment(course=course, person=person) for person in students])
session = sessions.start_now(course, by=None)
client = Client()
client.force_login(teacher, backend="accounts.backends.RoleBackend")
_device, token = stations.pair(stations.new_pairing_code(station, by=None), device_name="bench")
signed_in = f"sessionid={client.cookies['sessionid'].value}"
print(json.dumps({"session": session.pk, "teacher": signed_in, "kiosk": f"{COOKIE}={token}"}))
"""


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        made = in_site(env, SET_UP)
        with running(env) as server:
            waits = asyncio.run(_measured(server, made))
    what = f"{BOARDS} boards of 300 students: an arrival reaches the last of them"
    yield Row(f"{what}, worst of {ARRIVALS}", max(waits), "ms", at_most=1000)
    yield Row(f"{what}, median", float(np.median(waits)), "ms")


async def _measured(server: str, made: dict[str, Any]) -> list[float]:
    from websockets.asyncio.client import connect
    from websockets.typing import Origin

    address, headers = f"ws://{server}/ws/attendance/{made['session']}/", {"Cookie": made["teacher"]}
    opened = (connect(address, additional_headers=headers, origin=Origin(f"http://{server}")) for _ in range(BOARDS))
    boards = [await board for board in opened]
    for board in boards:
        assert json.loads(await board.recv())["kind"] == "hello"
    waits = [await _arrival(server, made["kiosk"], boards, number) for number in range(ARRIVALS)]
    for board in boards:
        await board.close()
    return waits


async def _arrival(server: str, cookie: str, boards: list[Any], number: int) -> float:
    """From the moment the card is read to the moment the last board has heard of it, in ms."""
    began = time.perf_counter()
    card = asyncio.to_thread(_show_card, server, cookie, f"C{number}")
    await asyncio.gather(card, *(_heard(board, f"P{number} S") for board in boards))
    return 1000 * (time.perf_counter() - began)


async def _heard(board: Any, name: str) -> None:
    while True:
        message = json.loads(await board.recv())
        if message["kind"] == "attendance.record" and message["people"][0]["name"] == name:
            return


def _show_card(server: str, cookie: str, card: str) -> None:
    token = "x" * 32
    body = urllib.parse.urlencode({"card": card, "csrfmiddlewaretoken": token}).encode()
    headers = {"Cookie": f"{cookie}; csrftoken={token}", "Origin": f"http://{server}"}
    request = urllib.request.Request(f"http://{server}/kiosk/without-face/", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
