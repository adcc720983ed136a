"""Records of a MARC 21 file, one by one: a damaged one costs itself, never those that follow it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from library.catalogue.formats import iso5426, marc_encoding, marc_structure
from library.catalogue.formats.incoming_records import Draft, Read, Unread
from library.catalogue.formats.marc_encoding import Reading
from library.catalogue.formats.marc_structure import RECORD_END, Structure
from library.catalogue.formats.record_formats import USUAL, RecordReader, tells_unimarc

READ = 256 * 1024  # bytes
LONGEST = 1_000_000  # bytes of one record; MARC itself ends at 99,999

# What pymarc mends by itself in single fields would fill the screen.
logging.getLogger("pymarc").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", message="The subfield contained a non-ASCII subfield code")


def read(file: IO[bytes], reader: RecordReader = USUAL) -> Iterator[Read]:
    for chunk in chunks(file):
        yield from read_chunk(chunk, reader)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Cut at the end-of-record sign, not by the lengths that records claim: those may be wrong."""
    rest = b""
    while block := file.read(READ):
        *whole, rest = (rest + block).split(RECORD_END)
        yield from (chunk + RECORD_END for chunk in map(_trimmed, whole) if chunk)
        if len(rest) > LONGEST:
            yield rest
            rest = b""
    if rest := _trimmed(rest):
        yield rest


def _trimmed(chunk: bytes) -> bytes:
    """Blanks stay where a record follows them: they may be its missing length."""
    return chunk.lstrip(marc_structure.BETWEEN) if chunk.strip(marc_structure.BETWEEN + b" \t") else b""


def read_chunk(chunk: bytes, reader: RecordReader = USUAL) -> Iterator[Read]:
    """Mostly one record. More where the end of one is missing, so that the next one sticks to it."""
    if chunk.endswith(RECORD_END) and (structure := marc_structure.exact(chunk)):
        yield _read(structure, reader)
        return
    for part in marc_structure.split_at_records(chunk):
        yield read_one(part, reader)


def read_one(part: bytes, reader: RecordReader = USUAL) -> Read:
    structure = marc_structure.exact(part) or marc_structure.loose(part)
    if structure:
        return _read(structure, reader)
    if not part.endswith(RECORD_END):
        if marc_structure.FIELD_END not in part and marc_structure.SUBFIELD not in part:
            return Unread(_("There is something between two records that is not a MARC record."))
        return Unread(_("It is incomplete: the end of the record is missing."))
    return Unread(_("Its field directory is damaged."))


def _read(structure: Structure, reader: RecordReader) -> Read:
    tags = reader.tags
    used = [(tag, value) for tag, value in structure.fields if tag in tags]
    is_unimarc, says_utf8 = tells_unimarc({tag for tag, _value in structure.fields}), structure.leader[9:10] == b"a"
    letters = _letters_of_unimarc(used) if is_unimarc else _letters(used, says_utf8=says_utf8)
    if not letters.encoding:
        return Unread(_not_read(says_utf8, is_unimarc))
    try:
        draft = reader.read(_record(used, letters.encoding))
    except Exception:  # whatever a damaged byte leads to
        return Unread(_("It is damaged: its fields cannot be read."))
    return _noted(draft, structure, letters) if isinstance(draft, Draft) else draft


def _letters(fields: marc_structure.Fields, *, says_utf8: bool) -> Reading:
    values = (value for _tag, value in fields)
    return marc_encoding.reading(values, says_utf8=says_utf8, language=_language(fields))


def _letters_of_unimarc(fields: marc_structure.Fields) -> Reading:
    """There field 100 names the character sets, and 101 the language."""
    coded, spoken = (next((value for tag, value in fields if tag == wanted), b"") for wanted in ("100", "101"))
    sets, language = coded.partition(b"\x1fa")[2][26:34], spoken.partition(b"\x1fa")[2][:3]
    return iso5426.reading((value for _tag, value in fields), sets=sets, language=language.decode("ascii", "replace"))


def _language(fields: marc_structure.Fields) -> str:
    """The code in 008, or empty."""
    fixed = next((value[35:38] for tag, value in fields if tag == "008"), b"")
    return fixed.decode("ascii", errors="replace").lower().strip(" |")


def _not_read(says_utf8: bool, is_unimarc: bool) -> str:
    if is_unimarc:
        return _("This UNIMARC record is neither in UTF-8 nor in ISO 5426. Export the file as UTF-8.")
    if says_utf8:
        return _("Some characters do not match the encoding that the record names.")
    return _("Its characters are neither MARC-8 nor UTF-8. Export the file as UTF-8.")


def _noted(draft: Draft, structure: Structure, letters: Reading) -> Draft:
    draft.doubtful = letters.doubtful
    if not structure.exact:
        draft.notes.append(_("Its directory does not match its fields, so each field was read up to its own end mark."))
    if not letters.as_said:
        words = _("Its characters do not match the encoding in its leader, so they were read as %(encoding)s.")
        draft.notes.append(words % {"encoding": letters.encoding})
    elif letters.doubtful and letters.encoding == iso5426.ISO5426:
        draft.notes.append(_("Its characters were read as ISO 5426. Please check them."))
    elif letters.doubtful:
        draft.notes.append(_("Its characters were read as MARC-8, as its leader says. Please check them."))
    return draft


def _record(fields: marc_structure.Fields, encoding: str) -> Any:
    from pymarc import Record

    record = Record()
    for tag, value in fields:
        record.add_field(_field(tag, value, encoding))
    return record


def _field(tag: str, value: bytes, encoding: str) -> Any:
    from pymarc import Field, Indicators, Subfield

    if tag < "010":
        return Field(tag, data=_decoded(value, encoding))
    parts = value.split(marc_structure.SUBFIELD)
    pairs = [marc_structure.code_and_rest(part) for part in parts[1:] if part]
    subfields = [Subfield(code, _decoded(rest, encoding)) for code, rest in pairs]
    return Field(tag, Indicators(*_indicators(parts[0])), subfields)


def _indicators(said: bytes) -> tuple[str, str]:
    """Two signs; what is damaged says nothing."""
    sound = len(said) == 2 and said.isascii() and all(one.isalnum() or one == " " for one in said.decode())
    return (chr(said[0]), chr(said[1])) if sound else (" ", " ")


def _decoded(value: bytes, encoding: str) -> str:
    """Sound UTF-8 is UTF-8 in any record."""
    if encoding == iso5426.ISO5426 and not marc_encoding.is_utf8(value):
        return iso5426.decoded(value)
    return marc_encoding.decoded(value, encoding)
