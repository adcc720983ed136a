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
MOST_OBJECTS = 8_000_000  # of one compressed list of objects, inflated
LONGEST_SIDE, QUALITY = 1920, 80
OBJECTS = re.compile(rb"/ObjStm\b(?:(?!endobj).){0,4096}?stream\r?\n(.*?)endstream", re.DOTALL)
ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/OpenAction", b"/AA")


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
    if b"/Encrypt" in _plain(data):
        return True
    try:
        parts = [data, *(_inflated(found[1]) for found in OBJECTS.finditer(data))]
    except zlib.error:
        return True
    return any(name in _plain(part) for part in parts for name in ACTIVE)


def _plain(data: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), data)


def _inflated(stream: bytes) -> bytes:
    """Bounded: what is larger is taken for damaged."""
    engine = zlib.decompressobj()
    found = engine.decompress(stream, MOST_OBJECTS)
    if engine.unconsumed_tail:
        raise zlib.error
    return found


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
