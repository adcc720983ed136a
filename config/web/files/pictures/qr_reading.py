"""The QR codes on a picture that a camera took."""

from __future__ import annotations

from typing import Any

from config.web.files.pictures.reading import decode

LONGEST_SIDE = 1280  # px: a code that is held to a camera is large


def codes_on(data: bytes, *, max_bytes: int) -> list[str]:
    """What each of them says. Raises Refused as `reading.decode` does."""
    import zxingcpp  # heavy, and of use to few pages

    picture = decode(data, max_bytes=max_bytes, bound_to=LONGEST_SIDE)
    wanted: Any = zxingcpp.BarcodeFormat.QRCode  # one format is as good as a list of them
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=wanted)]
