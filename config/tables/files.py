"""The formats in which a table leaves the house, by the names that addresses and commands use."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.errors import Refused
from config.tables.as_csv import csv_chunks
from config.tables.as_pdf import write_pdf
from config.tables.as_xlsx import write_xlsx
from config.tables.table import Table, Words
from config.web.files.downloads import download

READ = 256 * 1024  # bytes


@dataclass(frozen=True)
class Format:
    label: Words
    ending: str
    content_type: str
    write: Callable[[Table, IO[bytes]], None]


def _csv(table: Table, file: IO[bytes]) -> None:
    file.writelines(csv_chunks(table))


def _csv_for_excel(table: Table, file: IO[bytes]) -> None:
    file.writelines(csv_chunks(table, bom=True))


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "csv": Format(gettext_lazy("CSV"), "csv", "text/csv; charset=utf-8", _csv),
    "csv-excel": Format(gettext_lazy("CSV for Excel"), "csv", "text/csv; charset=utf-8", _csv_for_excel),
    "xlsx": Format(gettext_lazy("Excel workbook"), "xlsx", XLSX_TYPE, write_xlsx),
    "pdf": Format(gettext_lazy("PDF"), "pdf", "application/pdf", write_pdf),
}


def format_named(name: str) -> Format:
    """Refused `no_such_format` (404)."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        words = _("'%(name)s' is not a format. Use one of %(known)s.") % {"name": name, "known": known}
        raise Refused("no_such_format", words, status=404)
    return FORMATS[name]


def table_response(request: HttpRequest, table: Table, name: str) -> StreamingHttpResponse:
    """The table as a download. CSV begins at once; XLSX and PDF are made whole first, so that a refusal is heard."""
    kind = format_named(name)
    chunks = csv_chunks(table, bom=name == "csv-excel") if kind.ending == "csv" else _whole(table, kind)
    return download(request, chunks, f"{table.name}.{kind.ending}", kind.content_type)


def _whole(table: Table, kind: Format) -> Iterator[bytes]:
    """Made in a file without a name, which is gone when the last piece was read."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  it outlives this function
    kind.write(table, file)
    file.seek(0)
    return _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(READ):
            yield piece
