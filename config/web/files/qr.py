"""A QR code as one SVG path: a text in, modules out. The page draws it, so no picture of it lies anywhere."""

from __future__ import annotations

from typing import TypedDict

QUIET = 4  # modules of white around it, as the standard asks


class QrPath(TypedDict):
    size: int  # modules along one side, with the white around it
    path: str  # for <path d>, in modules


def qr_path(text: str) -> QrPath:
    from reportlab.graphics.barcode import qrencoder

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    dark = (f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y in range(count) for x in range(count) if code.isDark(y, x))
    return {"size": count + 2 * QUIET, "path": "".join(dark)}
