"""Which kind of file it is, and its records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from config.errors import Refused
from library.catalogue.formats import csv_file, marc_file, marc_structure, marcxml_file, xml_encoding
from library.catalogue.formats.incoming_records import Read
from library.catalogue.formats.record_formats import USUAL, ReadChoices, RecordReader

HEAD = 4096  # bytes that are enough to tell
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")


def records(file: IO[bytes], choices: ReadChoices = USUAL) -> Iterator[Read]:
    """`file` can be rewound. Refused `empty_file`, `unknown_format`, and as the formats refuse."""
    return made(file, choices)


def made(file: IO[bytes], reader: RecordReader) -> Iterator[Read]:
    """What `reader` makes of each MARC record; the lines of a table as they are."""
    head = file.read(HEAD)
    file.seek(0)
    return reader_for(head)(file, reader)


def reader_for(head: bytes) -> Callable[[IO[bytes], RecordReader], Iterator[Read]]:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\x00 \t")
    if not start:
        raise Refused("empty_file", _("The file is empty."))
    if xml_encoding.is_xml(head) or start.startswith(b"<"):
        return marcxml_file.read
    if marc_structure.begins_like_marc(head):
        return marc_file.read
    _refuse_what_has_a_name(start)
    if not csv_file.looks_like_a_table(head):
        raise Refused("unknown_format", _("This is not a MARC 21, UNIMARC, MARCXML, CSV or XLSX file."))
    return csv_file.read


def _refuse_what_has_a_name(start: bytes) -> None:
    if start[:1] in (b"{", b"["):
        raise Refused("json_file", _("This is JSON. Export the catalogue as MARC 21, MARCXML or CSV."))
    if start.startswith(PACKED):
        raise Refused("packed_file", _("This file is compressed. Unpack it, then import the file that is in it."))
    if start.startswith(b"=LDR"):
        words = _("This is MARC as text (.mrk). Turn it into MARC 21 (.mrc) in MarcEdit, then import that file.")
        raise Refused("marc_as_text", words)
