"""From untrusted bytes to an upright RGB picture of bounded size, or one clear sentence why not."""

from __future__ import annotations

import io
import warnings
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, ImageOps
from PIL import Image as Pillow

from config.errors import Refused
from config.errors import gettext_noop as _
from config.web.files.pictures import formats, jpeg

Image = NDArray[np.uint8]  # RGB, H × W × 3

MAX_SIDE = 20_000  # px
MAX_PIXELS = 64_000_000  # of a picture that has to be unpacked as a whole
MAX_HEIF_PIXELS = 110_000_000  # it takes less memory for each
# A JPEG is unpacked at down to an eighth of its size; the numbers of a progressive one are all kept meanwhile.
MAX_JPEG_PIXELS, MAX_PROGRESSIVE_PIXELS = 200_000_000, 110_000_000
MAX_BYTES = 40_000_000
BOUND = 1920  # px: the longer side that detection works on
MAX_SCANS = 100  # of a progressive JPEG: cameras and programs write about ten
# Pillow's own alarm for bombs rings at twice this number; the limits above are asked first.
Pillow.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS // 2
# Said once and for all: to change the filters around each call is not safe with several threads.
warnings.filterwarnings("ignore", module=r"PIL\.")
_WHOLE = ("P", "PA", "1", "I;16", "I;16L", "I;16B", "I;16N")  # kinds that Pillow does not shrink


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, max_side: int = MAX_SIDE, bound_to: int = BOUND) -> Image:
    """The picture in `data`, upright (EXIF), RGB, H × W × 3, its longer side at most `bound_to` px.

    The header is read before any pixel, so a decompression bomb costs nothing. Grey, CMYK, palette,
    transparent and 16-bit pictures are converted. A JPEG that lacks only its last bytes is read.

    Raises Refused: `empty_file`, `too_large`,
    `not_an_image`, `too_many_pixels`, `animated`, `damaged_image`.
    """
    if not data:
        raise Refused("empty_file", _("The file is empty."), values={})
    if len(data) > max_bytes:
        most = {"most": f"{max_bytes / 1e6:.1f}"}
        raise Refused("too_large", _("The file is larger than %(most)s MB."), status=413, values=most)
    picture = _opened(data)
    _require_bounded(picture, data, max_side)
    if _is_animated(picture):
        raise Refused("animated", _("The picture is animated. Send a single photo."), values={})
    return _pixels(picture, bound_to, data)


def longest_side(data: bytes) -> int:
    """Px of the picture as it was sent. Raises Refused: `not_an_image`."""
    with _opened(data) as picture:
        return max(picture.size)


def _opened(data: bytes) -> Pillow.Image:
    _register_heif()
    if data.startswith(jpeg.JPEG) and jpeg.more_scans_than(MAX_SCANS, data):
        raise _damaged()
    try:
        return Pillow.open(io.BytesIO(data), formats=formats.NAMES)
    except Pillow.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # whatever a reader stumbles over: each format has errors of its own
        words = _("This is not a readable picture. Use JPEG, PNG, WebP, HEIC or AVIF.")
        raise Refused("not_an_image", words, values={}) from error


@cache
def _register_heif() -> None:
    """HEIC, as iPhones write it. Pillow itself reads AVIF.

    By the package that only reads: the wheels of pillow-heif also carry x265, an encoder under the GPL.
    """
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _require_bounded(picture: Pillow.Image, data: bytes, max_side: int) -> None:
    most = MAX_HEIF_PIXELS if picture.format == "HEIF" else MAX_PIXELS
    if picture.format in ("JPEG", "MPO"):
        most = MAX_PROGRESSIVE_PIXELS if jpeg.is_progressive(data) else MAX_JPEG_PIXELS
    if max(picture.size) > max_side or picture.width * picture.height > most:
        raise _too_many_pixels(min(most, max_side**2))


def _too_many_pixels(most: int = MAX_JPEG_PIXELS) -> Refused:
    words = _("The picture has too many pixels. At most %(most)s million are allowed. Send a smaller one.")
    return Refused("too_many_pixels", words, values={"most": most // 1_000_000})


def _is_animated(picture: Pillow.Image) -> bool:
    """Whether there is a second frame. They are never counted: a file may hold a million, and each is looked for.

    An MPO is a photo with a second one beside it; so may be a HEIC, whose main picture is looked at.
    """
    if picture.format in ("MPO", "HEIF"):
        return False
    try:
        picture.seek(1)
    except EOFError:
        return False
    except Exception as error:
        raise _damaged() from error
    return True


def _pixels(picture: Pillow.Image, bound_to: int, data: bytes) -> Image:
    try:
        picture = _loaded(picture, bound_to, data)
        picture = _shrunk(picture, bound_to)
        if picture.mode.startswith("I"):
            picture = _to_8_bit(picture)
        upright = ImageOps.exif_transpose(picture)
        pixels = np.asarray(_flattened(upright), np.uint8)
    except Refused:
        raise
    except Exception as error:
        raise _damaged() from error
    return bounded(pixels, bound_to)


def _loaded(picture: Pillow.Image, bound_to: int, data: bytes) -> Pillow.Image:
    """A JPEG is unpacked at a fraction of its size, where that is enough."""
    _draft(picture, bound_to)
    try:
        picture.load()
        _turn_heif(picture, data)
    except OSError:
        if picture.format not in ("JPEG", "MPO") or jpeg.ends(data):
            raise
        if not jpeg.lacks_only_its_end(picture, data):
            words = _("The picture is incomplete. Send it again.")
            raise Refused("damaged_image", words, values={}) from None
        picture = _opened(data + jpeg.END_MARK)
        _draft(picture, bound_to)
        picture.load()
    return picture


def _turn_heif(picture: Pillow.Image, data: bytes) -> None:
    """A HEIC is turned by its own boxes. Where a converter has written none, its EXIF still says how it was held."""
    held = picture.info.get("original_orientation")
    if picture.format == "HEIF" and held and b"irot" not in data and b"imir" not in data:
        picture.getexif()[ExifTags.Base.Orientation] = held


def _draft(picture: Pillow.Image, bound_to: int) -> None:
    width, height = (max(1, side * bound_to // max(picture.size)) for side in picture.size)
    picture.draft("RGB", (width, height))


def _damaged() -> Refused:
    return Refused("damaged_image", _("The picture is damaged and cannot be read. Send it again."), values={})


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
