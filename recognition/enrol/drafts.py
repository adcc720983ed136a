"""A bulk upload between its dry run and its confirmation: sealed on disk, for an hour, for its uploader only."""

from __future__ import annotations

import datetime
import json
import re
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops import private_files
from recognition.faces import crypto

LIVES = datetime.timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def store(owner_id: int, meta: dict[str, Any], files: dict[str, bytes]) -> str:
    """Keep `files` and `meta` under a new token. No one but the owner opens them."""
    token = secrets.token_urlsafe(24)
    private_files.folder(_folder())
    purge()
    _path(token, "meta").write_bytes(_seal(json.dumps(meta).encode(), token, owner_id))
    for name, data in files.items():
        _path(token, name).write_bytes(_seal(data, token, owner_id))
    return token


def load(owner_id: int, token: str, *names: str) -> tuple[dict[str, Any], list[bytes]]:
    """The meta data and the named files. Refused `draft_gone`."""
    try:
        meta = json.loads(_open(token, "meta", owner_id))
        return meta, [_open(token, name, owner_id) for name in names]
    except (OSError, Refused):
        raise gone() from None


def gone() -> Refused:
    return Refused("draft_gone", _("This upload is no longer available. Please upload it again."), status=404)


def drop(token: str) -> None:
    if _TOKEN.fullmatch(token):
        for path in _folder().glob(f"{token}.*"):
            path.unlink(missing_ok=True)


def purge(*, now: datetime.datetime | None = None) -> int:
    """Delete drafts that are older than an hour; how many files."""
    now = now or timezone.now()
    return sum(_dropped(path, now) for path in _folder().glob("*.*"))


def _dropped(path: Path, now: datetime.datetime) -> bool:
    try:
        if not _is_over(path, now):
            return False
        path.unlink()
    except FileNotFoundError:  # another process was faster
        return False
    return True


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "drafts"


def _is_over(path: Path, now: datetime.datetime) -> bool:
    return path.stat().st_mtime < (now - LIVES).timestamp()


def _path(token: str, name: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise OSError("no such draft")
    return _folder() / f"{token}.{name}"


def _seal(data: bytes, token: str, owner_id: int) -> bytes:
    return crypto.encrypt(data, context=f"draft:{token}:{owner_id}")


def _open(token: str, name: str, owner_id: int) -> bytes:
    path = _path(token, name)
    if _is_over(path, timezone.now()):
        raise OSError("too old")
    return crypto.decrypt(path.read_bytes(), context=f"draft:{token}:{owner_id}")
