"""Compiled catalogues beside the written ones, made when they are missing or older. No gettext tools are needed."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

log = logging.getLogger("ostiary")


def compile_outdated(locales: Iterable[Path]) -> int:
    """How many were written. Where nothing can be written the site speaks English, and the log says so."""
    outdated = [po for locale in locales for po in locale.glob("*/LC_MESSAGES/*.po") if _is_outdated(po)]
    try:
        for po in outdated:
            _write(po)
    except OSError as error:
        log.warning("The languages are not available: %s cannot be compiled (%s).", outdated[0].parent, error.strerror)
        return 0
    return len(outdated)


def _is_outdated(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _is_whole(text: str | Sequence[str] | None) -> bool:
    return bool(text) if text is None or isinstance(text, str) else all(text)


def _write(po: Path) -> None:
    """All of it, or nothing: other processes may be starting too."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3])
    for message in [one for one in catalogue if one.id and not _is_whole(one.string)]:
        catalogue.delete(message.id, message.context)  # the reader gets English then, not an empty text
    handle, name = tempfile.mkstemp(dir=po.parent)
    with os.fdopen(handle, "wb") as target:
        write_mo(target, catalogue)
    written = Path(name)
    written.chmod(0o644)
    written.replace(po.with_suffix(".mo"))
