"""Photographs as phones make them today: large, HEIC or AVIF, turned, and not always complete."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from PIL import Image

from accounts.roles import Purpose
from config import errors
from config.errors import Refused
from config.ops.env import BASE_DIR
from config.web.files.pictures import formats, jpeg
from config.web.files.pictures.reading import decode, longest_side
from library.catalogue import labels
from library.catalogue.labels import Label
from library.kiosk.barcodes import barcodes
from recognition.enrol.pages.forms import PhotosForm
from recognition.models import FaceSample
from tests.support import pdf_stripes
from tests.support.faces import agrees
from tests.support.fake_engine import picture

pillow_heif.register_heif_opener()
PHONE = (8064, 6048)  # 48 million pixels
QUICK = {
    "enc_params": {"preset": "ultrafast"}
}  # writing one takes x265 half a minute else, and reading is what is tried


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def half_red(width=600, height=400):
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    return picture


def colours(seed=1, size=(1200, 900)):
    """Without a face, and with something to see everywhere."""
    small = np.random.default_rng(seed).integers(0, 255, (size[1] // 24, size[0] // 24, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def refusal(data, **options):
    with pytest.raises(Refused) as refused:
        decode(data, **options)
    return refused.value


def turned(orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    return exif


# --- large --------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_photograph_of_48_million_pixels_is_read_reduced(options):
    data = saved(Image.new("RGB", PHONE, "red"), "JPEG", **options)
    image = decode(data)
    assert image.shape == (1440, 1920, 3)
    assert image[700, 900, 0] > 250
    assert longest_side(data) == 8064


@pytest.mark.parametrize("size", [(12_000, 9_000), (16_320, 12_240)])
def test_phones_of_108_and_200_million_pixels_are_read_too(size):
    assert decode(saved(Image.new("L", size), "JPEG")).shape == (1440, 1920, 3)


def test_the_smaller_fraction_is_never_below_what_is_asked_for():
    assert decode(saved(Image.new("L", (3900, 1000)), "JPEG"), bound_to=1920).shape == (492, 1920, 3)


@pytest.mark.long
def test_48_million_pixels_are_read_in_every_format():
    for kind, options in (("PNG", {"compress_level": 1}), ("HEIF", QUICK), ("AVIF", {"speed": 10})):
        assert decode(saved(Image.new("RGB", PHONE), kind, **options)).shape == (1440, 1920, 3)


@pytest.mark.parametrize(("kind", "size"), [("PNG", (9_000, 9_000)), ("JPEG", (19_000, 19_000))])
def test_more_pixels_than_that_are_refused_by_the_header(kind, size):
    found = refusal(saved(Image.new("1" if kind == "PNG" else "L", size), kind))
    assert found.code == "too_many_pixels"
    assert found.message.endswith("million are allowed. Send a smaller one.")


PEAK = """
import sys
from config.web.files.pictures import reading

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

data = sys.stdin.buffer.read()
reading._register_heif()
before = peak()
reading.decode(data)
print(peak() - before)
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "size", "most", "options"),
    [
        ("JPEG", PHONE, 120, {}),
        ("JPEG", (16_320, 12_240), 150, {}),
        ("JPEG", (12_000, 9_000), 450, {"progressive": True}),
        ("HEIF", PHONE, 500, QUICK),
        ("AVIF", PHONE, 600, {"speed": 10}),
    ],
)
def test_a_large_photograph_costs_bounded_memory(kind, size, most, options):
    """Megabytes, in a fresh process."""
    data = saved(colours(size=size), kind, **options)
    words = [sys.executable, "-c", PEAK]
    done = subprocess.run(words, input=data, capture_output=True, cwd=BASE_DIR, timeout=300, check=True)
    assert float(done.stdout) < most


# --- HEIC, AVIF and their kin -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "JPEG", "PNG", "WEBP"])
def test_a_photo_held_sideways_comes_upright(kind):
    image = decode(saved(half_red(), kind, exif=turned(6), quality=95))
    assert image.shape == (600, 400, 3)
    assert image[20, 200, 0] > 240 and image[580, 200, 2] > 240


def test_a_heic_is_turned_once_by_its_own_box():
    data = saved(half_red(), "HEIF", exif=turned(6).tobytes())
    assert b"irot" in data
    image = decode(data)
    assert image.shape == (600, 400, 3)
    assert image[20, 200, 0] > 240


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "RGB"])
def test_grey_and_transparent_pictures_of_the_new_formats(kind, mode):
    image = decode(saved(Image.new(mode, (64, 64)), kind))
    assert image.shape == (64, 64, 3)
    assert image[30, 30].tolist() == ([255] * 3 if mode.endswith("A") else [0] * 3)


def test_16_bits_of_a_heic_are_scaled():
    grey = Image.fromarray(np.full((64, 64), 30_000, np.uint16))
    assert abs(int(decode(saved(grey, "HEIF"))[30, 30, 0]) - 117) <= 2


@pytest.mark.parametrize(("kind", "animated"), [("HEIF", False), ("MPO", False), ("AVIF", True), ("WEBP", True)])
def test_a_second_picture_beside_the_photo_is_no_animation(kind, animated):
    beside = Image.new("RGB", (600, 400), "green")
    data = saved(half_red(), kind, save_all=True, append_images=[beside])
    if animated:
        assert refusal(data).code == "animated"
    else:
        assert decode(data)[200, 100, 0] > 240


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_damaged_picture_of_the_new_formats_is_refused(kind):
    data = saved(colours(), kind)
    assert refusal(data[: len(data) // 2]).code in ("damaged_image", "not_an_image")
    assert refusal(data[:40]).code in ("damaged_image", "not_an_image")


# --- incomplete ---------------------------------------------------------------------------------

WAYS = [{}, {"progressive": True}, {"quality": 95}, {"quality": 95, "progressive": True}, {"restart_marker_rows": 1}]


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("lacks", [1, 2, 50, 400])
def test_a_jpeg_that_lacks_only_its_last_bytes_is_read(options, lacks):
    whole = saved(colours(), "JPEG", **options)
    image = decode(whole[:-lacks])
    assert image.shape == (900, 1200, 3)
    assert np.abs(image[:800].astype(int) - decode(whole)[:800]).mean() < 3


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("noise", [False, True])
def test_a_jpeg_that_lacks_half_is_refused_with_a_sentence(options, noise):
    grains = np.random.default_rng(2).integers(0, 255, (600, 800, 3), dtype=np.uint8)
    whole = saved(Image.fromarray(grains) if noise else colours(), "JPEG", **options)
    found = refusal(whole[: len(whole) // 2])
    assert (found.code, found.message) == (
        "damaged_image",
        "The picture is incomplete. Send it again.",
    )


def test_a_large_jpeg_that_is_cut_is_judged_by_its_rows():
    whole = saved(colours(size=(4800, 3600)), "JPEG")
    assert decode(whole[:-300]).shape == (1440, 1920, 3)
    assert refusal(whole[: len(whole) * 2 // 3]).code == "damaged_image"


def test_what_is_glued_behind_a_photo_does_not_make_it_incomplete():
    assert jpeg.ends(saved(colours(), "JPEG") + b"a short film")


# --- at the doors -------------------------------------------------------------------------------


def as_kind(kind, *names):
    """A picture of the fake engine's people, as a phone would send it."""
    return saved(Image.open(io.BytesIO(picture(*names))).convert("RGB"), kind, quality=95)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_person_is_enrolled_from_a_folder_or_a_zip_of_the_new_formats(ada, notices, tmp_path, kind, capsys):
    agrees(ada, Purpose.LIBRARY)
    folder = tmp_path / "people" / ada.id_number
    folder.mkdir(parents=True)
    ending = {"HEIF": "HEIC", "AVIF": "avif"}[kind]
    (folder / f"IMG_1.{ending}").write_bytes(as_kind(kind, "ada"))
    call_command("enrol_folder", str(folder.parent), "--json")
    assert FaceSample.objects.filter(person=ada).count() == 1
    FaceSample.objects.all().delete()
    archive = tmp_path / "people.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(f"{ada.id_number}/IMG_1.{ending}", as_kind(kind, "ada"))
    call_command("enrol_zip", str(archive), "--json")
    assert FaceSample.objects.filter(person=ada).count() == 1


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_page_api_and_command_read_the_new_formats(client, administrator, ada, notices, tmp_path, kind, capsys):
    agrees(ada, Purpose.RECEPTION)
    photo = SimpleUploadedFile("IMG_1.heic", as_kind(kind, "ada"), content_type="application/octet-stream")
    client.force_login(administrator)
    form = {"purposes": ["reception"], "photos": [photo]}
    client.post(reverse("recognition:enrol_photos", args=[ada.pk]), form)
    assert FaceSample.objects.filter(person=ada).count() == 1
    sent = SimpleUploadedFile("IMG_2.jpg", as_kind(kind, "ada"))
    told = client.post("/api/v1/identify/", {"image": sent, "purpose": "reception", "people": ["s-ada"]}).json()
    assert [face["person"]["id_number"] for face in told["faces"]] == ["s-ada"]
    path = tmp_path / "desk.jpg"
    path.write_bytes(as_kind(kind, "ada"))
    capsys.readouterr()
    call_command("identify", str(path), "--json")
    [answer] = json.loads(capsys.readouterr().out)["images"]
    assert answer["faces"][0]["person"]["id_number"] == "s-ada"


def a_label(kind, **options):
    [page] = pdf_stripes.pages(labels.pdf([Label("31234000650142")]))
    grey = page[: page.shape[0] // 8, : page.shape[1] // 3]
    return saved(Image.fromarray(np.ascontiguousarray(grey)).convert("RGB"), kind, **options)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF", "AVIF"])
def test_barcodes_are_read_from_every_format_whatever_its_name(kind, tmp_path):
    path = tmp_path / "label.jpg"
    path.write_bytes(a_label(kind, quality=95))
    assert [code.text for code in barcodes.read_file(path)] == ["31234000650142"]


def test_barcodes_on_a_photograph_of_48_million_pixels_are_read(tmp_path):
    sheet = Image.new("RGB", PHONE, "white")
    label = Image.open(io.BytesIO(a_label("PNG")))
    sheet.paste(label.resize((label.width * 3, label.height * 3)), (1000, 1500))
    path = tmp_path / "large.jpg"
    path.write_bytes(saved(sheet, "JPEG"))
    assert [code.text for code in barcodes.read_file(path)] == ["31234000650142"]


def test_the_command_refuses_a_bomb_and_half_a_photo_in_one_line(tmp_path):
    for name, data in (("bomb.png", saved(Image.new("1", (9000, 9000)), "PNG")), ("half.jpg", b"\xff\xd8\xff\xe0")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(CommandError, match=name):
            call_command("read_barcodes", str(path))


def test_the_file_dialog_offers_what_is_read():
    said = str(PhotosForm(purposes=[])["photos"])
    assert all(ending in said for ending in (".heic", ".avif", "image/heic", "image/jpeg"))
    assert {".heic", ".heif", ".avif", ".jfif"} <= formats.ENDINGS


def test_what_is_said_of_a_picture_is_translated_when_it_is_read(monkeypatch):
    """The reader knows no Django: its sentence is looked up when somebody reads it, and then filled in."""
    german = {"The file is larger than %(most)s MB.": "Die Datei ist größer als %(most)s MB."}
    with pytest.raises(Refused) as caught:
        decode(b"x" * 2_000_001, max_bytes=2_000_000)
    assert caught.value.message == "The file is larger than 2.0 MB."
    monkeypatch.setattr("config.errors.translated", lambda text: german.get(text, text))
    assert caught.value.message == "Die Datei ist größer als 2.0 MB."
    assert caught.value.as_dict() == {"code": "too_large", "message": "Die Datei ist größer als 2.0 MB."}


def test_django_translates_what_is_said_of_a_picture():
    with translation.override("de"):
        assert errors.translated("Monday") == "Montag", "config.apps has handed over gettext"
