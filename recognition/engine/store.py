"""The model files on this machine: found, fetched, checked, and built."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from config.errors import Refused
from recognition.engine.files import replacing
from recognition.engine.manifest import BUILDER, BUILT, FILES, MIRROR, PIP, ModelFile, ProfileSpec, files_of

Progress = Callable[[str, int, int], None]  # (file name, bytes done, bytes in all)
TRIES = 3
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Status:
    file: ModelFile
    ready: bool
    sha256: str
    why: str = ""


class ModelStore:
    """The folder of models, and the pip package that carries the bundled ones (never imported: it fails to)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """Where the file is, or would be."""
        file = FILES[name]
        if file.source == PIP:
            return _package_folder() / name
        return self.folder / file.folder / (self._built_name(file) if file.source == BUILT else name)

    def require(self, name: str) -> Path:
        """The file's path. Refused `models_missing` or `wrong_checksum`, with what to do about it."""
        file, path = FILES[name], self.path(name)
        if not path.is_file():
            raise Refused("models_missing", f"The model {name} is missing: run manage.py setup_models.", status=503)
        if file.size and path.stat().st_size != file.size:
            raise _wrong_checksum(name)
        if file.source != PIP and sha256_of(path) != (file.sha256 or self._recorded(path)):
            raise _wrong_checksum(name)
        return path

    def has(self, name: str) -> bool:
        """A cheap look (no checksum): for start-up checks and for optional files."""
        path = self.path(name)
        return path.is_file() and FILES[name].size in (0, path.stat().st_size)

    def status(self, file: ModelFile) -> Status:
        """Whether the file is there and is what it says, by its full checksum."""
        path = self.path(file.name)
        if not path.is_file():
            return Status(file, False, "", "missing")
        found = sha256_of(path)
        right = found == (file.sha256 or self._recorded(path))
        return Status(file, right, found, "" if right else "wrong checksum")

    def obtain(self, file: ModelFile, *, mirror: Path | None, progress: Progress) -> Status:
        """Make the file ready: nothing to do, copied from the mirror, downloaded, or built.

        Two processes may do it at once. Refused `download_failed`, `wrong_checksum`, `model_differs`, `models_missing`
        or, where it cannot be written, `models_folder`.
        """
        status = self.status(file)
        if status.ready or file.source == PIP:
            return status
        try:
            self._make(file, mirror, progress)
        except OSError as error:
            raise Refused(
                "models_folder", f"{file.name} cannot be written to {self.folder}: {error.strerror}.", status=503
            ) from error
        return self.status(file)

    def _make(self, file: ModelFile, mirror: Path | None, progress: Progress) -> None:
        target = self.path(file.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.source == BUILT:
            self._build(file, target)
        elif mirror is not None:
            _copy(file, mirror, target, progress)
        elif file.source != MIRROR:
            _download(file, target, progress)

    def _build(self, file: ModelFile, target: Path) -> None:
        from recognition.engine import dlib_build  # onnx and dlib are slow to import, and needed only here

        source = self.path(file.built_from)
        if not source.is_file() or sha256_of(source) != FILES[file.built_from].sha256:
            raise _wrong_checksum(file.built_from)
        with replacing(target) as part, replacing(target.with_suffix(".json")) as record:
            dlib_build.build(file.name, source, part, FILES[file.built_from].sha256)
            record.write_text(json.dumps({"sha256": sha256_of(part), "built_from": FILES[file.built_from].sha256}))

    def _built_name(self, file: ModelFile) -> str:
        stem, _, suffix = file.name.rpartition(".")
        return f"{stem}-{FILES[file.built_from].sha256[:12]}-{BUILDER}.{suffix}"

    def _recorded(self, path: Path) -> str:
        try:
            return str(json.loads(path.with_suffix(".json").read_text())["sha256"])
        except (OSError, ValueError, KeyError):
            return "unknown"


def allow_licences(spec: ProfileSpec, *, allow_noncommercial: bool) -> None:
    """Refused `model_licence` when a required file excludes commercial use and the site has not said that it may."""
    closed = [file.name for file in files_of(spec) if not file.commercial and not file.optional]
    if closed and not allow_noncommercial:
        raise Refused(
            "model_licence",
            f"{closed[0]} excludes commercial use: set ALLOW_NONCOMMERCIAL_MODELS=true if that is you.",
            status=503,
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(file: ModelFile, mirror: Path, target: Path, progress: Progress) -> None:
    """From anywhere below the mirror, by name and checksum; a mirror that lacks it changes nothing.

    Refused `wrong_checksum` when only other files of that name are there.
    """
    candidates = sorted(path for path in mirror.rglob("*") if path.name == file.name and path.is_file())
    right = next((candidate for candidate in candidates if sha256_of(candidate) == file.sha256), None)
    if right is not None:
        with replacing(target) as part:
            shutil.copyfile(right, part)
        progress(file.name, file.size, file.size)
    elif candidates:
        raise Refused("wrong_checksum", f"{candidates[0]} is not the file it should be: its checksum is wrong.")


def _download(file: ModelFile, target: Path, progress: Progress) -> None:
    with replacing(target) as part:
        for attempt in range(TRIES):
            try:
                _fetch(file, part, progress)
                break
            except (OSError, HTTPException) as error:
                if attempt == TRIES - 1:
                    raise Refused(
                        "download_failed",
                        f"{file.name} could not be downloaded ({error}). Without internet use --mirror DIR.",
                        status=503,
                    ) from error
                time.sleep(2**attempt)
        if sha256_of(part) != file.sha256:
            raise _wrong_checksum(file.name)


def _fetch(file: ModelFile, part: Path, progress: Progress) -> None:
    request = urllib.request.Request(file.source, headers={"User-Agent": "ostiary"})  # noqa: S310
    done = 0
    with urllib.request.urlopen(request, timeout=30) as answer, part.open("wb") as target:  # noqa: S310
        while chunk := answer.read(CHUNK):
            done += len(chunk)
            if done > file.size:
                raise OSError("more bytes than the file has")
            target.write(chunk)
            progress(file.name, done, file.size)
    if done < file.size:
        raise OSError(f"it ended after {done} of {file.size} bytes")


def _package_folder() -> Path:
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise Refused("models_missing", "The package face-recognition-models is not installed.", status=503)
    return Path(next(iter(spec.submodule_search_locations))) / "models"


def _wrong_checksum(name: str) -> Refused:
    return Refused(
        "wrong_checksum", f"The model {name} is not the file it should be: run manage.py setup_models.", status=503
    )
