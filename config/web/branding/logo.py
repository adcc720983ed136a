"""A logo is never kept as it was sent: it is read within bounds and written again, as a small PNG."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image as Pillow

from config.web.files.pictures.reading import decode

MOST_BYTES = 4_000_000
SIDE = 512  # px
MARGIN = 0.8  # of an icon: systems cut its corners off


def stored(data: bytes) -> bytes:
    """A PNG of at most SIDE px, transparent parts white. Raises what `decode` refuses."""
    return _png(Pillow.fromarray(decode(data, max_bytes=MOST_BYTES, bound_to=SIDE)))


@lru_cache(maxsize=8)
def icon(logo: bytes, side: int) -> bytes:
    """The logo in the middle of a white square, for home screens."""
    picture = Pillow.open(io.BytesIO(logo)).convert("RGB")
    scale = side * MARGIN / max(picture.size)
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    sheet = Pillow.new("RGB", (side, side), "white")
    sheet.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return _png(sheet)


def _png(picture: Pillow.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
