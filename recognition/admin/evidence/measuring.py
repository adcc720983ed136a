"""Measuring again: the commands that measure are called as anyone calls them, and what they print is kept."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from config.errors import Refused
from recognition.admin.evidence import results
from recognition.admin.evidence.results import Measurement


def measure(folder: Path, *, profile: str, write_to: Path | None = None) -> Iterator[Measurement]:
    """What this folder has material for, each result written as soon as it is there.

    `pairs.csv` beside the photos: pairs; sub-folders with photos: a gallery; `labels.csv`: passive liveness, and the
    challenge. Refused `nothing_to_measure`.
    """
    jobs = list(_jobs(folder, profile))
    if not jobs:
        words = f"{folder} contains no pairs.csv, no sub-folders with photos and no labels.csv."
        raise Refused("nothing_to_measure", words)
    for command, arguments, passive in jobs:
        result = results.measured(_printed(command, arguments), profile=profile, data=folder.name, passive=passive)
        results.write(result, write_to)
        yield result


def take(path: Path, *, profile: str, data: str, passive: bool, write_to: Path | None = None) -> Measurement:
    """Keep what a command has printed into a file. Refused `not_a_result`."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused("not_a_result", f"{path} cannot be read as JSON.") from error
    result = results.measured(document, profile=profile, data=data or path.parent.name, passive=passive)
    results.write(result, write_to)
    return result


def _jobs(folder: Path, profile: str) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    if not folder.is_dir():
        raise Refused("no_folder", f"{folder} is not a folder.")
    if (folder / "pairs.csv").is_file():
        arguments = (str(folder / "pairs.csv"), "--images", str(folder), "--profile", profile)
        yield "evaluate_pairs", arguments, False
    if any(sub.is_dir() for sub in folder.iterdir()) and not (folder / "labels.csv").is_file():
        yield "evaluate_gallery", (str(folder), "--profile", profile), False
    if (folder / "labels.csv").is_file():
        yield "evaluate_liveness", (str(folder), "--passive"), True
        yield "evaluate_liveness", (str(folder),), False


def _printed(command: str, arguments: tuple[str, ...]) -> Any:
    """The document that a command prints. What it refuses is refused here."""
    out = io.StringIO()
    try:
        call_command(command, *arguments, "--json", stdout=out)
    except CommandError as error:
        raise Refused("not_measured", f"{command}: {error}") from error
    return json.loads(out.getvalue())
