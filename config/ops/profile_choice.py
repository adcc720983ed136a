"""Which recognition profile a site has chosen where RECOGNITION_PROFILE names none: one small file in VAR_DIR.

Settings read it, so that the server, the worker and every command agree, before there is a database too. Nothing but
`setup_models` and an administrator writes it.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAME = "recognition-profile.json"
FALLBACK = "bundled"

FOUND = "found"  # its files could be had when the site was set up
NOT_FOUND = "not_found"  # those of the better one could not
ENROLLED = "enrolled"  # people were enrolled with it already
PERSON = "person"  # an administrator has said so


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    profile: str
    why: str
    at: str  # ISO, with its offset
    by: str = ""  # the administrator's name


def read(folder: Path) -> ProfileChoice | None:
    """None where nothing was chosen. Raises ImproperlyConfigured for a file that is none of ours."""
    path = folder / NAME
    try:
        found = ProfileChoice(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({error}). Set RECOGNITION_PROFILE, or delete this file."
        ) from error
    if not isinstance(found.profile, str) or not found.profile:
        raise ImproperlyConfigured(f"{path} names no profile. Set RECOGNITION_PROFILE, or delete this file.")
    return found


def write(folder: Path, choice: ProfileChoice) -> None:
    """In place of what was chosen before, whole, or nothing of it. Raises OSError."""
    building = _written(folder, choice)
    try:
        building.replace(folder / NAME)
    finally:
        building.unlink(missing_ok=True)


def write_first(folder: Path, choice: ProfileChoice) -> ProfileChoice:
    """Unless another process has just chosen: then that holds. What holds now. Raises OSError."""
    building = _written(folder, choice)
    try:
        with suppress(FileExistsError):
            os.link(building, folder / NAME)
    finally:
        building.unlink(missing_ok=True)
    return read(folder) or choice


def _written(folder: Path, choice: ProfileChoice) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{NAME}.", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(choice), file, ensure_ascii=False)
    return Path(name)
