"""What the server shows now: another word after each update, so that a kiosk knows that its page is an old one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from config.web.branding import brand


def version() -> str:
    return f"{_of_files()}-{brand.current().version}".strip("-")


@cache
def _of_files() -> str:
    """The pages' files are those that this process has started with."""
    digest = hashlib.sha256()
    for path in sorted(_files()):
        digest.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for folder in ("static", "templates"):
        yield from (path for path in (settings.BASE_DIR / folder).rglob("*") if path.is_file())
