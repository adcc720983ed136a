"""Which kind of file it is, and its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from config.errors import Refused
from library.catalogue import csv_file, marc_file, marcxml_file
from library.catalogue.drafts import Read

HEAD = 4096  # bytes that are enough to tell


def records(file: IO[bytes]) -> Iterator[Read]:
    """`file` can be rewound. Refused `empty_file`, `unknown_format`, and as the formats refuse."""
    head = file.read(HEAD)
    file.seek(0)
    return reader_for(head)(file)


def reader_for(head: bytes) -> Callable[[IO[bytes]], Iterator[Read]]:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\x00 \t")
    if not start:
        raise Refused("empty_file", _("The file is empty."))
    if start.startswith(b"<"):
        return marcxml_file.read
    if re.match(rb"[\d ]{5}.{15,19}", start, re.DOTALL) and (b"\x1e" in head or b"\x1f" in head):
        return marc_file.read
    if start[:1] in (b"{", b"["):
        raise Refused("json_file", _("This is JSON. Export the catalogue as MARC 21, MARCXML or CSV."))
    if b"\x00" in head or b"\x1b" in head or not _has_columns(start):
        raise Refused("unknown_format", _("This is no MARC 21, MARCXML or CSV file."))
    return csv_file.read


def _has_columns(start: bytes) -> bool:
    first = start.splitlines()[0]
    return any(sign in first for sign in (b",", b";", b"\t", b"|")) or first.strip().lower() == b"title"
