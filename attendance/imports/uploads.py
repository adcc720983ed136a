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


def keep(kind: str, data: bytes, chosen: dict[str, Any], *, by: User) -> str:
    """Where it lies and what was chosen, signed, so that no one changes it on the way through the browser.

    `kind`: of which page, for what is chosen on one means nothing to another.
    """
    folder = UploadFolder()
    folder.save(data)
    return signing.dumps({**chosen, "file": folder.name, "by": by.pk}, salt=f"{SALT}.{kind}")


def take(kind: str, token: str, *, by: User) -> tuple[bytes, dict[str, Any]]:
    """The upload and what was chosen with it. Refused `draft_gone`, for others and on other pages, too."""
    try:
        kept: dict[str, Any] = signing.loads(token, salt=f"{SALT}.{kind}", max_age=LIVES)
        if kept["by"] != by.pk:
            raise FileNotFoundError
        data: bytes = UploadFolder(name=kept["file"], read_mode="rb").read()
    except (signing.BadSignature, OSError) as error:
        raise Refused("draft_gone", _("This upload has expired. Choose the file again."), status=404) from error
    return data, kept


def drop(kept: dict[str, Any]) -> None:
    """Names and numbers of people lie nowhere longer than they have to."""
    UploadFolder(name=kept["file"]).remove()
