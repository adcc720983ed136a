"""Passive liveness: is a photograph ever named at a walk-up station, and how soon is a living person?

    python -m benchmarks passive                         a sample, a few minutes: part of `make bench`
    python -m benchmarks.passive RESULTS.jsonl [HALF [FROM]]    every presentation, resumed where it was left (an hour);
                                                         FROM, a number, gives other movements than the published ones

Stills are split by person into two halves: what the weights were chosen on (tune), and what is reported (test).
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.attacks import KINDS, Still, presentation, still_of
from benchmarks.attacks.replays import HELD, replay
from benchmarks.material import DATA, LFW, engine
from benchmarks.report import Row

SAMPLE = 34  # presentations of the short run: two of each kind
LFW_PHOTOS = 200
EACH, EACH_LFW = 6, 5  # presentations of one still
LEAST_APART = 22.0  # px between the eyes of a photograph worth printing
WINDOW = 5.0  # s
FILMS = ("blinks", "head_turns")


def rows() -> Iterator[Row]:
    yield from _stills()
    yield from _replays()
    yield from _living()
    yield from _cost()


# --- stills ---------------------------------------------------------------------------------------------------


def photographs() -> list[Path]:
    """Every portrait, and LFW_PHOTOS of LFW: the first photo of everyone, then the second."""
    single = [*sorted((DATA / "faces/portraits").glob("*.jpg")), *sorted((DATA / "faces/families").glob("*.jpg"))]
    single += [path for path in sorted((DATA / "groups").glob("*.jpg")) if path.stem[-1].isalpha()]
    people = [sorted(folder.glob("*.jpg")) for folder in sorted(LFW.iterdir()) if folder.is_dir()]
    turns = [photos[turn] for turn in range(20) for photos in people if turn < len(photos)]
    return [*single, *turns[:LFW_PHOTOS]]


def half_of(path: Path) -> str:
    """tune or test: by person, so that no one is in both."""
    person = path.parent.name if LFW in path.parents else path.stem.rstrip("0123456789")
    person = "A" if path.stem.endswith("_A") else person
    return "tune" if zlib.crc32(f"x{person}".encode()) % 2 else "test"


def plan(half: str) -> list[tuple[Path, str, int]]:
    """(photograph, kind, seed) of every presentation of a half, in a fixed order that is mixed well."""
    planned = []
    for path in photographs():
        if half_of(path) == half:
            rng = np.random.default_rng(zlib.crc32(path.name.encode()))
            kinds = rng.permutation(len(KINDS))[: EACH_LFW if LFW in path.parents else EACH]
            planned += [(path, KINDS[kind]) for kind in kinds]
    order = np.random.default_rng(1).permutation(len(planned))
    return [(*planned[place], number) for number, place in enumerate(order)]


@lru_cache(maxsize=8)
def still(path: Path) -> Still | None:
    from recognition.engine.images import decode

    image = decode(path.read_bytes(), bound_to=1280)
    faces = engine("bundled").detect(image, min_face=40, limit=1)
    mesh = faces[0].mesh if faces else None
    return None if mesh is None or mesh.apart < LEAST_APART else still_of(image, mesh)


def shown(path: Path, kind: str, seed: int, networks: Any) -> dict[str, Any] | None:
    """What became of one presentation; None where the photograph has no face to print."""
    from recognition.liveness.passive.showing import show

    made = still(path)
    if made is None:
        return None
    answer = show(presentation(made, kind, seed), engine("bundled"), networks)
    told = {"still": str(path.relative_to(DATA)), "kind": kind, "seed": seed, "half": half_of(path)}
    return told | {"named": answer.passed, "reason": answer.reason, "cues": answer.life.as_record()["cues"]}


def _stills() -> Iterator[Row]:
    networks, named, suspected, count = _networks(), Counter[str](), 0, 0
    wanted, planned = Counter({kind: SAMPLE // len(KINDS) for kind in KINDS}), plan("test")
    for path, kind, seed in planned:
        if wanted[kind] and (one := shown(path, kind, seed, networks)):
            wanted[kind] -= 1
            count += 1
            named[kind] += one["named"]
            suspected += one["reason"] == "picture"
    yield Row(
        f"stills named at a walk-up station, of {count}", named.total(), "named", at_most=0, note=str(dict(+named))
    )
    yield Row("of these called a picture", 100 * suspected / count, "%")


# --- replays and the living -----------------------------------------------------------------------------------------


def _film(name: str) -> list[tuple[Any, float]]:
    from recognition.liveness.films.reading import frames_of
    from recognition.liveness.passive.showing import thinned

    return list(thinned(frames_of(DATA / f"liveness/{name}.mp4")))


def _replays() -> Iterator[Row]:
    from recognition.liveness.passive.showing import show

    for networks, words in ((None, "without networks"), (_networks(), "with networks")):
        clips = [(name, kind, seed) for name in FILMS for kind in HELD for seed in (1, 2)]
        passed = [
            show(replay(_film(name), kind, seed), engine("bundled"), networks).passed for name, kind, seed in clips
        ]
        most = None if networks is None else 7.0
        yield Row(f"recordings on a drawn screen that passed {words}", 100 * float(np.mean(passed)), "%", at_most=most)


def windows(frames: list[tuple[Any, float]], seconds: float = WINDOW) -> Iterator[list[tuple[Any, float]]]:
    """A film cut into pieces; a last one that is too short is left out, unless it is all there is."""
    end, first = frames[-1][1], frames[0][1]
    if end - first < seconds:
        yield frames
    while first + seconds <= end + 0.25:
        yield [(image, at - first) for image, at in frames if first <= at < first + seconds]
        first += seconds


def _living() -> Iterator[Row]:
    from recognition.liveness.passive.showing import show

    answers = [show(part, engine("bundled"), None) for name in FILMS for part in windows(_film(name))]
    seen = [answer for answer in answers if answer.reason != "no_face"]
    named = [answer.named_at for answer in seen if answer.named_at is not None]
    yield Row(f"windows of living people named, of {len(seen)}", len(named), "windows")
    yield Row("named after, median", float(np.median(named or [99.0])), "s", at_most=3.0)
    yield Row(
        "living windows called a picture", sum(one.suspected_at is not None for one in seen), "windows", at_most=0
    )


def _cost() -> Iterator[Row]:
    """CPU time of one thread a frame, beyond the mesh and the lids."""
    from recognition.liveness.cues.patch import cut
    from recognition.liveness.passive.measuring import Measurer

    path = next(path for path in photographs() if path.parent.name == "portraits")
    made, judge, measurer, lids = still(path), engine("bundled"), Measurer(None), (0.3, 0.3)
    assert made is not None
    frames = list(presentation(made, "paper", 1, seconds=6.0))
    faces = [judge.detect(image, min_face=60, limit=1, quick=True)[0] for image, _ in frames]
    cv2.setNumThreads(1)
    began = time.thread_time()
    for (image, at), face in zip(frames, faces, strict=True):
        measurer.see(image, cut(image, face.mesh), face.box, lids, at, keep=False)
    yield Row("one frame beyond mesh and lids", 1000 * (time.thread_time() - began) / len(frames), "ms", at_most=4.0)


def _networks() -> Any:
    from benchmarks.liveness import _fasnet

    return _fasnet()


# --- everything -------------------------------------------------------------------------------------------------------


def everything(results: Path, half: str = "test", first: str = "0") -> None:
    """Writes a line for each presentation, with and without networks; presentations that have a line are left out."""
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    known = {(one["seed"], one["half"]) for one in map(json.loads, lines)}
    cv2.setNumThreads(1)
    for path, kind, number in plan(half):
        seed = number + int(first)
        if (seed, half) in known:
            continue
        for networks in (None, _networks()):
            one = shown(path, kind, seed, networks)
            if one is not None:
                with results.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(one | {"networks": networks is not None}) + "\n")


if __name__ == "__main__":
    everything(Path(sys.argv[1]), *sys.argv[2:4])
