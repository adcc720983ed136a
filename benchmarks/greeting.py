"""How long someone waits at a class kiosk until they are greeted: with liveness off, and with the passive policy.

Pieces of films of living people, shown through a real server and its socket as a camera would show them. Anyone who
is in
them was enrolled with other frames of the same film. The photo-attack networks are left out of most: the man who blinks
overfills the picture, and where they are installed he is asked to step back.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.material import DATA, MODELS
from benchmarks.report import Row
from benchmarks.site import running, temporary_site
from recognition.engine.model_files.manifest import FASNET

WINDOW = 5.0  # s
PER_SECOND = 10.0  # frames: what a kiosk's page sends of its own accord
WIDTH = 960  # px
AT_ONCE = 2  # stations: each waits as if it were alone
LIMIT = 0.5  # s that the policy may cost
POLICIES = ("off", "passive")


@dataclass(frozen=True, slots=True)
class Film:
    name: str
    starts: tuple[float, ...]  # s: in each of the windows something happens that a person does anyway
    happens: tuple[float, ...]  # s: when it is over, in the film
    enrolled: tuple[int, ...]  # frames


# Blinks end at frames 46, 96, 174 and 228 of 25 a second, turns at 140, 164 and 210 of 30 (labelled by eye).
BLINKS = Film("blinks", tuple(0.25 * n for n in range(22)), (1.84, 3.84, 6.96, 9.12), (20, 130, 200))
TURNS = Film("head_turns", tuple(2.6 + 0.3 * n for n in range(5)), (4.67, 5.47, 7.0), (150, 170, 180))

# Runs inside the temporary site: people enrolled with frames, a class that is open, and a kiosk for each window.
FILL = """
import json, sys
import django; django.setup()
import numpy as np
from pathlib import Path
from accounts.models import User
from attendance.sessions import sessions
from attendance.models import Course, Enrollment
from recognition.faces import crypto
from recognition.faces import gallery as gallery_store
from recognition.stations import stations
from recognition.engine.evaluation.error_rates import embed_file
from recognition.engine.embedding.vectors import mean
from recognition.models import FaceTemplate, Station
from recognition.faces.profiles.runtime import get_engine
course = Course.objects.create(code="bench", title="Bench")
for folder in sorted(Path(sys.argv[1]).iterdir()):
    person = User.objects.create(id_number=folder.name, first_name=folder.name, password="!")
    vector = mean(np.stack([embed_file(get_engine(), photo) for photo in sorted(folder.iterdir())]))
    FaceTemplate.objects.create(person=person, purpose="attendance", profile=get_engine().profile.make, photos=3,
        vector=crypto.vector_to_blob(vector, context=f"template:{person.pk}:attendance"))
    Enrollment.objects.create(course=course, person=person)
gallery_store.bump("attendance")
tokens = {}
for name in json.loads(sys.argv[2]):
    station = Station.objects.create(slug=name, name=name, purpose="attendance", roster_rule="class_now",
        liveness="off" if name.startswith("off") else "passive")
    course.stations.add(station)
    tokens[name] = stations.new_camera_token(station, by=None, name="bench")
sessions.start_now(course, by=None, minutes=60)
print(json.dumps(tokens))
"""


@dataclass(slots=True)
class Waited:
    """What became of one window. Seconds; NaN where no one was greeted."""

    greeted: float = math.nan  # since the first picture with a face
    after_sign: float = math.nan  # since the first blink or turn was over; 0: before that
    sign: float = math.nan  # since the first picture with a face: when that was over


@dataclass(slots=True)
class Found:
    by_policy: dict[str, list[Waited]] = field(default_factory=lambda: {policy: [] for policy in POLICIES})

    def of(self, policy: str, what: str = "greeted") -> list[float]:
        return [getattr(one, what) for one in self.by_policy[policy]]


def rows() -> Iterator[Row]:
    found = measured([BLINKS, TURNS], networks=False)
    off, passive = found.of("off"), found.of("passive")
    yield Row(f"greeted with liveness off, of {len(off)} windows", _greeted(off), "windows", at_least=len(off))
    yield Row("… median after the first frame with a face", _median(off), "s")
    yield Row(f"greeted with passive liveness, of {len(passive)} windows", _greeted(passive), "windows")
    yield Row("… median after the first frame with a face", _median(passive), "s", at_most=_median(off) + LIMIT)
    sign = _median(found.of("passive", "sign"))
    yield Row("… median until the first blink or turn is over: no one can be named for it sooner", sign, "s")
    waits = found.of("passive", "after_sign")
    yield Row("… median after the first blink or turn is over", _median(waits), "s", at_most=LIMIT)
    both = measured([TURNS], networks=True).of("passive")
    yield Row(f"with the photo-attack networks, who turns the head: greeted, of {len(both)}", _greeted(both), "windows")
    yield Row("… median after the first frame with a face", _median(both), "s")


def _greeted(waits: list[float]) -> int:
    return sum(math.isfinite(one) for one in waits)


def _median(waits: list[float]) -> float:
    """Of those who were greeted."""
    return float(np.median([one for one in waits if math.isfinite(one)] or [99.0]))


def measured(films: list[Film], *, networks: bool) -> Found:
    """Each window of each film, under each policy."""
    windows = {
        f"{p}-{film.name}-{n}": (film, at) for p in POLICIES for film in films for n, at in enumerate(film.starts)
    }
    with temporary_site() as env:
        env |= {} if networks else {"MODELS_DIR": str(_without_networks(Path(env["VAR_DIR"])))}
        tokens = _filled(env, films, list(windows))
        with running(env) as server:
            return _shown(server, tokens, windows)


def _without_networks(folder: Path) -> Path:
    """The models of this machine, but for the photo-attack networks."""
    made = folder / "models-without-networks"
    for path in MODELS.rglob("*"):
        if path.is_file() and path.name not in FASNET:
            there = made / path.relative_to(MODELS)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(path.resolve())
    return made


def _filled(env: dict[str, str], films: list[Film], names: list[str]) -> dict[str, str]:
    photos = Path(env["VAR_DIR"]) / "photos"
    for film in films:
        (photos / film.name).mkdir(parents=True)
        frames = _frames(film)
        for number in film.enrolled:
            (photos / film.name / f"{number}.jpg").write_bytes(frames[number])
    words = [sys.executable, "-c", FILL, str(photos), json.dumps(names)]
    run = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    tokens: dict[str, str] = json.loads(run.stdout.strip().splitlines()[-1])
    return tokens


@lru_cache(maxsize=2)
def _frames(film: Film) -> list[bytes]:
    """As JPEG, as wide as a kiosk's page sends them."""
    shown, frames = cv2.VideoCapture(str(DATA / f"liveness/{film.name}.mp4")), []
    while (picture := shown.read()[1]) is not None:
        small = cv2.resize(picture, (WIDTH, WIDTH * 9 // 16), interpolation=cv2.INTER_AREA)
        frames.append(bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 88])[1]))
    return frames


def _rate(film: Film) -> float:
    return float(cv2.VideoCapture(str(DATA / f"liveness/{film.name}.mp4")).get(cv2.CAP_PROP_FPS))


def _shown(server: str, tokens: dict[str, str], windows: dict[str, tuple[Film, float]]) -> Found:
    found, waiting = Found(), list(windows.items())
    frames = {film.name: (_frames(film), _rate(film)) for film, _ in windows.values()}
    lock = threading.Lock()

    def show() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                name, (film, start) = waiting.pop()
            waited = watched(server, tokens[name], *frames[film.name], film, start)
            with lock:
                found.by_policy[name.split("-")[0]].append(waited)

    threads = [threading.Thread(target=show) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def watched(server: str, token: str, frames: list[bytes], rate: float, film: Film, start: float) -> Waited:
    """One window, as a camera sees it: the picture of this very moment, as often as the station answers."""
    from websockets.sync.client import connect
    from websockets.typing import Origin

    waited, first = Waited(), math.nan
    headers, origin = {"Authorization": f"Bearer {token}"}, Origin(f"http://{server}")
    with connect(f"ws://{server}/ws/station/", additional_headers=headers, origin=origin) as socket:
        began = time.monotonic()
        while (now := time.monotonic() - began) < WINDOW:
            socket.send(frames[min(len(frames) - 1, int((start + now) * rate))])
            has_face, greeted = _answers(socket)
            first = now if has_face and math.isnan(first) else first
            if greeted:
                at = time.monotonic() - began
                sign = next((over - start for over in film.happens if over - start > first), math.nan)
                return Waited(at - first, sign if math.isnan(sign) else max(0.0, at - sign), sign - first)
            time.sleep(max(0.0, began + now + 1 / PER_SECOND - time.monotonic()))
    return waited


def _answers(socket: Any) -> tuple[bool, bool]:
    """Whether the picture held a face, and whether someone was greeted by then."""
    greeted = False
    while True:
        message = json.loads(socket.recv(timeout=30))
        greeted = greeted or message["kind"] == "greeting"
        if message["kind"] in ("frame", "refused"):
            recognised = any(face["state"] == "recognised" for face in message.get("faces", []))
            return bool(message.get("faces")), greeted or (recognised and _is_greeted(socket))


def _is_greeted(socket: Any) -> bool:
    """It comes a moment after the answer that names someone."""
    try:
        return any(json.loads(socket.recv(timeout=1.0))["kind"] == "greeting" for _ in range(5))
    except TimeoutError:
        return False
