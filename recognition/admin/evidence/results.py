"""Measured results as files: those that Ostiary ships (`published/`), and those of this site, which come first.

A file is what `evaluate_pairs`, `evaluate_gallery` or `evaluate_liveness` printed with `--json`, under `result`, with
which of them it was, of which profile, on which data, when, and with which versions.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.errors import Refused
from recognition.engine.model_files.atomic_files import replacing

PUBLISHED = Path(__file__).parent / "published"
SITE, PRODUCT = "site", "product"
# How each shape is known. A document fits the first whose keys it has.
SHAPES: dict[str, frozenset[str]] = {
    "pairs": frozenset({"pairs", "eer", "fnmr_at_fmr"}),
    "gallery": frozenset({"strangers", "fnir_at_fpir", "rank1"}),
    "liveness": frozenset({"apcer", "bpcer", "clips"}),
}
MEASURED_WITH = ("numpy", "onnxruntime", "opencv-python-headless", "ai-edge-litert", "deepface")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One result. `kind`: pairs, gallery, passive or challenge; `origin`: measured on this site, or shipped."""

    kind: str
    profile: str
    data: str
    measured_at: str  # a day, ISO 8601
    result: Mapping[str, Any]
    versions: Mapping[str, str] = field(default_factory=dict)
    origin: str = SITE

    @property
    def name(self) -> str:
        return "-".join(part.replace(":", "-").replace("/", "-") for part in (self.kind, self.profile) if part)


def site_folder() -> Path:
    return Path(settings.MODELS_DIR) / "evidence"


def kind_of(document: Any, *, passive: bool) -> str:
    """Which command printed it. Refused `not_a_result`."""
    keys = set(document) if isinstance(document, dict) else set()
    for kind, wanted in SHAPES.items():
        if wanted <= keys:
            return kind if kind != "liveness" else ("passive" if passive else "challenge")
    raise Refused("not_a_result", "This is not what evaluate_pairs, evaluate_gallery or evaluate_liveness print.")


def measured(document: Any, *, profile: str, data: str, passive: bool = False) -> Measurement:
    """A result as of today. What names single clips is left out: a file of figures names no one."""
    kind = kind_of(document, passive=passive)
    kept = {name: value for name, value in document.items() if name not in ("clips", "groups", "written")}
    profile = "" if kind in ("passive", "challenge") else profile
    return Measurement(kind, profile, data, timezone.localdate().isoformat(), kept, versions())


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: v for name in MEASURED_WITH if (v := _version(name))}}


def write(measurement: Measurement, folder: Path | None = None) -> Path:
    """Into this site's folder, in the place of an older result of the same kind and profile. Refused `no_folder`."""
    path = (folder or site_folder()) / f"{measurement.name}.json"
    document = {name: value for name, value in asdict(measurement).items() if name != "origin"}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as building:
            building.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise Refused("no_folder", f"{path} cannot be written: {error.strerror}.") from error
    return path


def load() -> list[Measurement]:
    """Of each kind and profile this site's result, else the one that was shipped; in the order of their names."""
    found = {m.name: m for folder, origin in ((PUBLISHED, PRODUCT), (site_folder(), SITE)) for m in _in(folder, origin)}
    return [found[name] for name in sorted(found)]


def _in(folder: Path, origin: str) -> Iterator[Measurement]:
    """What cannot be read is not evidence; it is left out."""
    for path in sorted(folder.glob("*.json")):
        try:
            text = json.loads(path.read_text("utf-8"))
            yield Measurement(**{**text, "origin": origin})
        except (OSError, ValueError, TypeError):
            continue


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
