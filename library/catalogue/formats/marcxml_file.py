"""Records of a MARCXML file, one by one. Document types and entities are refused: no bomb is ever unfolded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from config.errors import Refused
from library.catalogue.formats import xml_encoding
from library.catalogue.formats.incoming_records import Read, Unread
from library.catalogue.formats.record_formats import USUAL, RecordReader

READ = 64 * 1024  # bytes
DEEPEST = 50  # elements within one another; MARCXML has four
LONGEST_TEXT = 1_000_000  # letters in one field


def read(file: IO[bytes], reader: RecordReader = USUAL) -> Iterator[Read]:
    """Refused `xml_entities` for a file that declares a document type or entities, and `xml_encoding`."""
    parser, decoder = _Parser(reader), None
    while block := file.read(READ):
        decoder = decoder or xml_encoding.decoder_for(block)
        parser.is_western = type(decoder) is xml_encoding.WESTERN_DECODER
        if why := parser.feed(decoder.decode(block)):
            yield from parser.taken()
            yield Unread(why)
            return
        yield from parser.taken()
    if why := parser.feed(decoder.decode(b"", True) if decoder else "", last=True):
        yield Unread(why)


def _forbidden(*_args: Any) -> int:
    raise Refused(
        "xml_entities",
        _(
            "This XML declares a document type or entities. "
            "Such files are not read, because they can overload the server. Export it without them."
        ),
    )


class _Parser:
    """From expat's events to pymarc records; holds one record at a time."""

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader
        self.ready: deque[Read] = deque()
        self.record: Any = None
        self.field: Any = None
        self.code = ""
        self.foreign: list[str] = []
        self.is_western = False  # by the encoding that the file names
        self.is_utf8 = False  # all the same
        self.text: list[str] = []
        self.length = self.depth = 0
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.StartDoctypeDeclHandler = self.expat.EntityDeclHandler = _forbidden
        self.expat.ExternalEntityRefHandler = self.expat.UnparsedEntityDeclHandler = _forbidden
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._characters

    def feed(self, block: str, *, last: bool = False) -> str:
        """Empty, or why the rest of the file cannot be read."""
        try:
            self.expat.Parse(block, last)  # as letters: whatever encoding the declaration names no longer counts
        except expat.ExpatError as error:
            words = _("The XML is broken in line %(line)d, and nothing after it can be read.")
            return words % {"line": error.lineno}
        return ""

    def taken(self) -> Iterator[Read]:
        while self.ready:
            yield self.ready.popleft()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        from pymarc import Field, Indicators, Record

        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused("xml_too_deep", _("This XML is nested too deeply to be MARCXML."))
        self.text, self.length, name = [], 0, _local(name)
        if name == "record":
            self.record, self.foreign, self.is_utf8 = Record(), [], False
        elif name == "controlfield":
            self.field = Field(attributes.get("tag") or "000", data="")
        elif name == "datafield":
            two = Indicators(attributes.get("ind1") or " ", attributes.get("ind2") or " ")
            self.field = Field(attributes.get("tag") or "999", two)
        elif name == "subfield":
            self.code = attributes.get("code") or ""

    def _characters(self, text: str) -> None:
        self.length += len(text)
        if self.length <= LONGEST_TEXT:
            self.text.append(text)

    def _end(self, name: str) -> None:
        self.depth -= 1
        name, text, self.text = _local(name), "".join(self.text), []
        text = self._read_right(text)
        if self.record is None:
            return
        if name == "record":
            self._finish()
        elif name == "subfield" and self.field is not None and not self.field.control_field:
            self.field.add_subfield(self.code or "a", text)
        elif name in ("controlfield", "datafield") and self.field is not None:
            if name == "controlfield":
                self.field.data = text
            self.record.add_field(self.field)
            self.field = None

    def _read_right(self, text: str) -> str:
        if self.is_western and (meant := xml_encoding.as_utf8(text)) is not None:
            self.is_utf8 = True
            return meant
        self.foreign += (runs := xml_encoding.FOREIGN.findall(text))
        return xml_encoding.as_windows(text) if runs else text

    def _finish(self) -> None:
        try:
            self.ready.append(_noted(self.reader.read(self.record), self.foreign, is_utf8=self.is_utf8))
        except Exception:  # whatever a strange field leads to
            self.ready.append(Unread(_("It is damaged: its fields cannot be read.")))
        self.record = None


def _noted(read: Read, foreign: list[str], *, is_utf8: bool) -> Read:
    """`foreign`: the letters that were not in the encoding of the file."""
    if not (foreign or is_utf8) or isinstance(read, Unread):
        return read
    if xml_encoding.is_another_alphabet(foreign):
        return Unread(_("Some characters do not match the encoding that the file names."), read.title)
    words = _("Some characters do not match the encoding that the file names, so it was read as %(encoding)s.")
    read.doubtful, read.notes = True, [*read.notes, words % {"encoding": "Windows-1252" if foreign else "UTF-8"}]
    return read


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
