"""In which encoding is an XML file? Its first bytes say so, then its declaration, which is sometimes wrong."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

from config.errors import Refused

MARKS = (  # the first bytes, with a byte order mark or without; the longer first
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{1,39})["']""")
WESTERN_DECODER = codecs.getincrementaldecoder("cp1252")  # as every browser reads Latin-1
LATIN = ("iso8859-1", "ascii", "cp1252")
READABLE = re.compile(
    r"utf-8|iso8859-\d+|cp125\d|koi8-[ru]|cp8\d\d|gb2312|gbk|gb18030|big5|euc_(?:jp|kr)|shift_jis|cp949"
)
# A byte that is not in the encoding of the file travels as a letter of private use, and becomes one of Windows-1252.
PRIVATE = 0x10FE00
FOREIGN = re.compile("[\U0010fe80-\U0010feff]+")
# What UTF-8 says in western languages; `CAFÉ»` would be a letter that none of them has.
WESTERN = re.compile("[\xa0-\u017f\u2010-\u203a\u20ac\u2122]")
ENOUGH = 3  # letters of another alphabet that cannot be an accident


def is_xml(start: bytes) -> bool:
    """In an encoding of more than one byte; all others begin with `<` or a mark of UTF-8."""
    mark, name = next(((mark, name) for mark, name in MARKS if start.startswith(mark)), (b"", ""))
    return bool(mark) and start[:400].decode(name, "replace").lstrip("\ufeff \t\r\n").startswith("<")


def decoder_for(start: bytes) -> codecs.IncrementalDecoder:
    """For the file that begins with `start`. Refused `xml_encoding` when its encoding is not known."""
    found = next((name for mark, name in MARKS if start.startswith(mark)), "")
    return codecs.getincrementaldecoder(found)("replace") if found else _declared(start)


def _declared(start: bytes) -> codecs.IncrementalDecoder:
    said = DECLARED.match(start.removeprefix(codecs.BOM_UTF8))
    name = _normal(said[1].decode()) if said else "utf-8"
    if start.startswith(codecs.BOM_UTF8) or name.startswith(("utf-16", "utf-32")):
        name = "utf-8"  # it was converted, and its declaration forgotten
    if name in LATIN:
        return WESTERN_DECODER("as_private")
    if not READABLE.fullmatch(name):
        raise Refused("xml_encoding", _("The encoding of this XML is not known. Save it as UTF-8, then try again."))
    return codecs.getincrementaldecoder("utf-8-sig" if name == "utf-8" else name)("as_private")


def _normal(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name


def as_utf8(text: str) -> str | None:
    """What was meant where UTF-8 was read as Windows-1252: `GrÃ¶ÃŸe` is Größe. None for every other text."""
    if text.isascii():
        return None
    try:
        meant = b"".join(_bytes(one) if FOREIGN.match(one) else one.encode("cp1252") for one in text).decode()
    except UnicodeError:
        return None
    letters = [letter for letter in meant if not letter.isascii()]
    return meant if len(letters) >= ENOUGH or all(map(WESTERN.match, letters)) else None


def as_windows(text: str) -> str:
    return FOREIGN.sub(lambda found: _bytes(found[0]).decode("cp1252", "replace"), text)


def _bytes(foreign: str) -> bytes:
    return bytes(ord(letter) - PRIVATE for letter in foreign)


def is_another_alphabet(runs: list[str]) -> bool:
    """Letters of western languages stand alone or in pairs."""
    return any(len(run) > 2 or "\ufffd" in as_windows(run) for run in runs)


def _as_private(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(PRIVATE + byte) if byte >= 0x80 else chr(byte) for byte in wrong), error.end


codecs.register_error("as_private", _as_private)
