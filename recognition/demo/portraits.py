"""The photographs of the demo: taken out of two hash-pinned archives, kept below VAR_DIR, never in git."""

from __future__ import annotations

import tempfile
from pathlib import Path

from config.errors import Refused
from config.ops import pinned_archives

REQUIREMENTS = Path(__file__).with_name("portraits.txt")
# Nothing is installed; to learn its name, pip asks the source archive's own set-up script.
OPTIONS = (
    *("--no-binary", "face_recognition", "--only-binary", "scikit-image"),
    *("--platform", "manylinux_2_17_x86_64", "--python-version", "3.11"),
)

_TESTS = "face_recognition-1.3.0/tests/test_images/"
MEMBERS = {
    "obama.jpg": _TESTS + "obama.jpg",
    "obama2.jpg": _TESTS + "obama2.jpg",
    "obama3.jpg": _TESTS + "obama3.jpg",
    "biden.jpg": _TESTS + "biden.jpg",
    "astronaut.png": "skimage/data/astronaut.png",
}


def fetch(folder: Path) -> bool:
    """Put all portraits into `folder`. False when they were there. Refused `no_portraits` when they cannot be had."""
    if all((folder / name).is_file() for name in MEMBERS):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    pictures = _pictures()
    missing = sorted(MEMBERS.keys() - pictures.keys())
    if missing:
        raise Refused("no_portraits", f"The archives do not contain {missing[0]}.")
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    return True


def _pictures() -> dict[str, bytes]:
    """Every picture we know by name, read without unpacking anything else."""
    pictures: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        try:
            _download(Path(scratch))
            for path in sorted(path for path in Path(scratch).iterdir() if path.is_file()):
                pictures |= pinned_archives.taken_out(path, MEMBERS)
        except Refused as refusal:
            raise Refused("no_portraits", f"The portraits could not be fetched: {refusal.message}.") from refusal
    return pictures


def _download(folder: Path) -> None:
    pinned_archives.fetch(REQUIREMENTS, folder, options=OPTIONS)
