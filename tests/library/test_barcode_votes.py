"""A live camera's reading counts when both readers saw it, or when a second frame says the same."""

from __future__ import annotations

import numpy as np
import pytest

from library.kiosk import station_app
from library.kiosk.barcodes import barcodes
from library.kiosk.barcodes import readers as barcode_readers
from library.kiosk.barcodes.barcodes import Code
from library.kiosk.barcodes.readers import FoundCode
from library.kiosk.barcodes.votes import BarcodeVotes
from tests.library.test_barcodes import label

BOTH, ONE = ("zxing", "pyzbar"), ("zxing",)
SQUARE = ((0, 0), (100, 0), (100, 20), (0, 20))


def frames_until_believed(text, kind, readers, *, every=0.2, most=6):
    votes = BarcodeVotes()
    shown = ((number, votes.believed([Code(text, kind, readers)], number * every)) for number in range(most))
    return next((number + 1 for number, believed in shown if believed), None)


@pytest.mark.parametrize(
    ("text", "kind", "readers", "frames"),
    [
        ("9780141439518", "EAN-13", BOTH, 1),
        ("9780141439518", "EAN-13", ONE, 2),
        ("LIB-000123", "Code 128", BOTH, 1),
        ("LIB-000123", "Code 128", ONE, 2),
        ("31117013206375", "Codabar", BOTH, 1),  # a library's number has a check digit
        ("555512", "Codabar", BOTH, 2),
        ("555512", "Codabar", ONE, 3),
        ("165627", "Code 39", BOTH, 2),
        ("165627", "Code 39", ONE, 3),
        ("01234565", "UPC-E", ONE, 3),
        ("123456", "ITF", ONE, 3),
    ],
)
def test_weak_formats_need_more_frames(text, kind, readers, frames):
    assert frames_until_believed(text, kind, readers) == frames


def test_readings_far_apart_do_not_bear_each_other_out():
    assert frames_until_believed("9780141439518", "EAN-13", ONE, every=4.0) is None


def test_two_numbers_in_turn_are_not_two_that_agree():
    votes = BarcodeVotes()
    for number, text in enumerate(("9780141439518", "9780306406157")):
        assert votes.believed([Code(text, "EAN-13", ONE)], number * 0.2) == []


def frame(text="LIB-000123"):
    picture = np.full((720, 1280, 3), 120, np.uint8)
    drawn = label(text)
    picture[40:, 200:][: drawn.shape[0], : drawn.shape[1]] = drawn[..., None]
    return picture


@pytest.mark.skipif(not barcode_readers.has_zbar(), reason="the system library zbar is missing")
def test_a_label_that_both_readers_see_counts_with_its_first_frame():
    looks = station_app.BarcodeCamera()
    assert looks.read(frame(), 10.0) == ["LIB-000123"]
    assert looks.read(frame(), 10.2) == [], "it is still in view"
    assert looks.every == station_app.LOOK_EVERY


def test_a_label_that_one_reader_sees_counts_with_its_second_frame(monkeypatch):
    monkeypatch.setattr(barcode_readers, "has_zbar", lambda: False)
    barcodes.readers.cache_clear()
    looks = station_app.BarcodeCamera()
    assert looks.read(frame(), 10.0) == []
    assert looks.every == station_app.LOOK_AGAIN, "the next picture is looked at sooner"
    assert looks.read(frame(), 10.1) == ["LIB-000123"]
    barcodes.readers.cache_clear()


def test_of_two_numbers_from_the_same_bars_the_one_of_both_readers_stays():
    right, false = FoundCode("LIB-1", "Code 128", SQUARE), FoundCode("L1B-1", "Code 128", SQUARE)
    below = FoundCode("LIB-2", "Code 128", tuple((x, y + 60) for x, y in SQUARE))
    codes = barcodes._codes([("zxing", false), ("zxing", right), ("pyzbar", right), ("pyzbar", below)])
    assert codes == [Code("LIB-1", "Code 128", BOTH), Code("LIB-2", "Code 128", ("pyzbar",))]
