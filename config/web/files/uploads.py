"""Where an upload lies while a request runs: in memory, or in a file without a name, gone when the process is."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from config.ops import private_files

LEFT_BEHIND = 3600.0  # s: no request lasts as long, so anyone who wrote this temporary file was killed


def begin() -> None:
    """When a web process starts: uploads have a folder of their own, and what is open to others is closed."""
    if settings.FILE_UPLOAD_TEMP_DIR is not None:  # else /readyz says that the folder cannot be written to
        temporary = private_files.folder(Path(settings.FILE_UPLOAD_TEMP_DIR))
        tempfile.tempdir = str(temporary)  # the server and the libraries write theirs there too
        _remove_left_behind(temporary)
    no_secret = {Path(settings.MODELS_DIR), Path(settings.STATIC_ROOT)}
    for root in (settings.VAR_DIR, settings.ATTENDANCE_CSV_DIR):
        private_files.tighten(Path(root), but=no_secret)


def _remove_left_behind(temporary: Path) -> None:
    for path in temporary.iterdir():
        try:
            if path.is_file() and time.time() - path.stat().st_mtime > LEFT_BEHIND:
                path.unlink()
        except OSError:  # another process was faster
            continue


class NamelessFileUploadHandler(FileUploadHandler):
    """What is too large for memory (FILE_UPLOAD_MAX_MEMORY_SIZE). Django's own leaves a named file to be found."""

    file: UploadedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        nameless: Any = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  the request closes it
        self.file = UploadedFile(nameless, self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.file is not None  # noqa: S101  new_file comes first
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        assert self.file is not None  # noqa: S101
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()
