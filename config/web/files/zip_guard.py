"""A ZIP from outside, opened only when it is harmless. Nothing in it is ever written to disk."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused

MAX_MEMBERS = 20_000
MAX_LIST_BYTES = MAX_MEMBERS * 400  # the list of members itself
MAX_TOTAL = 4_000_000_000  # bytes, unpacked
MAX_RATIO = 100  # unpacked to packed: photos and tables stay far below it, bombs do not
RATIO_FROM = 1_000_000  # bytes: below this a ratio proves nothing

_END = struct.Struct("<4s4H2LH")
_END_MARK, _LOCATOR_MARK = b"PK\x05\x06", b"PK\x06\x07"


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, after all that can be known without unpacking was checked.

    Refused `not_a_zip`, `too_many_members`, `unsafe_path`, `duplicate_member`, `encrypted_zip`, `zip_bomb`.
    """
    _require_short_list(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _not_a_zip() from error
    members = archive.infolist()
    _require_few(members)
    _require_plain_names(members)
    _require_no_bomb(members)
    return archive


def open_member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """One file of the archive, to be read piece by piece: anyone who reads counts the bytes. Refused `damaged_zip`."""
    try:
        return archive.open(name)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused("damaged_zip", _("This file in the ZIP is damaged.")) from error


def read_member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """At most one byte more than `most`, whatever the archive claims. Refused `damaged_zip`."""
    try:
        with archive.open(name) as file:
            return file.read(most + 1)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused("damaged_zip", _("This file in the ZIP is damaged.")) from error
    except Exception as error:  # zlib, lzma and bz2 each have an error of their own
        raise Refused("damaged_zip", _("This file in the ZIP is damaged.")) from error


def is_photo(info: zipfile.ZipInfo) -> bool:
    """A file that someone put there, not a folder and not what an operating system left behind."""
    parts = PurePosixPath(info.filename).parts
    return not info.is_dir() and not any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _require_short_list(data: bytes) -> None:
    """The list's size, read from the end record: the library would load a list of any length into memory."""
    start = data.rfind(_END_MARK, max(0, len(data) - 65_557))
    if start < 0 or len(data) < start + _END.size:
        raise _not_a_zip()
    _mark, _disk, _start_disk, _here, members, list_bytes, _offset, _comment = _END.unpack_from(data, start)
    zip64 = data[max(0, start - 20) : start].startswith(_LOCATOR_MARK)
    if zip64 or members > MAX_MEMBERS or list_bytes > MAX_LIST_BYTES:
        raise _too_many()


def _require_few(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _too_many()


def _require_plain_names(members: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in members:
        if not _is_plain(info.filename):
            raise Refused("unsafe_path", _("The ZIP contains a file with an unsafe name: %(name)s.") % _name(info))
        if info.filename in seen:
            raise Refused("duplicate_member", _("The ZIP contains two files named %(name)s.") % _name(info))
        if info.flag_bits & 1:
            raise Refused("encrypted_zip", _("The ZIP is protected by a password. Send one without a password."))
        seen.add(info.filename)


def _require_no_bomb(members: list[zipfile.ZipInfo]) -> None:
    swollen = any(
        info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size) for info in members
    )
    if swollen or sum(info.file_size for info in members) > MAX_TOTAL:
        raise Refused("zip_bomb", _("The ZIP is much larger when unpacked, so it was not opened."))


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not (path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name)


def _name(info: zipfile.ZipInfo) -> dict[str, str]:
    return {"name": info.filename[:80].encode("ascii", "backslashreplace").decode()}


def _not_a_zip() -> Refused:
    return Refused("not_a_zip", _("This is not a readable ZIP file."))


def _too_many() -> Refused:
    words = ngettext(
        "The ZIP contains more than %(count)d file. Split it.",
        "The ZIP contains more than %(count)d files. Split it.",
        MAX_MEMBERS,
    )
    return Refused("too_many_members", words % {"count": MAX_MEMBERS})
