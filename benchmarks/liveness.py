"""Liveness: blinks and turns where a person sees them, attacks of every kind, and what a frame costs.

The attackers and the composed live clip are those of the tests (tests/support/liveness/attacks.py,
tests/support/liveness/clips.py).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import DATA, engine
from benchmarks.report import Row

BLINKS = [(42, 46), (94, 96), (166, 174), (222, 228)]  # labelled by eye, in the data's README
STILLS, BENT, SPLICES, PHOTOS = 210, 120, 10, 10
STEP_SECONDS = 5.0  # a step is open for an attacker who repeats its try every two seconds; 8 in life
EVERY = 3  # of 30 frames a second


def rows() -> Iterator[Row]:
    yield from _films()
    yield from _passive()
    yield from _cost()
    yield from _live_and_recordings()
    yield from _swaps()
    yield from _stills()
    yield from _prints_of_every_pose()


# --- films ---------------------------------------------------------------------------------------------


def _films() -> Iterator[Row]:
    from recognition.liveness.films.film_check import check_film

    blinks = check_film(DATA / "liveness/blinks.mp4", ("blink",), engine("bundled"), None).blinks
    near = [max(abs(a - b) for a, b in zip(one, want, strict=True)) for one, want in zip(blinks, BLINKS, strict=False)]
    yield Row("blinks.mp4: blinks found, 4 by eye", len(blinks), "blinks", at_least=4, at_most=4)
    yield Row("blinks.mp4: farthest first or last frame from its label", max(near, default=99), "frames", at_most=5)
    turns = check_film(DATA / "liveness/head_turns.mp4", ("turn_left",), engine("bundled"), None)
    seen = [(turn.action, turn.first) for turn in turns.turns if turn.action != "nod"]  # a singer nods all the time
    wanted = [("turn_right", 100, 140), ("turn_left", 154, 164), ("turn_right", 184, 210)]
    right = len(seen) == len(wanted) and all(
        action == one and least <= frame <= most
        for (action, frame), (one, least, most) in zip(seen, wanted, strict=True)
    )
    yield Row("head_turns.mp4: turns where one sees them, 3 by eye", 3 * right, "turns", at_least=3, note=str(seen))
    yield Row("head_turns.mp4: blinks, none by eye", len(turns.blinks), "blinks", at_most=0)


def _passive() -> Iterator[Row]:
    from recognition.engine.images import decode
    from recognition.liveness.passive.minifasnet import LEAST_LIVE

    for name, live in (("T1", True), ("F1", False), ("F2", False)):
        image = decode((DATA / f"spoof/image_{name}.jpg").read_bytes(), bound_to=640)
        face = engine("bundled").detect(image, min_face=60, limit=1)[0]
        score = _fasnet()(image, face.box)
        limit = {"at_least": LEAST_LIVE} if live else {"at_most": LEAST_LIVE}
        yield Row(
            f"passive: {'live face' if live else 'attack'} {name}, probability of a living face", score, "", **limit
        )


@lru_cache(maxsize=1)
def _fasnet() -> Any:
    from recognition.engine.model_files.manifest import FASNET, FILES
    from recognition.engine.model_files.store import ModelStore
    from recognition.liveness import load_fasnet

    folder = Path(tempfile.mkdtemp(prefix="ostiary-fasnet-"))
    for name in FASNET:
        ModelStore(folder).obtain(FILES[name], mirror=DATA / "weights", progress=lambda *_: None)
    return load_fasnet(folder)


def _cost() -> Iterator[Row]:
    """Every frame of a whole attempt: following, second faces, embeddings, passive scores."""
    from recognition.liveness import Challenge, Session, Watcher
    from tests.support.liveness.clips import FPS, live_clip

    order = ("turn_right", "blink", "turn_left")
    frames = live_clip(order, DATA)
    for passive, name in ((None, "without passive models"), (_fasnet(), "with passive models")):
        session, taken = Session(Challenge.of(order), Watcher(engine("bundled"), passive)), []
        for number, frame in enumerate(frames):
            began = time.perf_counter()
            over = session.feed(frame, number / FPS).is_over
            taken.append(1000 * (time.perf_counter() - began))
            if over:
                break
        note = f"median {np.median(taken):.1f}, 95 % {np.percentile(taken, 95):.1f}, {len(taken)} frames"
        yield Row(
            f"cost of a frame 640×480, mean of an attempt, {name}", float(np.mean(taken)), "ms", at_most=25, note=note
        )


# --- the composed clip -----------------------------------------------------------------------------------


def _orders() -> list[tuple[str, ...]]:
    """Those without a nod: the film's man does not nod on request."""
    from recognition.liveness.active.challenge import NOD, orders

    return [order for order in (*orders(3), *orders(4)) if NOD not in order]


def _live_and_recordings() -> Iterator[Row]:
    """Each order played once, held against itself and against every other order of as many steps.

    A longer recording answers a shorter challenge when what it has too much are blinks: those come by themselves.
    """
    from tests.support.liveness.attacks import judged, watched
    from tests.support.liveness.clips import live_clip

    own, halved, others = [], [], []
    for recorded in _orders():
        seen = watched(live_clip(recorded, DATA), engine("bundled"), every=EVERY)
        own.append(judged(seen, recorded, engine("bundled")).passed)
        halved.append(judged(seen[::2], recorded, engine("bundled")).passed)
        asked = [order for order in _orders() if order != recorded and len(order) == len(recorded)]
        others += [judged(seen, order, engine("bundled")).passed for order in asked]
    yield Row(f"BPCER, composed live clip, 10 frames/s, {len(own)} orders", 1 - np.mean(own), "", note="one man")
    yield Row(f"BPCER, composed live clip, 5 frames/s, {len(own)} orders", 1 - np.mean(halved), "", note="one man")
    yield Row(f"recordings of another order that passed, of {len(others)}", sum(others), "passes", at_most=0)


def _swaps() -> Iterator[Row]:
    """The clip, and the same with another face laid over his; cut from one to the other at many places."""
    from tests.support.liveness import attacks, clips

    orders, passed = _orders()[6:], []
    photos = [photo for path in attacks.portraits(DATA)[:20] if (photo := attacks.photograph(path)) is not None]
    for number, photo in enumerate(photos[:PHOTOS]):
        order, points = orders[number % len(orders)], clips.landmarks(photo)
        frames = clips.live_clip(order, DATA)[::EVERY]
        other = [attacks.with_face_of(frame, photo, points) for frame in frames]
        his, theirs = (attacks.watched(some, engine("bundled"), every=1) for some in (frames, other))
        clock = [frame.at * EVERY for frame in his]
        his, theirs = (_on(clock, some) for some in (his, theirs))
        done = attacks.judged(his, order, engine("bundled")).steps
        first, last = next(n for n, f in enumerate(his) if f.number == done[0].frame), len(his) - 8
        cuts = np.linspace(first, min(last, _index(his, done[-1].frame)), SPLICES).astype(int)
        passed += [attacks.judged(his[:at] + theirs[at:], order, engine("bundled")).passed for at in cuts]
    yield Row(f"faces exchanged between steps that passed, of {len(passed)}", sum(passed), "passes", at_most=0)


def _index(seen: list[Any], number: int) -> int:
    return next(n for n, frame in enumerate(seen) if frame.number == number)


def _on(clock: list[float], seen: list[Any]) -> list[Any]:
    from dataclasses import replace

    return [replace(frame, at=at) for frame, at in zip(seen, clock, strict=True)]


# --- pictures held up ------------------------------------------------------------------------------------


def _stills() -> Iterator[Row]:
    from tests.support.liveness import attacks

    flat = [attacks.moved, attacks.turned, attacks.printed_eyes]
    counts = {kind.__name__: [0, 0] for kind in (*flat, attacks.bent)}
    photos = [photo for path in attacks.portraits(DATA) if (photo := attacks.photograph(path)) is not None]
    jobs = [(photos[n % len(photos)], flat[(n + n // len(photos)) % len(flat)]) for n in range(STILLS)]
    jobs += [(photos[n % len(photos)], attacks.bent) for n in range(BENT)]
    for number, (photo, kind) in enumerate(jobs):
        rng = np.random.default_rng(number)
        order = _orders()[rng.integers(len(_orders()))]
        result = attacks.attempt(engine("bundled"), kind(photo, rng), order, step_seconds=STEP_SECONDS)
        counts[kind.__name__][0] += result.passed
        counts[kind.__name__][1] += 1
    flat_passed = sum(counts[kind.__name__][0] for kind in flat)
    yield Row(f"stills that passed, of {STILLS}, {len(photos)} portraits", flat_passed, "passes", at_most=0)
    for name, (passed, of) in counts.items():
        yield Row(f"  APCER {name}, of {of}", passed / of, "", at_most=0.02 if name == "bent" else 0)


def _prints_of_every_pose() -> Iterator[Row]:
    """Pictures of one man in each pose, exchanged when asked for: cut, or faded on a screen."""
    from tests.support.liveness import attacks

    for fade, name in ((0.0, "cut"), (0.5, "faded in 0.5 s")):
        passed = []
        for number in range(12):
            rng = np.random.default_rng(number)
            attacker = attacks.four_prints(DATA, rng, fade=fade)
            order = _orders()[number]
            passed.append(attacks.attempt(engine("bundled"), attacker, order, step_seconds=STEP_SECONDS).passed)
        limit = {"at_most": 0} if not fade else {}
        note = "" if not fade else "not promised"
        yield Row(
            f"prints of every pose, {name}, that passed, of {len(passed)}", sum(passed), "passes", note=note, **limit
        )
