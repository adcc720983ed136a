"""From untrusted bytes to an upright RGB picture of bounded size, or one clear sentence why not."""

from __future__ import annotations

import io
import warnings

import cv2
import numpy as np
from PIL import ExifTags, ImageOps
from PIL import Image as Pillow

from config.errors import Refused
from recognition.engine.jpeg_scans import JPEG, more_scans_than
from recognition.engine.types import Image

FORMATS = ("JPEG", "PNG", "WEBP")  # what the sentences say; Pillow opens MPO, the JPEG of some phones, as JPEG
MAX_SIDE = 8000  # px
MAX_BYTES = 20_000_000
BOUND = 1920  # px: the longer side that detection works on
MAX_SCANS = 100  # of a progressive JPEG: cameras and programs write about ten
# Said once and for all: to change the filters around each call is not safe with several threads.
warnings.filterwarnings("ignore", module=r"PIL\.")
_WHOLE = ("P", "PA", "1", "I;16", "I;16L", "I;16B", "I;16N")  # kinds that Pillow does not shrink


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, max_side: int = MAX_SIDE, bound_to: int = BOUND) -> Image:
    """The picture in `data`, upright (EXIF), RGB, H × W × 3, its longer side at most `bound_to` px.

    The header is read before any pixel, so a decompression bomb costs nothing. Grey, CMYK, palette,
    transparent and 16-bit pictures are converted. Raises Refused: `empty_file`, `too_large`,
    `not_an_image`, `too_many_pixels`, `animated`, `damaged_image`.
    """
    if not data:
        raise Refused("empty_file", "The file is empty.")
    if len(data) > max_bytes:
        raise Refused("too_large", f"The file is larger than {max_bytes / 1e6:.1f} MB.", status=413)
    picture = _opened(data)
    if max(picture.size) > max_side:
        raise Refused("too_many_pixels", f"The picture is larger than {max_side} pixels a side.")
    if _is_animated(picture):
        raise Refused("animated", "The picture is animated: send a single photo.")
    return _pixels(picture, bound_to)


def _opened(data: bytes) -> Pillow.Image:
    if data.startswith(JPEG) and more_scans_than(MAX_SCANS, data):
        raise _damaged()
    try:
        return Pillow.open(io.BytesIO(data), formats=FORMATS)
    except Pillow.DecompressionBombError as error:
        raise Refused("too_many_pixels", f"The picture is larger than {MAX_SIDE} pixels a side.") from error
    except Exception as error:  # whatever a reader stumbles over: each format has errors of its own
        raise Refused("not_an_image", "This is not a picture that can be read: use JPEG, PNG or WebP.") from error


def _is_animated(picture: Pillow.Image) -> bool:
    """Whether there is a second frame. They are never counted: a file may hold a million, and each is looked for.

    An MPO is a photo with a second one beside it.
    """
    if picture.format == "MPO":
        return False
    try:
        picture.seek(1)
    except EOFError:
        return False
    except Exception as error:
        raise _damaged() from error
    return True


def _pixels(picture: Pillow.Image, bound_to: int) -> Image:
    try:
        picture.draft("RGB", (bound_to, bound_to))  # JPEG: decode at a fraction of the size, where that is enough
        picture = _shrunk(picture, bound_to)
        if picture.mode.startswith("I"):
            picture = _to_8_bit(picture)
        upright = ImageOps.exif_transpose(picture)
        pixels = np.asarray(_flattened(upright), np.uint8)
    except Exception as error:
        raise _damaged() from error
    return bounded(pixels, bound_to)


def _damaged() -> Refused:
    return Refused("damaged_image", "The picture is damaged and cannot be read.")


def _shrunk(picture: Pillow.Image, bound_to: int) -> Pillow.Image:
    """By a whole factor and before anything else: of 64 million pixels each later step would make a copy of 256 MB."""
    factor = max(picture.size) // bound_to
    if factor < 2:
        return picture
    orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    small = _reducible(picture).reduce(factor)
    small.getexif()[ExifTags.Base.Orientation] = orientation
    return small


def _reducible(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode not in _WHOLE:
        return picture
    if picture.mode.startswith("I;16"):
        return picture.convert("I")
    return picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")


def _to_8_bit(picture: Pillow.Image) -> Pillow.Image:
    """16-bit grey."""
    values = np.asarray(picture, np.float32)
    eight = Pillow.fromarray(np.clip(values * (255.0 / 65535.0), 0, 255).astype(np.uint8))
    eight.getexif()[ExifTags.Base.Orientation] = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return eight


def _flattened(picture: Pillow.Image) -> Pillow.Image:
    """RGB, transparent parts on white as a viewer would show them."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        sheet = Pillow.new("RGBA", layer.size, "white")
        return Pillow.alpha_composite(sheet, layer).convert("RGB")
    return picture.convert("RGB")


def bounded(image: Image, longest: int) -> Image:
    """The picture shrunk so that its longer side is at most `longest` px; never enlarged."""
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1.0:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def to_jpeg(image: Image, quality: int = 92) -> bytes:
    """The RGB picture as JPEG bytes, without any metadata."""
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise Refused("damaged_image", "The picture could not be stored.")
    return data.tobytes()
