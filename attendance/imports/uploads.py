"""An upload between its dry run and the import: in our own folder, for an hour, for its uploader only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.spreadsheets import UploadFolder
from config.errors import Refused

LIVES = timedelta(hours=1)
SALT = "attendance.imports"


def keep(data: bytes, chosen: dict[str, Any], *, by: User) -> str:
    """Where it lies and what was chosen, signed, so that no one changes it on the way through the browser."""
    folder = UploadFolder()
    folder.save(data)
    return signing.dumps({**chosen, "file": folder.name, "by": by.pk}, salt=SALT)


def take(token: str, *, by: User) -> tuple[bytes, dict[str, Any]]:
    """The upload and what was chosen with it. Refused `draft_gone`, also for everyone but its uploader."""
    try:
        kept: dict[str, Any] = signing.loads(token, salt=SALT, max_age=LIVES)
        if kept["by"] != by.pk:
            raise FileNotFoundError
        data: bytes = UploadFolder(name=kept["file"], read_mode="rb").read()
    except (signing.BadSignature, OSError) as error:
        raise Refused("draft_gone", _("This upload has expired. Choose the file again."), status=404) from error
    return data, kept


def drop(kept: dict[str, Any]) -> None:
    """Names and numbers of people lie nowhere longer than they have to."""
    UploadFolder(name=kept["file"]).remove()
