"""The model files on this machine: found, fetched, checked, and built."""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.errors import Refused
from recognition.engine.model_files import download, mesh_wheel
from recognition.engine.model_files.atomic_files import replacing
from recognition.engine.model_files.deepface_licences import terms_of
from recognition.engine.model_files.download import PATIENCE, Progress, sha256_of, wrong_checksum
from recognition.engine.model_files.manifest import (
    BUILDER,
    BUILT,
    CONVERTED,
    FILES,
    MIRROR,
    PIP,
    WHEEL,
    ModelFile,
    ProfileSpec,
    files_of,
)

__all__ = ("FileStatus", "ModelStore", "Progress", "allow_licences", "sha256_of")


@dataclass(frozen=True, slots=True)
class FileStatus:
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
            raise Refused("models_missing", f"The model {name} is missing. Run manage.py setup_models.", status=503)
        if file.size and path.stat().st_size != file.size:
            raise wrong_checksum(name)
        if file.source != PIP and not self._is_right(file, sha256_of(path)):
            raise wrong_checksum(name)
        return path

    def has(self, name: str) -> bool:
        """A cheap look (no checksum): for start-up checks and for optional files."""
        path = self.path(name)
        return path.is_file() and FILES[name].size in (0, path.stat().st_size)

    def status(self, file: ModelFile) -> FileStatus:
        """Whether the file is there and is what it says, by its full checksum."""
        path = self.path(file.name)
        if not path.is_file():
            return FileStatus(file, False, "", "missing")
        found = sha256_of(path)
        right = self._is_right(file, found)
        return FileStatus(file, right, found, "" if right else "wrong checksum")

    def obtain(
        self, file: ModelFile, *, mirror: Path | None, progress: Progress, within: float = PATIENCE
    ) -> FileStatus:
        """Make the file ready: nothing to do, copied from the mirror, downloaded (in so many seconds), or built.

        What lies beside it in the same wheel is made ready too. Two processes may do it at once. Refused
        `download_failed`, `bad_archive`, `wrong_checksum`, `damaged_model`, `model_differs`, `models_missing` or, where
        it cannot be written, `models_folder`.
        """
        status = self.status(file)
        if status.ready or file.source == PIP:
            return status
        try:
            self.path(file.name).parent.mkdir(parents=True, exist_ok=True)
            self._make(file, mirror, progress, within)
        except OSError as error:
            raise Refused(
                "models_folder", f"{file.name} cannot be written to {self.folder}: {error.strerror}.", status=503
            ) from error
        return self.status(file)

    def _make(self, file: ModelFile, mirror: Path | None, progress: Progress, within: float) -> None:
        if file.source == BUILT:
            self._build(file, self.path(file.built_from))
        elif file.source == CONVERTED:
            self._convert(file, mirror, progress, within)
        elif mirror is not None and self._copy(file, mirror, progress):
            return
        elif file.source == WHEEL:
            self._unpack(file, mirror, progress)
        elif mirror is None and file.source != MIRROR:
            self._download(file, progress, within)

    def _copy(self, file: ModelFile, mirror: Path, progress: Progress) -> bool:
        """A mirror that lacks it changes nothing: False."""
        found = download.in_mirror(file.name, mirror, file.sha256 or file.ready_made)
        if found is not None:
            with replacing(self.path(file.name)) as part:
                shutil.copyfile(found, part)
            progress(file.name, file.size, file.size)
        return found is not None

    def _download(self, file: ModelFile, progress: Progress, within: float) -> None:
        with replacing(self.path(file.name)) as part:
            part.write_bytes(download.download(file, progress, within=within))

    def _convert(self, file: ModelFile, mirror: Path | None, progress: Progress, within: float) -> None:
        """From weights of the mirror or the internet, which are not kept; or converted already, from the mirror."""
        weights = FILES[file.built_from]
        if mirror is not None:
            found = download.in_mirror(weights.name, mirror, weights.sha256)
            if found is not None:
                self._build(file, found)
            else:
                self._copy(file, mirror, progress)
            return
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / weights.name
            source.write_bytes(download.download(weights, progress, within=within))
            self._build(file, source)

    def _unpack(self, file: ModelFile, mirror: Path | None, progress: Progress) -> None:
        """The file, and what else of the wheel is not ready: it is fetched once for all."""
        with tempfile.TemporaryFile(dir=self.path(file.name).parent):
            pass  # a folder that cannot be written costs no download
        models = mesh_wheel.from_mirror(mirror) if mirror else mesh_wheel.fetched(progress)
        for name, data in models.items():
            if not self.status(FILES[name]).ready:
                with replacing(self.path(name)) as part:
                    part.write_bytes(data)

    def _build(self, file: ModelFile, source: Path) -> None:
        """The network that `source` holds the weights of, and beside it the checksum that it had when it was built."""
        target, known = self.path(file.name), FILES[file.built_from].sha256
        if not source.is_file() or sha256_of(source) != known:
            raise wrong_checksum(file.built_from)
        with replacing(target) as part, replacing(target.with_suffix(".json")) as record:
            _builder(file)(file.name, source, part, known)
            record.write_text(json.dumps({"sha256": sha256_of(part), "built_from": known}))

    def _built_name(self, file: ModelFile) -> str:
        stem, _, suffix = file.name.rpartition(".")
        return f"{stem}-{FILES[file.built_from].sha256[:12]}-{BUILDER}.{suffix}"

    def _is_right(self, file: ModelFile, found: str) -> bool:
        """By the checksum that is known; what is built here by the one that it had then."""
        if found in (file.sha256, file.ready_made):
            return True
        return file.source in (BUILT, CONVERTED) and found == self._recorded(self.path(file.name))

    def _recorded(self, path: Path) -> str:
        try:
            return str(json.loads(path.with_suffix(".json").read_text())["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return "unknown"


def _builder(file: ModelFile) -> Callable[[str, Path, Path, str], None]:
    # Slow to import, and needed only here: onnx and dlib.
    if file.source == CONVERTED:
        from recognition.engine.conversion import fasnet_build

        return fasnet_build.build
    from recognition.engine.conversion import dlib_build

    return dlib_build.build


def allow_licences(spec: ProfileSpec, *, allow_noncommercial: bool) -> None:
    """Refused `model_licence` when a required file excludes commercial use and the site has not said that it may."""
    closed = [file.name for file in files_of(spec) if not file.commercial and not file.optional]
    if spec.embedder == "deepface" and not terms_of(spec.profile.model).commercial:
        closed.append(f"DeepFace's model '{spec.profile.model}'")
    if closed and not allow_noncommercial:
        raise Refused(
            "model_licence",
            f"{closed[0]} excludes commercial use: for other use set ALLOW_NONCOMMERCIAL_MODELS=true.",
            status=503,
        )


def _package_folder() -> Path:
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise Refused("models_missing", "The package face-recognition-models is not installed.", status=503)
    return Path(next(iter(spec.submodule_search_locations))) / "models"
