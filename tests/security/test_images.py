"""Pictures made to hurt: small files that want much memory or time, and files that no reader expects."""

import io
import random
import subprocess
import sys

import pytest
from PIL import Image

from config.errors import Refused
from config.ops.env import BASE_DIR
from recognition.engine import images


def encoded(mode, fmt, side=8000, **options):
    file = io.BytesIO()
    Image.new(mode, (side, side)).save(file, fmt, **options)
    return file.getvalue()


def refusal_of(data):
    with pytest.raises(Refused) as caught:
        images.decode(data)
    return caught.value.code


@pytest.mark.parametrize("start", [b"II*\0", b"MM\0*", b"GIF89a", b"BM", b"%!PS", b"\0\0\1\0", b"8BPS", b"P6 8 8"])
def test_a_reader_that_is_not_needed_is_never_asked(start, monkeypatch):
    for plugin in ("BMP", "EPS", "GIF", "ICO", "PPM", "PSD", "TIFF"):
        Image.init()
        monkeypatch.setitem(Image.OPEN, plugin, (pytest.fail, lambda prefix: True))
    assert refusal_of(start + bytes(2000)) == "not_an_image"


@pytest.mark.parametrize("fmt", ["WEBP", "PNG"])
def test_two_frames_are_animated_and_one_is_not(fmt):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    one, two = io.BytesIO(), io.BytesIO()
    frames[0].save(one, fmt)
    frames[0].save(two, fmt, save_all=True, append_images=frames[1:])
    assert images.decode(one.getvalue()).shape == (30, 40, 3)
    assert refusal_of(two.getvalue()) == "animated"


def progressive(scans, side=1000):
    """A JPEG that paints its last, empty scan again and again."""
    plain = encoded("L", "JPEG", side, progressive=True)
    last = plain[plain.rindex(b"\xff\xda") : -2]
    return plain[:-2] + last * scans + b"\xff\xd9"


def test_a_jpeg_of_a_thousand_scans_is_refused_before_it_is_painted(monkeypatch):
    monkeypatch.setattr(Image, "open", pytest.fail)
    assert refusal_of(progressive(20_000)) == "damaged_image"


def test_an_ordinary_progressive_jpeg_is_read_whatever_is_glued_to_its_end():
    film = random.Random(1).randbytes(15_000_000)  # phones append a short film
    assert images.decode(progressive(3) + film).shape == (1000, 1000, 3)


PEAK = """
import sys
from recognition.engine import images

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

data = sys.stdin.buffer.read()
before = peak()
images.decode(data)
print(peak() - before)
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("mode", "fmt", "most"),
    [("RGBA", "PNG", 650), ("LA", "PNG", 650), ("RGB", "PNG", 400), ("I;16", "PNG", 500), ("P", "PNG", 450)],
)
def test_the_largest_picture_costs_no_more_than_a_copy_or_two(mode, fmt, most):
    """Megabytes, in a fresh process: memory that was once used is counted for ever, and a fork of one whose other
    threads hold locks may wait for them for ever.
    """
    done = subprocess.run(
        [sys.executable, "-c", PEAK],
        input=encoded(mode, fmt),
        capture_output=True,
        cwd=BASE_DIR,
        timeout=120,
        check=True,
    )
    assert 10 < float(done.stdout) < most


def test_a_large_picture_keeps_its_colours_and_its_upright_direction():
    for fmt, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        picture = Image.new("RGB", (2400, 1800), "white")
        picture.paste("red", (0, 0, 300, 300))
        exif = Image.Exif()
        exif[0x112] = 6  # to be turned by a quarter: the red corner comes to the right
        file = io.BytesIO()
        picture.save(file, fmt, exif=exif, **options)
        seen = images.decode(file.getvalue(), bound_to=600)
        assert seen.shape == (600, 450, 3)
        assert seen[20, -20].tolist() == [255, 0, 0]
        assert seen[20, 20].tolist() == [255, 255, 255]


def test_a_large_16_bit_picture_keeps_its_light():
    grey = Image.new("I;16", (4000, 3000), 128 * 257)
    file = io.BytesIO()
    grey.save(file, "PNG")
    assert abs(int(images.decode(file.getvalue(), bound_to=500)[100, 100, 0]) - 128) <= 1


def test_whatever_is_damaged_is_refused_with_a_sentence():
    chance = random.Random(3)
    whole = [
        encoded("RGB", "WEBP", 40),
        encoded("RGB", "WEBP", 40, lossless=True),
        encoded("P", "PNG", 40),
        encoded("RGB", "JPEG", 40),
    ]
    for _ in range(3000):
        broken = bytearray(chance.choice(whole))
        for _ in range(4):
            broken[chance.randrange(min(300, len(broken)))] = chance.choice((0, 1, 127, 255, chance.randrange(256)))
        try:
            images.decode(bytes(broken))
        except Refused as refusal:
            assert refusal.message
