"""Error rates of presentation attack detection, as ISO/IEC 30107-3 defines them.

APCER: the share of attack presentations of one kind that passed; told for each kind, the worst first, never averaged
over kinds. BPCER: the share of bona fide presentations that did not pass.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import Refused

LIVE, ATTACK = "live", "attack"
COLUMNS = ("clip", "label", "kind", "challenge")
CONFIDENCE = 1.96  # standard deviations: 95 %


@dataclass(frozen=True, slots=True)
class Clip:
    """A line of labels.csv."""

    path: Path
    label: str  # LIVE or ATTACK
    kind: str  # of attack; empty for live
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClipVerdict:
    clip: Clip
    passed: bool
    reason: str | None


def read_labels(folder: Path, *, challenged: bool = True) -> list[Clip]:
    """The clips of a folder, by its labels.csv. Refused `no_labels` or `bad_labels`, with the line.

    `challenged`: each clip answers a challenge. Otherwise that column may be missing.
    """
    try:
        with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused("no_labels", f"{folder} has no labels.csv that can be read.") from error
    if not rows:
        raise Refused("no_labels", f"{folder / 'labels.csv'} names no clips.")
    columns = COLUMNS if challenged else COLUMNS[:-1]
    return [_clip(folder, row, number, columns) for number, row in enumerate(rows, 2)]


def _clip(folder: Path, row: dict[str, Any], line: int, columns: tuple[str, ...]) -> Clip:
    missing = [column for column in columns if row.get(column) is None]
    if missing:
        raise Refused("bad_labels", f"labels.csv, line {line}: no {missing[0]}. Its columns are {', '.join(COLUMNS)}.")
    clip, label, kind, challenge = ((row.get(column) or "").strip() for column in COLUMNS)
    if label not in (LIVE, ATTACK):
        raise Refused("bad_labels", f"labels.csv, line {line}: the label is live or attack, not '{label}'.")
    if label == ATTACK and not kind:
        raise Refused("bad_labels", f"labels.csv, line {line}: an attack has a kind.")
    actions = tuple(action for action in challenge.replace(",", " ").split())
    return Clip(folder / clip, label, kind if label == ATTACK else "", actions)


def rates(verdicts: list[ClipVerdict]) -> dict[str, Any]:
    """BPCER and APCER by kind, worst first, each with counts and a 95 % interval (Wilson, 1927)."""
    live = [verdict for verdict in verdicts if verdict.clip.label == LIVE]
    kinds: dict[str, list[ClipVerdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.clip.label == ATTACK:
            kinds[verdict.clip.kind].append(verdict)
    apcer = [_rate(sum(one.passed for one in of), len(of)) | {"kind": kind} for kind, of in kinds.items()]
    apcer.sort(key=lambda one: (-one["rate"], -one["high"], one["kind"]))
    return {
        "bpcer": _rate(sum(not one.passed for one in live), len(live)) if live else None,
        "apcer": apcer,
        "worst_apcer": apcer[0]["rate"] if apcer else None,
    }


def _rate(errors: int, of: int) -> dict[str, Any]:
    low, high = interval(errors, of)
    return {"rate": round(errors / of, 5), "errors": errors, "of": of, "low": round(low, 5), "high": round(high, 5)}


def interval(errors: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score: 0 of 200 means at most 1.9 %."""
    share, z = errors / of, CONFIDENCE
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5 / (1 + z * z / of)
    return max(0.0, centre - half), min(1.0, centre + half)
