"""Frame to answer, through a real server and its websocket, with 10,000 people enrolled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.material import DATA
from benchmarks.report import Row
from benchmarks.site import Server, serving, temporary_site

PEOPLE, STATIONS, FRAMES, PER_SECOND, SECONDS = 10_000, 16, 150, 5, 12
WARM = 10  # frames before anything is timed
AGE = 400  # ms from the camera to the decision, for 95 of 100 frames, with all stations at once

# Runs inside the temporary site: 10,000 templates, one of them real, and a token for each station.
FILL = """
import json, sys
import django; django.setup()
import numpy as np
from accounts.models import User
from accounts.roles import Purpose
from recognition.faces import crypto
from recognition.faces import gallery as gallery_store
from recognition.stations import stations
from recognition.engine.evaluation.error_rates import embed_file
from recognition.engine.embedding.vectors import mean, normalised
from recognition.models import FaceTemplate, Station
from recognition.faces.profiles.runtime import get_engine
from pathlib import Path
people, count, photos = int(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]]
User.objects.bulk_create([User(id_number=f"s{i}", first_name=f"P{i}", password="!") for i in range(people)])
ids = list(User.objects.values_list("pk", flat=True))
vectors = normalised(np.random.default_rng(0).normal(size=(people, 128)))
vectors[0] = mean(np.stack([embed_file(get_engine(), photo) for photo in photos]))
profile = get_engine().profile.make
FaceTemplate.objects.bulk_create([
    FaceTemplate(person_id=pk, purpose=Purpose.RECEPTION, profile=profile, photos=3 if n else len(photos),
        vector=crypto.vector_to_blob(v, context=f"template:{pk}:{Purpose.RECEPTION}"))
    for n, (pk, v) in enumerate(zip(ids, vectors))
])
gallery_store.bump(Purpose.RECEPTION)
tokens = {}
for n in range(2 * count):  # what stands before them is a photograph: the first half names it, the second does not
    policy = "off" if n < count else "passive"
    station = Station.objects.create(slug=f"s{n}", name=f"S{n}", purpose=Purpose.RECEPTION, liveness=policy)
    tokens[station.slug] = stations.new_camera_token(station, by=None, name="bench")
print(json.dumps(tokens))
"""


def rows() -> Iterator[Row]:
    photos = [str(DATA / f"faces/portraits/{name}.jpg") for name in ("obama", "obama3")]
    with temporary_site() as env:
        words = [sys.executable, "-c", FILL, str(PEOPLE), str(STATIONS), *photos]
        filled = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        tokens = json.loads(filled.stdout.strip().splitlines()[-1])
        with serving(env) as server:
            frames = clip()
            one = asked(server.address, next(iter(tokens.values())), frames * 3, FRAMES)
            yield Row("frame to answer, one station, p50", float(np.percentile(one.waits, 50)), "ms", at_most=40)
            yield Row("frame to answer, one station, p95", float(np.percentile(one.waits, 95)), "ms", at_most=80)
            yield Row("… and the right person was named", float(one.named), "", at_least=1)
            yield from _all_at_once("a photograph, liveness off", server, list(tokens.values())[:STATIONS], frames)
            passive = list(tokens.values())[STATIONS:]
            yield from _all_at_once("a photograph, passive liveness", server, passive, frames)
            yield from _all_at_once("somebody who blinks, passive liveness", server, passive, blinking())


def _all_at_once(before: str, server: Server, tokens: list[str], frames: list[bytes]) -> Iterator[Row]:
    spent = _cpu(server.pid)
    ages = many(server.address, tokens, frames)
    spent = 1000 * (_cpu(server.pid) - spent) / (len(tokens) * PER_SECOND * SECONDS)
    words = f"{len(tokens)} stations × {PER_SECOND} frames/s, {before}"
    yield Row(f"{words}: age at decision, p95", float(np.percentile(ages, 95)), "ms", at_most=AGE)
    yield Row(f"{words}: the server's CPU for one frame", spent, "ms", note="also on a busy machine")
    sent = len(tokens) * (PER_SECOND * SECONDS - WARM)
    yield Row(f"{words}: frames decided", len(ages), "frames", at_least=0.95 * sent)


def _cpu(pid: int) -> float:
    """Seconds of all its threads."""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, times[11:13])) / os.sysconf("SC_CLK_TCK")


def clip() -> list[bytes]:
    """Someone who steps from side to side: 640×480 JPEG."""
    from recognition.engine.images import decode, to_jpeg

    face = decode((DATA / "faces/portraits/obama2.jpg").read_bytes(), bound_to=480)
    frames = []
    for number in range(50):
        canvas = np.full((480, 640, 3), 110, np.uint8)
        left = 180 + int(60 * np.sin(number / 8))
        canvas[: face.shape[0], left : left + face.shape[1]] = face
        frames.append(to_jpeg(canvas, 85))
    return frames


def blinking() -> list[bytes]:
    """A living face that blinks, as often as the stations ask: 640×480 JPEG."""
    from recognition.engine.images import to_jpeg

    film = cv2.VideoCapture(str(DATA / "liveness/blinks.mp4"))
    every, frames = max(1, round(film.get(cv2.CAP_PROP_FPS) / PER_SECOND)), []
    while film.grab():
        if int(film.get(cv2.CAP_PROP_POS_FRAMES)) % every == 0:
            frames.append(to_jpeg(cv2.resize(film.retrieve()[1], (640, 480)), 85))
    return frames


class Asked:
    def __init__(self) -> None:
        self.waits: list[float] = []
        self.ages: list[float] = []
        self.named = False


def asked(server: str, token: str, frames: list[bytes], count: int, per_second: float = 0.0) -> Asked:
    """Send frames one by one, each after the answer to the one before, and time the answers (ms)."""
    from websockets.sync.client import connect
    from websockets.typing import Origin

    result = Asked()
    headers, origin = {"Authorization": f"Bearer {token}"}, Origin(f"http://{server}")
    with connect(f"ws://{server}/ws/station/", additional_headers=headers, origin=origin) as socket:
        began = time.monotonic()
        for number in range(count):
            if per_second:
                time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            sent = time.perf_counter()
            socket.send(frames[number % len(frames)])
            answer = _answer(socket)
            waited = 1000 * (time.perf_counter() - sent)
            if number >= WARM:  # the models and the gallery are loaded by then
                result.waits.append(waited)
            result.named |= any(face["state"] == "recognised" for face in answer.get("faces", []))
    return result


def _answer(socket: Any) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=30))
        if message["kind"] in ("frame", "refused"):
            return message


def many(server: str, tokens: list[str], frames: list[bytes]) -> list[float]:
    """All stations at once, each at its pace: how long each frame took from leaving the camera to its decision."""
    results: list[Asked] = []

    def station(token: str) -> None:
        results.append(asked(server, token, frames, PER_SECOND * SECONDS, PER_SECOND))

    threads = [threading.Thread(target=station, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [wait for result in results for wait in result.waits]
