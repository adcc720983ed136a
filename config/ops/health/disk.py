"""Whether what happens can still be written down: room and permission in each folder that Ostiary writes to."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops import private_files

log = logging.getLogger("ostiary.files")

PROBE = 4096  # bytes
MEGABYTE = 1_000_000


def require_room() -> None:
    """Refused `cannot_write` or `disk_full`. The sentence names the folder's use; its path stays in the log."""
    for use, path in _folders():
        _require_writable(use, path)
        _require_free(use, path)


def alerts() -> Iterator[str]:
    """For the first page of the administration (config.ops.registries.alerts)."""
    try:
        require_room()
    except Refused as refusal:
        yield refusal.message


def _folders() -> Iterator[tuple[str, Path]]:
    yield _("The data folder (VAR_DIR)"), Path(settings.VAR_DIR)
    yield _("The folder for the attendance files (ATTENDANCE_CSV_DIR)"), Path(settings.ATTENDANCE_CSV_DIR)
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        yield _("The folder of the database (DATABASE_URL)"), Path(database["NAME"]).parent


def _require_writable(use: str, path: Path) -> None:
    """A little is really written: a folder may be full, read-only or gone although its numbers look well."""
    try:
        with tempfile.TemporaryFile(dir=private_files.folder(path)) as probe:
            probe.write(b"\0" * PROBE)
            probe.flush()
    except OSError as error:
        log.error("%s cannot be written to: %s", path, error)
        words = _(
            "%(folder)s cannot be written to. Free some disk space, or give Ostiary's account permission to write "
            "there."
        )
        raise Refused("cannot_write", words % {"folder": use}, status=503) from error


def _require_free(use: str, path: Path) -> None:
    free = shutil.disk_usage(path).free // MEGABYTE
    if free < settings.DISK_LEAST_FREE_MB:
        log.error("%s: only %d MB are free", path, free)
        words = _(
            "%(folder)s is nearly full: %(free)d MB are free, but at least %(least)d MB are needed. Free some disk "
            "space."
        )
        details = {"folder": use, "free": free, "least": settings.DISK_LEAST_FREE_MB}
        raise Refused("disk_full", words % details, status=503)
