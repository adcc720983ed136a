"""A catalogue file between its dry run and its confirmation: on disk for an hour, or as long as its list of
records is kept (`staging`), for its uploader only."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops import private_files

LIVES, STAGED = 3600, 14 * 86_400  # s
FOR_A_STAGE = "stage-"  # begins the token of a file that is kept longer
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def keep(owner: int, chunks: Iterable[bytes], *, staged: bool = False) -> str:
    """The token under which it is kept. Old uploads are thrown away on the way."""
    private_files.folder(_folder())
    purge(timezone.now())
    token = (FOR_A_STAGE if staged else "") + secrets.token_urlsafe(24)
    with open(_path(owner, token), "xb", opener=private_files.opener) as file:
        file.writelines(chunks)
    return token


def kept(owner: int, token: str) -> IO[bytes]:
    """Refused `upload_gone`: too old, another person's, or confirmed already."""
    path = _path(owner, token)
    if not path.is_file() or _is_over(path, timezone.now()):
        raise Refused("upload_gone", _("This upload has expired. Choose the file again."), status=404)
    return path.open("rb")


def drop(owner: int, token: str) -> None:
    _path(owner, token).unlink(missing_ok=True)


def purge(now: datetime) -> dict[str, int]:
    """Throw away what no one has confirmed (config.ops.registries.purges)."""
    over = [path for path in _folder().glob("*.upload") if _is_over(path, now)]
    for path in over:
        path.unlink(missing_ok=True)
    return {"catalogue_uploads": len(over)}


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "catalogue-uploads"


def _path(owner: int, token: str) -> Path:
    if not TOKEN.fullmatch(token):
        raise Refused("upload_gone", _("This upload has expired. Choose the file again."), status=404)
    return _folder() / f"{owner}-{token}.upload"


def _is_over(path: Path, now: datetime) -> bool:
    try:
        lives = STAGED if f"-{FOR_A_STAGE}" in path.name else LIVES
        return path.stat().st_mtime < now.timestamp() - lives
    except FileNotFoundError:  # another process was faster
        return False
