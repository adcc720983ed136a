"""The one door for tables from outside: known by what is in them, never by their names."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming import decoding, delimited, workbook
from config.tables.incoming.table import MOST_LINES, IncomingTable, table_of
from config.web.files import zip_guard

MOST_BYTES = 100_000_000  # of one file
OLE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"


def read_table(name: str, data: bytes, *, most: int = MOST_LINES) -> IncomingTable:
    """CSV in any dialect or XLSX, with all its rows. Refused for a file that is wrong as a whole."""
    table = open_table(name, data, most=most)
    return replace(table, rows=list(table.rows))


def open_table(name: str, data: bytes, *, most: int = MOST_LINES) -> IncomingTable:
    """The same, its rows to be read once."""
    if len(data) > MOST_BYTES:
        words = _("%(name)s is larger than %(most)d MB.") % {"name": name, "most": MOST_BYTES // 1_000_000}
        raise Refused("too_large", words, status=413)
    if data.startswith(OLE):
        raise Refused(
            "old_excel", _("This is an old Excel file (XLS), or one with a password. Save it as XLSX or CSV.")
        )
    if data.startswith(ZIP):
        return _workbook_table(name, data, most)
    return table_of(name, delimited.lines_of(name, data), most, _letters_guessed(data))


def _letters_guessed(data: bytes) -> list[str]:
    """In another encoding these words would be others, and only people see which are right."""
    words = _(
        "The file is not UTF-8, so it was read as Windows-1252. Are these right: %(some)s? If not, save it as UTF-8"
    )
    some = ", ".join(word[:30] for word in decoding.guessed(data)[:5])
    return [words % {"some": some}] if some else []


def _workbook_table(name: str, data: bytes, most: int) -> IncomingTable:
    archive = zip_guard.open_zip(data)
    if not workbook.is_workbook(archive):
        raise Refused("not_a_table", _("%(name)s is a ZIP, not a table. Unpack it first.") % {"name": name})
    lines, notes = workbook.lines_of(archive, most)
    return table_of(name, lines, most, notes)
