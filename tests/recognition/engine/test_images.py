"""From untrusted bytes to an upright picture of bounded size, or one sentence why not."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from config.errors import Refused
from recognition.engine import images

pillow_heif.register_heif_opener()  # Pillow itself writes no HEIC


def saved(picture, kind="PNG", **options):
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def half_red(width=60, height=40):
    picture = Pillow.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    return picture


def refusal(data, **options):
    with pytest.raises(Refused) as caught:
        images.decode(data, **options)
    return caught.value


def test_an_empty_file_is_refused():
    assert refusal(b"").code == "empty_file"


def test_a_file_over_the_limit_is_refused_before_it_is_opened():
    assert refusal(b"x" * 11, max_bytes=10).code == "too_large"


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7 \x00", b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data):
    assert refusal(data).code in ("not_an_image", "damaged_image")


def test_a_picture_cut_off_in_the_middle_is_refused():
    whole = saved(Pillow.effect_noise((400, 400), 80).convert("RGB"), "JPEG")
    assert refusal(whole[: len(whole) // 2]).code == "damaged_image"


def test_an_animation_is_refused():
    frames = [Pillow.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    for kind in ("WEBP", "PNG"):
        assert refusal(saved(frames[0], kind, save_all=True, append_images=frames[1:])).code == "animated"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "GIF", "PPM", "ICO", "PDF"])
def test_only_the_formats_that_the_sentence_names_are_read(kind):
    found = refusal(saved(half_red(), kind))
    assert (found.code, found.message) == (
        "not_an_image",
        "This is not a readable picture. Use JPEG, PNG, WebP, HEIC or AVIF.",
    )
    for format_ in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF"):
        assert images.decode(saved(half_red(), format_)).shape == (40, 60, 3)


def test_a_picture_wider_than_20000_pixels_is_refused():
    assert refusal(saved(Pillow.new("1", (20_001, 1)))).code == "too_many_pixels"


def bomb(width, height):
    """A PNG of a few bytes that claims to be enormous, and holds no pixels at all."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 60_000, 2_000_000])
def test_a_decompression_bomb_is_refused_by_its_header(side):
    assert refusal(bomb(side, side)).code == "too_many_pixels"


def test_a_large_picture_is_shrunk_to_the_bound_and_keeps_its_shape():
    image = images.decode(saved(Pillow.new("RGB", (4000, 2000)), "JPEG"), bound_to=1000)
    assert image.shape == (500, 1000, 3)


def test_a_small_picture_is_left_alone():
    assert images.decode(saved(half_red())).shape == (40, 60, 3)


@pytest.mark.parametrize(("orientation", "shape"), [(1, (40, 60, 3)), (6, (60, 40, 3)), (8, (60, 40, 3))])
def test_the_camera_s_orientation_is_honoured(orientation, shape):
    exif = Pillow.Exif()
    exif[274] = orientation
    assert images.decode(saved(half_red(), "JPEG", exif=exif)).shape == shape


def test_turned_by_90_degrees_the_left_half_is_on_top():
    exif = Pillow.Exif()
    exif[274] = 6
    image = images.decode(saved(half_red(), "JPEG", exif=exif, quality=95))
    assert image[5, 20, 0] > 200 and image[55, 20, 2] > 200


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_every_kind_of_still_picture_becomes_8_bit_rgb(mode):
    picture = Pillow.fromarray(np.full((30, 30), 30_000, np.uint16)) if mode == "I;16" else Pillow.new(mode, (30, 30))
    image = images.decode(saved(picture, "JPEG" if mode == "CMYK" else "PNG"))
    assert image.shape == (30, 30, 3) and image.dtype == np.uint8


def test_16_bits_are_scaled_not_clipped():
    image = images.decode(saved(Pillow.fromarray(np.full((30, 30), 30_000, np.uint16))))
    assert abs(int(image[0, 0, 0]) - 117) <= 1


def test_what_is_transparent_is_white():
    assert images.decode(saved(Pillow.new("RGBA", (10, 10), (0, 0, 0, 0)))).min() == 255


def test_stored_again_it_carries_no_metadata():
    exif = Pillow.Exif()
    exif[271] = "a camera that knows where you live"
    data = images.to_jpeg(images.decode(saved(half_red(), "JPEG", exif=exif)))
    assert b"camera" not in data and not Pillow.open(io.BytesIO(data)).getexif()


@given(st.binary(max_size=300))
def test_no_bytes_whatever_do_anything_but_decode_or_be_refused(data):
    try:
        assert images.decode(data).ndim == 3
    except Refused as refused:
        assert refused.code in ("empty_file", "not_an_image", "damaged_image", "too_many_pixels", "animated")


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 2000))
def test_bounded_never_exceeds_the_bound_and_never_enlarges(width, height, longest):
    image = images.bounded(np.zeros((height, width, 3), np.uint8), longest)
    assert max(image.shape[:2]) <= max(longest, 1)
    assert image.shape[0] <= height and image.shape[1] <= width


@pytest.mark.parametrize(
    ("box", "inside"),
    [((10, 10, 40, 40), True), ((1980, 10, 38, 38), True), ((1985, 10, 40, 40), False), ((-30, 0, 40, 40), False)],
)
def test_a_face_whose_middle_is_beside_the_picture_is_none(box, inside):
    from recognition.engine.detectors import yunet
    from recognition.engine.types import Box

    assert yunet._is_in(np.zeros((60, 2000, 3), np.uint8), Box(*box)) is inside
