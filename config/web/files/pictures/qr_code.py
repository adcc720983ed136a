"""An address as a picture that a phone's or a tablet's camera reads."""

from __future__ import annotations

import base64


def picture_of(address: str) -> str:
    """A QR code as an address of a picture."""
    import zxingcpp

    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode)
    svg = zxingcpp.write_barcode_to_svg(code)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
