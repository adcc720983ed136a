"""Films of living people on drawn screens: is anyone in them named?

    python -m benchmarks.replays RESULTS.jsonl FOLDER [FROM]    every film of a folder on every kind of screen, resumed
                                                                where it was left; FROM, a number, gives other screens

Each film is shown from its beginning and, where it is long enough, from its middle; and also cut close around the face
where that is small, as an attacker would. No film that is not in the project's data is needed, but two are few.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.attacks.replays import FILLING, HELD, replay
from benchmarks.material import engine

Film = list[tuple[Any, float]]  # RGB, seconds
SECONDS = 10.0  # that a station is open to one
SHORTEST = 2.0  # s
CLOSE = 1.3  # faces above and below the middle of the face: what is left of a film that is cut close around it
SCREENS = (*HELD, *FILLING)


def plan(folder: Path) -> Iterator[tuple[str, Film, str, int]]:
    """(name, film, kind of screen, number) of every presentation."""
    number = 0
    for path in sorted(folder.glob("*.mp4")):
        for name, film in pieces(path):
            for kind in SCREENS:
                yield name, film, kind, number
                number += 1


def pieces(path: Path) -> Iterator[tuple[str, Film]]:
    from recognition.liveness.films.reading import frames_of
    from recognition.liveness.passive.showing import thinned

    frames = list(thinned(frames_of(path)))
    middle = frames[len(frames) // 2][1]
    for name, first in (("", 0.0), (", middle", middle)):
        piece = [(image, at - first) for image, at in frames if first <= at < first + SECONDS]
        if piece and piece[-1][1] >= (SECONDS - 0.5 if name else SHORTEST) and (around := _face(piece)):
            yield path.stem + name, piece
            if len(piece[0][0]) > 2.2 * CLOSE * around[2]:
                yield f"{path.stem}{name}, close", close(piece, *around)


def _face(piece: Film) -> tuple[float, float, float] | None:
    """Where the face is in most of a film, and how high. px."""
    some = piece[:: max(1, len(piece) // 8)]
    boxes = [face.box for image, _ in some for face in engine("bundled").detect(image, min_face=40, limit=1)]
    places = [(box.x + box.w / 2, box.y + box.h / 2, box.h) for box in boxes]
    return tuple(np.median(places, axis=0).tolist()) if places else None


def close(piece: Film, x: float, y: float, high: float) -> Film:
    half = CLOSE * high
    rows, columns = slice(max(0, int(y - half)), int(y + half)), slice(max(0, int(x - half)), int(x + half))
    return [(np.ascontiguousarray(image[rows, columns]), at) for image, at in piece]


def shown(name: str, film: Film, kind: str, seed: int) -> Iterator[dict[str, Any]]:
    """What became of a presentation, without the networks and with them."""
    from benchmarks.liveness import _fasnet
    from recognition.liveness.passive.showing import show

    frames = list(replay(film, kind, seed))
    for networks in (None, _fasnet()):
        answer = show(frames, engine("bundled"), networks)
        told = {"film": name, "kind": kind, "seed": seed, "networks": networks is not None}
        yield told | {"named": answer.passed, "reason": answer.reason, "cues": answer.life.as_record()["cues"]}


def everything(results: Path, folder: Path, first: int = 0) -> None:
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    known = {one["seed"] for one in map(json.loads, lines)}
    cv2.setNumThreads(1)
    for name, film, kind, number in plan(folder):
        if number + first not in known:
            told = list(shown(name, film, kind, number + first))
            with results.open("a", encoding="utf-8") as out:
                out.writelines(json.dumps(one) + "\n" for one in told)


if __name__ == "__main__":
    everything(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:4]))
