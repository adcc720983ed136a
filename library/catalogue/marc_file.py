"""Records of a MARC 21 file, one by one: a damaged one costs itself, never those that follow it."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.catalogue.drafts import Read, Unread
from library.catalogue.marc import draft_of

END = b"\x1d"
ESCAPE = b"\x1b"
READ = 256 * 1024  # bytes
LONGEST = 1_000_000  # bytes of one record; MARC itself ends at 99,999
HIGH = re.compile(rb"[\x80-\xff]")
NOT_ANSEL = re.compile(rb"[\x80-\x87\x8a-\x8c\x8f-\xa0\xaf\xbb\xc9-\xdf\xfc\xfd\xff]")

# What pymarc mends by itself in single fields would fill the screen.
logging.getLogger("pymarc").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", message="The subfield contained a non-ASCII subfield code")

BROKEN: dict[str, Any] = {
    "RecordLeaderInvalid": gettext_lazy("Its leader is damaged."),
    "BaseAddressInvalid": gettext_lazy("Its leader says that the data begin where the record has ended."),
    "BaseAddressNotFound": gettext_lazy("Its leader does not say where the data begin."),
    "RecordDirectoryInvalid": gettext_lazy("Its directory of fields is damaged."),
    "NoFieldsFound": gettext_lazy("It has no fields."),
    "TruncatedRecord": gettext_lazy("It is cut off: shorter than its leader says."),
    "UnicodeDecodeError": gettext_lazy("Some letters are not in the encoding that the record names."),
}


def read(file: IO[bytes]) -> Iterator[Read]:
    for chunk in chunks(file):
        yield read_one(chunk)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Cut at the end-of-record sign, not by the lengths that records claim: those may be wrong."""
    rest = b""
    while block := file.read(READ):
        *whole, rest = (rest + block).split(END)
        yield from (chunk + END for chunk in map(_trimmed, whole) if chunk)
        if len(rest) > LONGEST:
            yield rest
            rest = b""
    if rest := _trimmed(rest):
        yield rest


def _trimmed(chunk: bytes) -> bytes:
    """Without the line ends and zeros that some systems put between records."""
    return chunk.lstrip(b"\r\n\x00\x1a ")


def read_one(chunk: bytes) -> Read:
    if not chunk.endswith(END):
        return Unread(_("It is cut off: the end of the record is missing."))
    utf8 = _is_utf8(chunk)
    if not utf8 and _claims_utf8(chunk):
        return Unread(str(BROKEN["UnicodeDecodeError"]))
    if not utf8 and ESCAPE not in chunk and NOT_ANSEL.search(chunk):
        return Unread(_("Its letters are neither MARC-8 nor UTF-8. Export the file as UTF-8."))
    return _parsed(chunk, force_utf8=utf8 and not chunk.isascii())


def _claims_utf8(chunk: bytes) -> bool:
    return chunk[9:10] == b"a"


def _is_utf8(chunk: bytes) -> bool:
    """Letters beyond ASCII that happen to be sound UTF-8 are UTF-8, whatever the leader says."""
    try:
        chunk.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(chunk: bytes, *, force_utf8: bool) -> Read:
    from pymarc import Record

    try:
        return draft_of(Record(chunk, to_unicode=True, force_utf8=force_utf8, hide_utf8_warnings=True))
    except Exception as error:  # pymarc raises whatever a damaged byte leads it to
        return Unread(str(BROKEN.get(type(error).__name__) or _("It is damaged: its fields cannot be read.")))
