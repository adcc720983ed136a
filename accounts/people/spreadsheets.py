"""Files that registrars have, for the admin's import. Cells become plain values, or one clear sentence."""

from __future__ import annotations

import contextlib
import datetime
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tablib
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX
from import_export.tmp_storages import TempFolderStorage
from import_export.widgets import Widget

from config.errors import Refused
from config.ops import private_files
from config.tables.incoming import IncomingRow, identifier, read_table
from config.tables.incoming.cells import is_error, one_line, plain
from config.tables.incoming.columns import PERSON, columns_of, unused_titles
from config.tables.incoming.identifiers import normal
from config.tables.incoming.twins import question, twins_of

MOST_LINES = 20_000  # of one upload: someone waits for the preview
_KEEP_UPLOADS = 24 * 3600
COLUMNS = {
    "id_number": PERSON["id_number"],
    "first_name": PERSON["first_name"],
    "last_name": PERSON["last_name"],
    "email": PERSON["email"],
    "role": (),
    "affiliation": (),
    "department": (),
    "valid_from": (),
    "valid_until": (),
    "card_barcode": (),
    "active": (),
    "guardian_name": (),
    "guardian_email": (),
}


class PeopleSheet(tablib.Dataset):
    """The lines of a file under our own names of the columns, with what the library does not ask for."""

    rows_read: list[IncomingRow]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def people_in(name: str, data: bytes) -> PeopleSheet:
    """Refused for a file that is wrong as a whole: `no_id_number`, and as tables are."""
    table = read_table(name, data, most=MOST_LINES)
    found = columns_of(table, COLUMNS)
    if "id_number" not in found:
        words = _(
            "The column id_number is missing. The first line must name the columns, and one of them must be id_number."
        )
        raise Refused("no_id_number", words)
    rows = list(table.rows)
    people = PeopleSheet(*([row[column] for column in found.values()] for row in rows), headers=list(found))
    people.rows_read, people.unused, people.notes = rows, unused_titles(table, found), table.notes
    return people


class _AnyTable:
    """CSV or XLSX, whatever was chosen: known by what is in it. Read as bytes, for the text layer knows encodings."""

    def create_dataset(self, in_stream: bytes | str, **options: Any) -> PeopleSheet:
        return people_in(_("The file"), in_stream.encode() if isinstance(in_stream, str) else in_stream)

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"


class AnyCsv(_AnyTable, CSV):
    pass


class Workbook(_AnyTable, XLSX):
    pass


class UploadFolder(TempFolderStorage):
    """Where an upload waits for its confirmation: our own folder, and never longer than a day."""

    name: str | None

    def get_full_path(self) -> str:
        return str(_folder() / Path(str(self.name)).name)

    def save(self, data: bytes) -> None:
        forget_old_uploads()
        super().save(data)

    def _open(self, mode: str = "r") -> Any:
        self.name = self.name or secrets.token_hex(16)
        path = Path(self.get_full_path())
        if mode == "w":
            path.touch(mode=0o600)
            return path.open("wb")
        return path.open(mode, encoding=self.encoding)


def forget_old_uploads() -> None:
    """Delete uploads that no one confirmed."""
    forget_uploads(older_than=_KEEP_UPLOADS)


def forget_uploads(*, older_than: float = 0.0) -> None:
    """Delete uploads that wait for a confirmation, `older_than` so many seconds; 0: all."""
    for path in _folder().iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if time.time() - path.stat().st_mtime >= older_than:
                path.unlink()


def _folder() -> Path:
    return private_files.folder(Path(settings.VAR_DIR) / "uploads")


class TextWidget(Widget):
    def __init__(self, *, empty: str | None = "") -> None:
        super().__init__()
        self.empty = empty

    def clean(self, value: Any, row: Any = None, **options: Any) -> str | None:
        text = one_line(plain(value))
        if is_error(text):
            raise ValueError(_("'%s' is a spreadsheet error. Correct the cell, then try again.") % text)
        return text or self.empty

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "" if value is None else str(value)


class CodeWidget(TextWidget):
    """A number or code that a machine reads: never as a spreadsheet has spoiled it."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> str | None:
        return identifier(value) or self.empty


class DayWidget(Widget):
    """A date, written so that no one can take the month for the day."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if not plain(value):
            return None
        try:
            return datetime.date.fromisoformat(plain(value))
        except ValueError as error:
            raise ValueError(_("'%s' is not a date. Write it like 2026-09-30.") % plain(value)) from error

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.isoformat() if value else ""


class YesNo(Widget):
    _WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

    def clean(self, value: Any, row: Any = None, **options: Any) -> bool | None:
        word = plain(value).lower()
        if word and word not in self._WORDS:
            raise ValueError(_("'%s' is not yes or no.") % plain(value))
        return self._WORDS.get(word)

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "yes" if value else "no"


class OneOf(Widget):
    """One of a few words, by value or by its name on the screen. An empty cell changes nothing."""

    def __init__(self, choices: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.choices = list(choices)

    def clean(self, value: Any, row: Any = None, **options: Any) -> str | None:
        word = plain(value).lower()
        known = {str(name).lower(): key for key, name in self.choices} | {key: key for key, _name in self.choices}
        if word and word not in known:
            raise ValueError(
                _("'%(word)s' is not one of: %(known)s.")
                % {"word": plain(value), "known": ", ".join(key for key, _name in self.choices)}
            )
        return known.get(word)

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value or ""


class ByCode(Widget):
    """A row of another table, by its code. Looks the codes up once per file."""

    def __init__(self, rows: QuerySet[Any], sentence: Any) -> None:
        super().__init__()
        self.rows, self.sentence = rows, sentence

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        code = normal(value)
        if not code:
            return None
        found = self.rows.all().filter(code=code).first()
        if found is None:
            twin = twins_of([code], self.rows.all(), "code").get(code)
            raise ValueError(question(code, twin) if twin else self.sentence % code)
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.code if value else ""
