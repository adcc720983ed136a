"""Error rates on real photographs, through the same commands that everyone has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.material import DATA, LFW, engine, people
from benchmarks.report import Row

ACCURACY = {"bundled": 0.980, "accurate": 0.983}
FNIR = {"bundled": 0.06, "accurate": 0.03}


def rows() -> Iterator[Row]:
    photos = len(list(LFW.glob("*/*.jpg")))
    vectors, _ = people("bundled")
    found = sum(len(rows) for rows in vectors.values())
    yield Row("faces found on LFW, bundled", 100 * found / photos, "%", at_least=99)
    for profile in ("bundled", "accurate"):
        yield from _pairs(profile)
        yield from _open_set(profile)
    for profile in ("bundled", "accurate"):
        yield from _groups(profile)
        yield from _families(profile)


def _command(*words: str) -> Any:
    env = os.environ | {"LOG_LEVEL": "ERROR"}
    run = subprocess.run([sys.executable, "manage.py", *words, "--json"], capture_output=True, env=env, check=True)
    return json.loads(run.stdout)


def _pairs(profile: str) -> Iterator[Row]:
    report = _command("evaluate_pairs", str(LFW / "pairs.csv"), "--images", str(LFW), "--profile", profile)
    yield Row(f"evaluate_pairs accuracy, {profile}", 100 * report["accuracy"], "%", at_least=100 * ACCURACY[profile])
    yield Row(f"evaluate_pairs accuracy in ten folds, {profile}", 100 * report["accuracy_cross_validated"], "%")
    limit = 4.0 if profile == "bundled" else None
    yield Row(f"FNMR at FMR 1 %, {profile}", 100 * report["fnmr_at_fmr"]["1e-2"], "%", at_most=limit)


def _open_set(profile: str) -> Iterator[Row]:
    one = _command("evaluate_gallery", str(LFW), "--enrol", "3", "--probe", "1", "--profile", profile)
    yield Row(
        f"FNIR at FPIR 1 %, 3 photos enrolled, 1 probed, {profile}",
        100 * one["fnir_at_fpir"]["1e-2"],
        "%",
        at_most=100 * FNIR[profile],
        note=f"{one['enrolled']} enrolled",
    )
    if profile == "bundled":
        three = _command("evaluate_gallery", str(LFW), "--enrol", "3", "--probe", "3", "--profile", profile)
        yield Row(
            "FNIR at FPIR 1 %, 3 photos enrolled, 3 probed, bundled",
            100 * three["fnir_at_fpir"]["1e-2"],
            "%",
            at_most=2,
        )


def _groups(profile: str) -> Iterator[Row]:
    from recognition.engine.images import decode

    right, invented = 0, 0
    for path in sorted((DATA / "groups").glob("*.jpg")):
        counted = len(engine(profile).detect(decode(path.read_bytes()), min_face=GROUP_FACE))
        right += counted == _wanted(path)
        invented += counted if _wanted(path) == 0 else 0
    yield Row(f"groups: photos with the faces counted right, {profile}", right, "of 18", at_least=17)
    yield Row(f"groups: faces invented in 017_0, {profile}", invented, "", at_most=0)


GROUP_FACE = 40  # px: as `identify` searches


def _wanted(path: Path) -> int:
    label = path.stem.partition("_")[2]
    return int(label) if label.isdigit() else 1


def _families(profile: str) -> Iterator[Row]:
    from benchmarks.families import told_apart

    result = told_apart(engine(profile))
    yield Row(f"families: named right at FMR 1/1,000, {profile}", result.right, f"of {result.probes}", at_least=8)
    yield Row(f"families: named wrong, {profile}", result.wrong, "", at_most=0)
    yield Row(f"families: left-out adults who were named, {profile}", result.adults_named, "", at_most=0)
    yield Row(f"families: left-out children who were named, {profile}", result.children_named, "")
