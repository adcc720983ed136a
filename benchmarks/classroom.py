"""A class takes its own roll: a room film of real people, a crowded picture, many open boards, and a crash."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.live import _answer
from benchmarks.material import LFW, engine, median_ms
from benchmarks.report import Row
from benchmarks.site import manage, running, temporary_site

Picture = NDArray[np.uint8]  # H × W × 3, BGR
PEOPLE, STRANGERS, ENROLLED = 10, 10, 2
ACROSS, DOWN, TILE = 4, 2, 320  # px: eight people in a room picture of 1280 × 640
BOUND = 1280  # px: recognition.live.pipeline works on no more
SCENE, PAUSE, PER_SECOND = 4.0, 1.4, 5  # s, s, frames/s

# Runs inside the temporary site: a course of the enrolled people, a room camera, a session that is open now.
SET_UP = """
import json, sys
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from attendance.sessions import sessions
from attendance.models import Course, Enrollment
from recognition.stations import stations
from recognition.models import Station
station = Station.objects.create(slug="room", name="Room", purpose="attendance", view="room", roster_rule="class_now")
course = Course.objects.create(code="bench", title="Bench", interval=5, early_before=None, late_after=1)
course.stations.add(station)
for person in User.objects.all():
    Enrollment.objects.create(course=course, person=person)
session = sessions.start_now(course, by=None, minutes=int(sys.argv[1]))
print(json.dumps({"session": session.pk, "token": stations.new_camera_token(station, by=None, name="bench")}))
"""

# Closes the session and says what the database holds.
CLOSE = """
import json, sys
import django; django.setup()
from attendance.roll import csv_file
from attendance.sessions import sessions
from attendance.models import ClassSession
session = sessions.close_session(ClassSession.objects.get(pk=int(sys.argv[1])))
records = {r.person.id_number: [r.status, r.sightings] for r in session.records.select_related("person")}
seen = session.entries.filter(kind="seen").count()
path = csv_file.path_of(session)
same = path.read_text() == "".join(csv_file.whole(session))
found = {"records": records, "strangers": session.strangers, "seen": seen, "csv": str(path), "same": same}
print(json.dumps(found))
"""


def rows() -> Iterator[Row]:
    yield from _film()
    for profile in ("bundled", "accurate"):
        yield from _crowd(profile)


# --- ten people and ten strangers ------------------------------------------------------------------


def _film() -> Iterator[Row]:
    known, strangers = _cast()
    with temporary_site() as env, tempfile.TemporaryDirectory() as folder:
        _enrol(env, known, Path(folder))
        made = in_site(env, SET_UP, "60")
        with running(env) as server:
            wrong = _play(server, made["token"], _scenes(known, strangers))
            found = in_site(env, CLOSE, str(made["session"]))
        lines = list(csv.DictReader(Path(found["csv"]).read_text("utf-8").splitlines()))
    attended = [who for who, (status, _count) in found["records"].items() if status in ("present", "late")]
    yield Row("room film: enrolled people present, of 10", len(attended), "people", at_least=PEOPLE)
    named = sorted(wrong)
    yield Row("room film: people who were given a wrong name", len(named), "", at_most=0, note="; ".join(named[:3]))
    yield Row("room film: strangers counted", found["strangers"], "looks")
    same = found["same"] and sum(line["event"] == "seen" for line in lines) == found["seen"]
    yield Row("room film: CSV equals the database", float(same), "", at_least=1, note=f"{found['seen']} sightings")


def _cast() -> tuple[list[Path], list[Path]]:
    """The first people of LFW who have five photos or more, in order; then the strangers."""
    folders = [path for path in sorted(LFW.iterdir()) if path.is_dir() and len(list(path.glob("*.*"))) >= 5]
    return folders[:PEOPLE], folders[PEOPLE : PEOPLE + STRANGERS]


def _photos(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.*"))


def _enrol(env: dict[str, str], known: list[Path], scratch: Path) -> None:
    for folder in known:
        (scratch / folder.name).mkdir()
        for photo in _photos(folder)[:ENROLLED]:
            shutil.copy(photo, scratch / folder.name)
    manage(env, "enrol_folder", str(scratch), "--create", "--consent", "attendance", "--json")


def _scenes(known: list[Path], strangers: list[Path]) -> Iterator[list[tuple[str, Path]]]:
    """Eight different people at a time, each with a photo that was shown to no one before."""
    waiting = {folder: _photos(folder)[ENROLLED:] for folder in known} | {
        folder: _photos(folder) for folder in strangers
    }
    while any(waiting.values()):
        fullest = sorted((folder for folder in waiting if waiting[folder]), key=lambda f: (-len(waiting[f]), f.name))
        yield [(folder.name, waiting[folder].pop()) for folder in fullest[: ACROSS * DOWN]]


def _play(server: str, token: str, scenes: Iterator[list[tuple[str, Path]]]) -> dict[str, int]:
    """Show the film to the station in real time. How many looks at a stranger's place were given which name."""
    from websockets.sync.client import connect
    from websockets.typing import Origin

    wrong: dict[str, int] = {}
    headers, origin = {"Authorization": f"Bearer {token}"}, Origin(f"http://{server}")
    with connect(f"ws://{server}/ws/station/", additional_headers=headers, origin=origin) as socket:
        for scene in scenes:
            for picture in _frames(scene):
                began = time.monotonic()
                socket.send(_jpeg(picture))
                _note_wrong(wrong, _answer(socket), scene)
                time.sleep(max(0.0, began + 1 / PER_SECOND - time.monotonic()))
    return wrong


def _note_wrong(wrong: dict[str, int], answer: dict[str, Any], scene: list[tuple[str, Path]]) -> None:
    """A name is wrong when someone else sits in that place."""
    for face in answer.get("faces", []):
        if face["label"]:
            x, y, w, h = face["box"]
            place = int((y + h / 2) // TILE) * ACROSS + int((x + w / 2) // TILE)
            sits = scene[place][0].replace("_", " ") if place < len(scene) else ""
            if _plain(face["label"]) != _plain(sits):
                wrong[f"{face['label']} for {sits}"] = wrong.get(f"{face['label']} for {sits}", 0) + 1


def _plain(name: str) -> str:
    return name.replace("_", " ").strip().lower()


def _frames(scene: list[tuple[str, Path]]) -> Iterator[Picture]:
    faces = [cv2.resize(cv2.imread(str(photo)), (TILE, TILE), interpolation=cv2.INTER_AREA) for _name, photo in scene]
    for number in range(round(SCENE * PER_SECOND)):
        canvas = _empty()
        for place, face in enumerate(faces):
            x, y = place % ACROSS * TILE, place // ACROSS * TILE
            sway = np.float32([[1, 0, 4 * np.sin(number / 3 + place)], [0, 1, 3 * np.cos(number / 4 + place)]])
            canvas[y : y + TILE, x : x + TILE] = cv2.warpAffine(
                face, sway, (TILE, TILE), borderMode=cv2.BORDER_REPLICATE
            )
        yield canvas
    for _ in range(round(PAUSE * PER_SECOND)):
        yield _empty()


def _empty() -> Picture:
    return np.full((DOWN * TILE, ACROSS * TILE, 3), 110, np.uint8)


def _jpeg(picture: Picture) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1])


def in_site(env: dict[str, str], script: str, *words: str) -> dict[str, Any]:
    run = subprocess.run([sys.executable, "-c", script, *words], env=env, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return found


# --- thirty faces in one picture --------------------------------------------------------------------


def _crowd(profile: str) -> Iterator[Row]:
    """Everyone in a 1920 × 1080 picture found, embedded and decided against a roster of thirty."""
    from recognition.engine.images import decode
    from recognition.engine.search.gallery import Gallery, GallerySearch
    from recognition.engine.tracking.tracker import Tracker

    able = engine(profile)
    jpeg = _jpeg(_crowd_picture())
    crowd = decode(jpeg, bound_to=BOUND)
    faces = able.detect(crowd, min_face=40, quick=True)
    vectors = able.embed(crowd, faces)
    gallery = Gallery.build([(number, vector, 3) for number, vector in enumerate(vectors)])

    search = GallerySearch(gallery, able, 1e-3)

    def decide() -> None:
        """One picture of thirty new faces: decoded and bounded as a station does; all found, embedded, compared."""
        tracker = Tracker(engine=able, search=search, min_face=40, room=True)
        for track in tracker.update(decode(jpeg, bound_to=BOUND), 1.0):
            search.match(vectors[track.id % len(vectors)], 1)

    yield Row(f"30 faces in 1920×1080: found, {profile}", len(faces), "faces", at_least=29)
    yield Row(f"30 faces in 1920×1080: one frame decided, {profile}", median_ms(decide, 5), "ms", at_most=600)


def _crowd_picture() -> Picture:
    """Six by five photos of thirty people."""
    folders = [path for path in sorted(LFW.iterdir()) if path.is_dir()][:30]
    tiles = [cv2.resize(cv2.imread(str(_photos(folder)[0])), (320, 216)) for folder in folders]
    rows = [np.hstack(tiles[row * 6 : row * 6 + 6]) for row in range(5)]
    return np.vstack(rows)
