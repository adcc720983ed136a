"""Pictures for the engine: the one reader of the site, and what is stored of them."""

from __future__ import annotations

import cv2

from config.errors import Refused
from config.errors import gettext_noop as _
from config.web.files.pictures.reading import MAX_SIDE, bounded, decode, longest_side
from recognition.engine.types import Image

__all__ = ["MAX_SIDE", "bounded", "decode", "longest_side", "to_jpeg"]


def to_jpeg(image: Image, quality: int = 92) -> bytes:
    """The RGB picture as JPEG bytes, without any metadata."""
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise Refused("damaged_image", _("The picture could not be stored."), values={})
    return data.tobytes()
