"""A model file from a folder that mirrors the internet, or from the internet, within a time that holds in all."""

from __future__ import annotations

import hashlib
import threading
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from time import monotonic, sleep

from config.errors import Refused
from recognition.engine.model_files.manifest import ModelFile

Progress = Callable[[str, int, int], None]  # (file name, bytes done, bytes in all)
TRIES = 3
CHUNK = 1 << 16
PATIENCE = 600.0  # s for one file, on a slow line
SILENCE = 30.0  # s in which nothing arrives


def in_mirror(name: str, mirror: Path, sha256: str) -> Path | None:
    """Anywhere below the mirror, by name and checksum; None where it is not.

    Refused `wrong_checksum` when only other files of that name are there.
    """
    candidates = sorted(path for path in mirror.rglob("*") if path.name == name and path.is_file())
    right = next((candidate for candidate in candidates if sha256_of(candidate) == sha256), None)
    if candidates and right is None:
        words = f"{candidates[0]} is not the expected file: its checksum is wrong."
        raise Refused("wrong_checksum", words, status=503)
    return right


def download(file: ModelFile, progress: Progress, *, within: float = PATIENCE) -> bytes:
    """The file's bytes, checked, in so many seconds: looking up the name, every try and a dripping line included.

    Refused `download_failed` or `wrong_checksum`.
    """
    found: list[bytes | Exception] = []
    end = monotonic() + within
    # A thread, for nothing else ends a look-up of a name. What it holds is memory: left behind, it leaves no file.
    work = threading.Thread(target=_tried, args=[file, progress, end, found], name=f"download {file.name}", daemon=True)
    work.start()
    work.join(max(0.0, end - monotonic()))
    answer = found[0] if found else TimeoutError("it took too long")
    if isinstance(answer, (OSError, HTTPException)):
        why = getattr(answer, "reason", answer)  # what urllib wraps
        words = f"{file.name} could not be downloaded ({why}). Without internet access, use --mirror DIR."
        raise Refused("download_failed", words, status=503) from answer
    if isinstance(answer, Exception):
        raise answer
    if hashlib.sha256(answer).hexdigest() != file.sha256:
        raise wrong_checksum(file.name)
    return answer


def wrong_checksum(name: str) -> Refused:
    words = f"The model {name} is not the expected file. Run manage.py setup_models."
    return Refused("wrong_checksum", words, status=503)


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tried(file: ModelFile, progress: Progress, end: float, found: list[bytes | Exception]) -> None:
    for attempt in range(TRIES):
        try:
            found.append(_fetch(file, progress, end))
            return
        except (OSError, HTTPException) as error:
            if attempt == TRIES - 1 or monotonic() + 2**attempt > end:
                found.append(error)
                return
            sleep(2**attempt)
        except Exception as error:  # a mistake of ours: it belongs to anyone who waits for this thread
            found.append(error)
            return


def _fetch(file: ModelFile, progress: Progress, end: float) -> bytes:
    request = urllib.request.Request(file.source, headers={"User-Agent": "ostiary"})  # noqa: S310
    data = bytearray()
    patience = max(0.1, min(SILENCE, (end - monotonic()) / 2))
    with urllib.request.urlopen(request, timeout=patience) as answer:  # noqa: S310
        while chunk := answer.read1(CHUNK) if hasattr(answer, "read1") else answer.read(CHUNK):
            data += chunk
            if len(data) > file.size:
                raise OSError("more bytes than the file has")
            if monotonic() > end:
                raise TimeoutError("it took too long")
            progress(file.name, len(data), file.size)
    if len(data) < file.size:
        raise OSError(f"it ended after {len(data)} of {file.size} bytes")
    return bytes(data)
