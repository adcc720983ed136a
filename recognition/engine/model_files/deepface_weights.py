"""DeepFace's own weights: fetched by its own downloader, at set-up alone, and known by their checksum from then on.

DeepFace names no checksums. So the first download is believed, or held against one that someone gives. Its checksum is
written down beside it, and a file with another one is never loaded again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deepface.commons import folder_utils, weight_utils

from config.errors import Refused
from recognition.engine.model_files.atomic_files import replacing
from recognition.engine.model_files.download import sha256_of, wrong_checksum


@dataclass
class SetUp:
    """While it lasts, weights may be fetched: from `mirror`, else by DeepFace. `sha256`: theirs, where it is known."""

    mirror: Path | None = None
    sha256: str = ""
    found: dict[Path, str] = field(default_factory=dict)  # checksum by file


_set_up: SetUp | None = None
_closed = False  # while a server loads a model, nothing is fetched
_fetch = weight_utils.download_weights_if_necessary


@contextmanager
def setting_up(how: SetUp) -> Iterator[SetUp]:
    global _set_up
    _set_up = how
    try:
        yield how
    finally:
        _set_up = None


@contextmanager
def nothing_fetched() -> Iterator[None]:
    """A server that starts does not download for minutes, nor believe what it has never seen."""
    global _closed
    before, _closed = _closed, True
    try:
        yield
    finally:
        _closed = before


def _weights(file_name: str, source_url: str | list[str], compress_type: str | None = None) -> str:
    """In place of DeepFace's own function of that name, for all its models."""
    target = Path(folder_utils.get_deepface_home()) / ".deepface" / "weights" / file_name
    if not target.is_file():
        if _closed and _set_up is None:
            words = f"DeepFace's weights {file_name} are missing. Run manage.py setup_models --profile deepface:NAME."
            raise Refused("models_missing", words, status=503)
        target.parent.mkdir(parents=True, exist_ok=True)
        _obtain(target, file_name, source_url, compress_type)
    _require_right(target)
    return str(target)


def _obtain(target: Path, file_name: str, source_url: str | list[str], compress_type: str | None) -> None:
    mirror = _set_up.mirror if _set_up else None
    if mirror is None:
        _fetch(file_name, source_url, compress_type)
        return
    name = Path(file_name).name
    here = next((path for path in sorted(mirror.rglob("*")) if path.name == name and path.is_file()), None)
    if here is None:
        raise Refused("models_missing", f"{mirror} has no {name}.", status=503)
    with replacing(target) as part:
        shutil.copyfile(here, part)


def _require_right(target: Path) -> None:
    """By the checksum that was written down. At set-up it is, and what is wrong does not stay."""
    known, found = _recorded(target), sha256_of(target)
    if known and known != found:
        raise wrong_checksum(target.name)
    if _set_up is None:
        return
    if _set_up.sha256 not in ("", found):
        if not known:
            target.unlink()
        words = f"{target.name} has the sha256 {found}, not the expected one."
        raise Refused("wrong_checksum", words, status=503)
    _set_up.found[target] = found
    if not known:
        with replacing(target.with_suffix(".json")) as record:
            record.write_text(json.dumps({"sha256": found}))


def _recorded(target: Path) -> str:
    try:
        found: Any = json.loads(target.with_suffix(".json").read_text())["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(found)


weight_utils.download_weights_if_necessary = _weights
