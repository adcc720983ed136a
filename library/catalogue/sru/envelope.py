"""What an SRU answer says around its records: how many there are, and what went wrong. Pure, and no entities."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from config.errors import Refused
from library.catalogue.formats import xml_encoding

ROOTS = ("searchRetrieveResponse", "explainResponse")


class NotSru(ValueError):
    """A page, or XML of another kind."""


@dataclass
class Envelope:
    root: str = ""
    total: int = 0
    diagnostics: list[str] = field(default_factory=list)


def read(body: bytes) -> Envelope:
    """Raises NotSru for what no catalogue answers."""
    try:
        text = xml_encoding.decoder_for(body).decode(body, True)
        found = _EnvelopeReader().read(text)
    except (expat.ExpatError, Refused, UnicodeError) as error:
        raise NotSru(str(error)) from error
    if found.root not in ROOTS:
        raise NotSru(found.root)
    return found


class _EnvelopeReader:
    def __init__(self) -> None:
        self.found, self.text, self.path = Envelope(), "", []  # type: ignore[var-annotated]
        self.parts: dict[str, str] = {}

    def read(self, text: str) -> Envelope:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _forbidden
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(text, True)
        return self.found

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.found.root = self.found.root or name
        self.path.append(name)
        self.text = ""

    def _characters(self, text: str) -> None:
        self.text = (self.text + text)[:500]

    def _end(self, _name: str) -> None:
        name, text = self.path.pop(), " ".join(self.text.split())
        if name == "numberOfRecords" and text.isdecimal():
            self.found.total = int(text)
        elif name in ("message", "details", "uri"):
            self.parts[name] = text
        elif name == "diagnostic":
            said = [self.parts.get("message") or self.parts.get("uri", ""), self.parts.get("details", "")]
            self.found.diagnostics.append(": ".join(filter(None, said)))
            self.parts = {}


def _forbidden(*_args: object) -> int:
    raise NotSru("a document type or entities")
