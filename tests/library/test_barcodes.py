"""Barcodes on pictures, on real photographs and on our own labels, and the command that reads them."""

from __future__ import annotations

import io
import json

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from library.catalogue import labels
from library.catalogue.labels import Label, LabelSheet
from library.kiosk.barcodes import barcodes, readers
from library.kiosk.barcodes.barcodes import Code
from library.wiring import system_checks
from tests.support import pdf_stripes, pdf_text


def label(text, **fields):
    """The first label of a printed sheet, in grey."""
    [page] = pdf_stripes.pages(labels.pdf([Label(text, **fields)]))
    return page[: page.shape[0] // 8, : page.shape[1] // 3]


@pytest.fixture
def one_reader(monkeypatch):
    """A machine without the system library zbar."""
    monkeypatch.setattr(readers, "has_zbar", lambda: False)
    barcodes.readers.cache_clear()
    yield
    barcodes.readers.cache_clear()


# --- check digits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "sound"),
    [
        ("9780141439518", "EAN-13", True),
        ("9780141439519", "EAN-13", False),
        ("96385074", "EAN-8", True),
        ("96385075", "EAN-8", False),
        ("36000291452", "UPC-A", False),
        ("036000291452", "UPC-A", True),
        ("36000291452X", "UPC-A", False),
        ("31234000650142", "Codabar", False),
        ("31117013206375", "Codabar", True),
        ("5555", "Codabar", True),
        ("1234", "ITF", False),
        ("B-1", "Code 128", True),
        ("B1", "Code 128", False),
    ],
)
def test_a_wrong_check_digit_is_no_code(text, kind, sound):
    assert barcodes.is_sound(text, kind) is sound


@given(st.integers(0, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_of_a_library_number_is_always_noticed(body, place, change):
    number = f"3{body:012}"
    good = next(number + str(last) for last in range(10) if barcodes.is_library_number(number + str(last)))
    digit = str((int(good[place + 1]) + change) % 10)
    assert not barcodes.is_library_number(good[: place + 1] + digit + good[place + 2 :])


# --- reading ------------------------------------------------------------------------------------


def test_a_printed_label_is_read_back_by_both_readers():
    [code] = barcodes.read(label("LIB-000123", title="Middlemarch", call_number="823.8 ELI"))
    assert (code.text, code.format) == ("LIB-000123", "Code 128")
    assert set(code.readers) == {reader.name for reader in barcodes.readers()}


def test_a_barcode_that_is_an_ean_is_printed_and_read_as_one():
    [code] = barcodes.read(label("9780141439518"))
    assert (code.text, code.format) == ("9780141439518", "EAN-13")


def test_every_label_of_a_sheet_is_read_from_one_picture():
    wanted = [f"COPY-{number:05}" for number in range(24)]
    [page] = pdf_stripes.pages(labels.pdf([Label(text) for text in wanted]))
    assert {code.text for code in barcodes.read(page)} == set(wanted)


def test_an_empty_page_holds_nothing():
    assert barcodes.read(np.full((300, 400), 255, np.uint8)) == []


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda picture: cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE),
        lambda picture: cv2.rotate(picture, cv2.ROTATE_180),
        lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.4),
        lambda picture: (picture.astype(np.float32) * 0.12 + 60).astype(np.uint8),
        lambda picture: cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB),
    ],
    ids=["on its side", "upside down", "blurred", "faint", "in colour"],
)
def test_a_label_is_read_however_it_is_held(spoiled):
    assert "LIB-000123" in [code.text for code in barcodes.read(spoiled(label("LIB-000123")))]


def test_a_glance_at_a_camera_picture_finds_several_labels():
    frame = np.full((720, 1280, 3), 120, np.uint8)
    for number in range(2):
        drawn = label(f"LIB-00000{number}")
        frame[40 + 330 * number :, 200:][: drawn.shape[0], : drawn.shape[1]] = drawn[..., None]
    assert {code.text for code in barcodes.glance(frame)} == {"LIB-000000", "LIB-000001"}


def test_without_zbar_the_other_reader_goes_on_alone(one_reader):
    assert barcodes.read(label("LIB-000123")) == [Code("LIB-000123", "Code 128", ("zxing",))]


def test_a_missing_zbar_is_one_warning(monkeypatch):
    monkeypatch.setattr(system_checks, "has_zbar", lambda: True)
    assert system_checks.both_readers(None) == []
    monkeypatch.setattr(system_checks, "has_zbar", lambda: False)
    assert [found.id for found in system_checks.both_readers(None)] == ["library.W001"]


@pytest.mark.data
@pytest.mark.parametrize("folder", ["zxing_ean13-3", "zxing_code39-1", "zxing_code39-3", "zxing_code128-1"])
def test_real_photographs_are_read(data, folder):
    photos = sorted((data / "barcodes" / folder).glob("*.png"))
    right = [photo.name for photo in photos if _truth(photo) in [c.text for c in barcodes.read_file(photo)]]
    assert len(right) >= 0.99 * len(photos) > 0


def _truth(photo):
    return photo.with_suffix(".txt").read_text("utf-8").strip("\n")


# --- the command --------------------------------------------------------------------------------


def test_the_command_prints_one_document(tmp_path, capsys):
    cv2.imwrite(str(tmp_path / "label.png"), label("LIB-000123"))
    call_command("read_barcodes", str(tmp_path / "label.png"), json=True)
    [image] = json.loads(capsys.readouterr().out)["images"]
    assert image["path"] == str(tmp_path / "label.png")
    assert image["codes"][0].keys() == {"text", "format", "readers"}
    assert image["codes"][0]["text"] == "LIB-000123"


def test_the_command_speaks_to_people_too(tmp_path):
    cv2.imwrite(str(tmp_path / "label.png"), label("LIB-000123"))
    out = io.StringIO()
    call_command("read_barcodes", str(tmp_path / "label.png"), stdout=out)
    assert "1 code\n  LIB-000123  Code 128, read by zxing" in out.getvalue()


@pytest.mark.parametrize("content", [None, b"", b"no picture"], ids=["missing", "empty", "text"])
def test_bad_input_is_one_line_and_exit_code_2(tmp_path, content):
    path = tmp_path / "bad.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"bad\.png") as error:
        call_command("read_barcodes", str(path), json=True)
    assert error.value.returncode == 2 and "\n" not in str(error.value)


# --- labels -------------------------------------------------------------------------------------


def test_a_label_says_title_call_number_and_barcode():
    printed = pdf_text.text(labels.pdf([Label("LIB-1", "Middlemarch", "823.8 ELI")]))
    assert "Middlemarch" in printed and "823.8 ELI" in printed and "LIB-1" in printed


def test_a_sheet_that_was_begun_is_used_up_and_a_new_one_follows():
    pages = pdf_stripes.pages(labels.pdf([Label(f"COPY-{n}") for n in range(3)], skip=22))
    assert [len(barcodes.read(page)) for page in pages] == [2, 1]


@pytest.mark.parametrize(
    ("wanted", "sheet", "code"),
    [
        ([], LabelSheet(), "nothing_chosen"),
        ([Label("x")] * 2001, LabelSheet(), "too_many_labels"),
        ([Label("B-1")], LabelSheet(columns=4), "bad_sheet"),
        ([Label("B-1")], LabelSheet(width=10), "bad_sheet"),
        ([Label("Bücher")], LabelSheet(), "bad_barcode"),
    ],
)
def test_labels_that_cannot_be_printed_are_refused(wanted, sheet, code):
    with pytest.raises(Refused) as refusal:
        labels.pdf(wanted, sheet)
    assert refusal.value.code == code
