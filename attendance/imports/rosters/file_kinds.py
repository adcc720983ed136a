"""What kind of file is this? Known by what is in it, never by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from attendance.imports.rosters import oneroster, roster_table
from attendance.imports.rosters.rows import Wishes
from config.errors import Refused
from config.tables.incoming import MOST_BYTES, MOST_LINES, IncomingTable, read_table
from config.tables.incoming.workbook import MOST_UNPACKED, is_workbook
from config.web.files import zip_guard

ZIP = b"PK"


def from_bytes(name: str, data: bytes, *, course: str = "", most: int = MOST_LINES) -> Wishes:
    """`course`: for tables without such a column. Refused for a file that is wrong as a whole."""
    if is_package(data):
        return oneroster.wishes_of(_tables(_packed(zip_guard.open_zip(data)), most))
    kind = "xlsx" if data.startswith(ZIP) else "csv"
    return roster_table.wishes_of(read_table(name, data, most=most), kind, course=course)


def from_path(path: Path, *, course: str = "") -> Wishes:
    """A file, or a folder with a OneRoster package. Refused `no_such_file`, `too_large` and as above."""
    try:
        if path.is_dir():
            return oneroster.wishes_of(_tables(_in_folder(path), MOST_LINES))
        return from_bytes(path.name, _read(path), course=course)
    except OSError as error:
        words = _("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror or error}
        raise Refused("no_such_file", words) from error


def is_package(data: bytes) -> bool:
    """Whether these bytes are a OneRoster package, which sets up courses and not only one roster."""
    return data.startswith(ZIP) and not is_workbook(zip_guard.open_zip(data))


def _tables(files: Mapping[str, bytes], most: int) -> dict[str, IncomingTable]:
    return {name: _table(f"{name}.csv", data, most) for name, data in files.items() if data.strip()}


def _table(name: str, data: bytes, most: int) -> IncomingTable:
    """Of several files it has to be said which one is wrong."""
    try:
        return read_table(name, data, most=most)
    except Refused as refusal:
        words = refusal.message if name in refusal.message else f"{name}: {refusal.message}"
        raise Refused(refusal.code, words, status=refusal.status) from refusal


def _packed(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """OneRoster's files by name, also when the folder around them was packed too."""
    found = {}
    if sum(info.file_size for info in archive.infolist() if _known(info.filename)) > MOST_UNPACKED:
        raise Refused("zip_bomb", _("This package would unpack to more than 200 MB, so it was not read."))
    for info in archive.infolist():
        if (name := _known(info.filename)) and not info.is_dir():
            found[name] = _within(info.filename, zip_guard.read_member(archive, info.filename, MOST_BYTES))
    return found


def _in_folder(folder: Path) -> dict[str, bytes]:
    return {name: _read(path) for path in sorted(folder.iterdir()) if (name := _known(path.name))}


def _known(path: str) -> str | None:
    name = PurePosixPath(path).name.casefold()
    return next((known for known in oneroster.FILES if name == f"{known}.csv".casefold()), None)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return _within(path.name, file.read(MOST_BYTES + 1))


def _within(name: str, data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        words = _("%(name)s is larger than %(most)d MB.") % {"name": name, "most": MOST_BYTES // 1_000_000}
        raise Refused("too_large", words, status=413)
    return data
