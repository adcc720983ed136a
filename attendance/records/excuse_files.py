"""The file of an excuse: bounded, re-encoded, sealed. Opened for its person and those who decide, and for no one else.

A picture is decoded and encoded again, so nothing but its pixels is stored. There is no library here that writes a PDF
again: one is bounded, must not carry scripts, and is only ever sent as a download in a sandbox.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from attendance.models import Excuse
from config.errors import Refused
from config.ops import sealing

MOST_BYTES = 10_000_000  # as it is sent
MOST_PDF = 2_000_000
MOST_LISTS = 1000  # compressed lists of objects in one PDF
MOST_WORK = 16_000_000  # bytes that all of them together may take to inflate, read and written
FAR = 4096  # bytes between the name of such a list and its stream
PIECE = 64 * 1024
LONGEST_SIDE, QUALITY = 1920, 80
ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/OpenAction", b"/AA")


def _named(*names: bytes) -> re.Pattern[bytes]:
    """These names, each letter as it is or as a #-code. Nothing repeats in it, so a search takes one pass."""
    written = (b"/" + b"".join(b"(?:%c|#(?i:%02x))" % (letter, letter) for letter in name[1:]) for name in names)
    return re.compile(b"|".join(written))


ACTIVE_NAME, ENCRYPTED_NAME, LIST_NAME = _named(*ACTIVE), _named(b"/Encrypt"), _named(b"/ObjStm")


def keep(excuse: Excuse, data: bytes) -> None:
    """Refused `too_large`, `not_an_image`, `active_pdf` and as the reader of pictures refuses. Not saved yet."""
    kind = Excuse.FileKind.PDF if data.startswith(b"%PDF-") else Excuse.FileKind.JPEG
    checked = _pdf(data) if kind == Excuse.FileKind.PDF else _picture(data)
    excuse.file_kind = kind
    excuse.file_sealed = sealing.seal(base64.b64encode(checked).decode(), context=excuse.context)


def _picture(data: bytes) -> bytes:
    import cv2  # heavy, and of use to one upload in many

    from config.web.files.pictures.reading import decode

    pixels = decode(data, max_bytes=MOST_BYTES, bound_to=LONGEST_SIDE)
    _ok, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()


def _pdf(data: bytes) -> bytes:
    if len(data) > MOST_PDF:
        raise Refused("too_large", _("The PDF is larger than 2 MB. Send a smaller one, or a photo of it."), status=413)
    if b"%%EOF" not in data[-2048:] or _is_active(data):
        raise Refused("active_pdf", _("This PDF contains scripts or is damaged. Send a photo of it instead."))
    return data


def _is_active(data: bytes) -> bool:
    """Also where a name is written with #-codes, or stands in a compressed list of objects. Encrypted: who knows?"""
    if ENCRYPTED_NAME.search(data) or ACTIVE_NAME.search(data):
        return True
    try:
        return any(ACTIVE_NAME.search(objects) for objects in _lists_of_objects(data))
    except zlib.error:
        return True


def _lists_of_objects(data: bytes) -> Iterator[bytes]:
    """One at a time, always forward. `zlib.error` for what is damaged, or more than a PDF of this size needs.

    Where a list ends is taken from what inflates it: the word `endstream` may stand inside. The search goes on at its
    beginning and not at its end, since another may be hidden in it.
    """
    left = MOST_WORK
    for number, name in enumerate(LIST_NAME.finditer(data)):
        word = data.find(b"stream", name.end(), name.end() + FAR)
        if word < 0 or number >= MOST_LISTS:
            raise zlib.error
        objects, work = _inflated(data, _after_line(data, word + len(b"stream")), left)
        left -= work
        yield objects


def _after_line(data: bytes, at: int) -> int:
    at += data.startswith(b"\r", at)
    return at + data.startswith(b"\n", at)


def _inflated(data: bytes, at: int, most: int) -> tuple[bytes, int]:
    """What begins there, and the bytes that were read and written for it: beyond `most` it is taken for damaged."""
    engine, found, work = zlib.decompressobj(), bytearray(), 0
    while not engine.eof:
        piece = data[at : at + PIECE]
        at += len(piece)
        found += engine.decompress(piece, max(1, most - len(found)))  # 0 would mean without a bound
        work += len(piece)
        if not piece or engine.unconsumed_tail or len(found) + work > most:
            raise zlib.error
    return bytes(found), len(found) + work - len(engine.unused_data)


def bytes_of(excuse: Excuse) -> bytes:
    """Refused `no_file`, `wrong_key`, `damaged`."""
    if not excuse.file_sealed:
        raise Refused("no_file", _("This excuse has no file."), status=404)
    return base64.b64decode(sealing.unseal(excuse.file_sealed, context=excuse.context))


# --- a change of keys ----------------------------------------------------------------------------


def count() -> int:
    return Excuse.objects.exclude(file_sealed="").count()


def reseal() -> Iterator[str]:
    """One file in memory at a time."""
    for pk in Excuse.objects.exclude(file_sealed="").order_by("pk").values_list("pk", flat=True):
        yield _resealed(Excuse.objects.get(pk=pk))


def _resealed(excuse: Excuse) -> str:
    if not sealing.needs_rotation(excuse.file_sealed):
        return "current"
    try:
        sealed = sealing.resealed(excuse.file_sealed, context=excuse.context)
    except Refused:
        return "failed"
    Excuse.objects.filter(pk=excuse.pk).update(file_sealed=sealed)
    return "rotated"
