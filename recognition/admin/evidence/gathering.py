"""Everything that the evidence page says, as one document of plain values."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.errors import Refused
from config.live.news import clock
from recognition.admin.evidence import results
from recognition.admin.evidence.results import PRODUCT, SITE, Measurement
from recognition.engine.evaluation import curves
from recognition.stations.ways import way_counts

BENCHMARKS = Path("benchmarks") / "results.json"
SPEED = ("engine", "search", "live", "classroom", "impostors")  # parts of the benchmarks that say how fast it is
SHOWN_CELLS = ((1, 1), (3, 1), (5, 1), (3, 3), (5, 3))  # (photos enrolled, looks) of a profile's curves
DAYS = 90  # of the site's own records


def document() -> dict[str, Any]:
    """The page as JSON. Nothing is invented: what was not measured is null or an empty list."""
    found = results.load()
    return {
        "made_at": clock(timezone.now()),
        "site": settings.SITE_URL,
        "product": {"name": "Ostiary", "version": product_version(), "versions": results.versions()},
        "profile_in_use": settings.RECOGNITION_PROFILE,
        "targets": {"fmr": settings.TARGET_FMR, "fpir": settings.TARGET_FPIR},
        "profiles": [_profile(name) for name in _profiles()],
        "pairs": [_plain(one) for one in found if one.kind == "pairs"],
        "gallery": [_plain(one) for one in found if one.kind == "gallery"],
        "liveness": {kind: _one(found, kind) for kind in ("passive", "challenge")},
        "benchmarks": list(_benchmarks()),
        "lanes": {"days": DAYS, "ways": [one.as_dict() for one in way_counts.parity(DAYS)]},
    }


def product_version() -> str:
    project = settings.BASE_DIR / "pyproject.toml"
    try:
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return ""


def _plain(one: Measurement) -> dict[str, Any]:
    return asdict(one)


def _one(found: list[Measurement], kind: str) -> dict[str, Any] | None:
    return next((_plain(one) for one in found if one.kind == kind), None)


def _profiles() -> list[str]:
    """Those whose curves are shipped, and the one in use."""
    return sorted({*(path.stem for path in curves.SHIPPED.glob("*.json")), settings.RECOGNITION_PROFILE})


def _profile(name: str) -> dict[str, Any]:
    """A profile's measured curves, the site's own where it has them."""
    own = curves.site_file(name, Path(settings.MODELS_DIR)).is_file()
    try:
        measured = curves.load(name, Path(settings.MODELS_DIR))
    except Refused:
        return {"name": name, "origin": None, "model": None, "detector": None, "data": None, "date": None, "cells": []}
    cells = [asdict(cell) for cell in measured.cells if (cell.photos, cell.frames) in SHOWN_CELLS]
    return {
        "name": name,
        "origin": SITE if own else PRODUCT,
        "model": measured.model,
        "detector": measured.detector,
        "data": measured.data,
        "date": measured.date,
        "cells": sorted(cells, key=lambda cell: (cell["kind"], cell["frames"], cell["photos"])),
    }


def _benchmarks() -> Iterator[dict[str, Any]]:
    """`make bench` of this machine, or as shipped: how fast it is, and what attacks on a challenge did."""
    path = settings.BASE_DIR / BENCHMARKS
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return
    for part in (*SPEED, "liveness"):
        if part in known and isinstance(known[part], dict):
            about = {name: known[part].get(name) for name in ("at", "machine")}
            yield {"part": part, **about, "rows": _rows(known[part])}


def _rows(part: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = ("what", "value", "unit", "at_most", "at_least", "kept")
    return [{name: row.get(name) for name in wanted} for row in part.get("rows", [])]
