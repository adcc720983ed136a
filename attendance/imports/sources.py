"""What kind of file is this? Known by what is in it, never by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from attendance.imports import oneroster, rosters
from attendance.imports.tables import MOST_LINES, Table, csv_table, xlsx_table
from attendance.imports.wishes import Wishes
from config import zip_guard
from config.errors import Refused

MOST_BYTES = 100_000_000  # of one file
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"


def from_bytes(name: str, data: bytes, *, course: str = "", most: int = MOST_LINES) -> Wishes:
    """`course`: for tables without such a column. Refused for a file that is wrong as a whole."""
    if data.startswith(OLD_EXCEL):
        raise Refused("old_excel", _("This is an old Excel file (XLS). Save it as XLSX or CSV."))
    if not data.startswith(ZIP):
        return rosters.wishes_of(csv_table(name, data, most=most), "csv", course=course)
    archive = zip_guard.open_zip(data)
    if any(member.startswith("xl/") for member in archive.namelist()):
        return rosters.wishes_of(xlsx_table(name, data, most=most), "xlsx", course=course)
    return oneroster.wishes_of(_tables(_packed(archive), most))


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
    return data.startswith(ZIP) and not any(name.startswith("xl/") for name in zip_guard.open_zip(data).namelist())


def _tables(files: Mapping[str, bytes], most: int) -> dict[str, Table]:
    return {name: csv_table(f"{name}.csv", data, most=most) for name, data in files.items() if data.strip()}


def _packed(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """OneRoster's files by name, also where somebody packed the folder around them."""
    found = {}
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
