"""Files that registrars have: CSV in any dialect, XLSX. Cells become plain values, or one clear sentence."""

from __future__ import annotations

import csv
import datetime
import io
import secrets
import time
import zipfile
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

from config.tables import FORMULA

MAX_UNPACKED = 200_000_000  # an XLSX is a ZIP: what it may grow to
_KEEP_UPLOADS = 24 * 3600


def plain(cell: Any) -> str:
    """What somebody meant by a cell: trimmed, whole numbers without '.0', our own formula mark removed."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


class AnyCsv(CSV):
    """CSV with commas, semicolons or tabs, whichever the first line has most of."""

    def create_dataset(self, in_stream: Any, **options: Any) -> tablib.Dataset:
        text = in_stream.decode(self.encoding or "utf-8-sig") if isinstance(in_stream, bytes) else in_stream
        first = text.partition("\n")[0]
        rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
        return _table(rows)


class Workbook(XLSX):
    """The first sheet of an XLSX file, refused when it would unpack to something huge."""

    def create_dataset(self, in_stream: Any) -> tablib.Dataset:
        with zipfile.ZipFile(io.BytesIO(in_stream)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
                raise ValueError("this workbook unpacks to more than 200 MB")
        sheet = super().create_dataset(in_stream)
        return _table([sheet.headers or [], *sheet])


def empty(row: Iterable[Any]) -> bool:
    return not any(plain(cell) for cell in row)


def _table(rows: list[Any]) -> tablib.Dataset:
    """Headers in small letters, every line as wide as the headers, no empty lines at the end."""
    while rows and empty(rows[-1]):
        rows.pop()
    if not rows:
        return tablib.Dataset()
    width = len(rows[0])
    lines = [(*row[:width], *[""] * (width - len(row))) for row in rows[1:]]
    return tablib.Dataset(*lines, headers=[plain(name).lower() for name in rows[0]])


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
    """Delete uploads that nobody confirmed."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > _KEEP_UPLOADS:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class Text(Widget):
    def __init__(self, *, empty: str | None = "") -> None:
        super().__init__()
        self.empty = empty

    def clean(self, value: Any, row: Any = None, **options: Any) -> str | None:
        return plain(value) or self.empty

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "" if value is None else str(value)


class Day(Widget):
    """A date, written so that nobody can take the month for the day."""

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
            raise ValueError(_("'%s' is neither yes nor no.") % plain(value))
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
        code = plain(value)
        if not code:
            return None
        found = self.rows.all().filter(code=code).first()
        if found is None:
            raise ValueError(self.sentence % code)
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.code if value else ""
