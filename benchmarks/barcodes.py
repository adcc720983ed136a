"""Barcodes: real photographs with their truth, and our own label bent, blurred and badly lit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Row
from library.catalogue import labels
from library.kiosk.barcodes import barcodes
from library.kiosk.barcodes.barcodes import Picture
from library.kiosk.barcodes.votes import BarcodeVotes

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "barcodes"
FOLDERS = ("zxing_ean13-3", "zxing_code39-1", "zxing_code39-3", "zxing_code128-1")
LOOKS = 8  # at one book before a camera: 1.6 s
BENT = 200  # pictures of our own label


def rows() -> Iterator[Row]:
    if DATA.is_dir():
        yield from _photographs()
    yield from _labels()


def _photographs() -> Iterator[Row]:
    photos = [photo for folder in FOLDERS for photo in sorted((DATA / folder).glob("*.png"))]
    right = false = alone = 0
    began = time.perf_counter()
    for photo in photos:
        codes = barcodes.read_file(photo)
        truth = photo.with_suffix(".txt").read_text("utf-8").strip("\n")
        right += truth in [code.text for code in codes]
        alone += any(code.text != truth and len(code.readers) == 1 for code in codes)
        false += any(not barcodes.is_sound(code.text, code.format) for code in codes)
    took = 1000 * (time.perf_counter() - began) / len(photos)
    what = f"barcodes: {len(photos)} photographs"
    yield Row(f"{what}, read right", 100 * right / len(photos), "%", at_least=99)
    yield Row(f"{what}, with a code whose check digit is wrong", false, "", at_most=0)
    yield Row(f"{what}, with another number that one reader alone saw", alone, "", at_most=0)
    yield Row(f"{what}, mean time for both readers", took, "ms")
    yield from _live(photos)


def _live(photos: list[Path]) -> Iterator[Row]:
    """Each photograph as a camera would show it in an unsteady hand, for LOOKS looks, until its code is believed."""
    random = np.random.default_rng(7)
    looks: list[int] = []
    false = 0
    for photo in photos:
        truth, grey = photo.with_suffix(".txt").read_text("utf-8").strip("\n"), _grey(photo)
        sound = {truth} | {code.text for code in barcodes.read(grey) if len(code.readers) > 1}
        votes = BarcodeVotes()
        read = [votes.believed(barcodes.glance(_shaken(grey, random)), 0.2 * look) for look in range(LOOKS)]
        looks += [number for number, texts in enumerate(read, 1) if truth in texts][:1]
        false += any(text not in sound for texts in read for text in texts)
    what = f"barcodes: {len(photos)} photographs in an unsteady hand, {LOOKS} looks"
    yield Row(f"{what}, believed", 100 * len(looks) / len(photos), "%", at_least=90)
    yield Row(f"{what}, a false number believed", false, "", at_most=0)
    yield Row(f"{what}, looks until believed, median", float(np.median(looks)), "", at_most=2)


def _grey(photo: Path) -> Picture:
    return np.asarray(cv2.imread(str(photo), cv2.IMREAD_GRAYSCALE), np.uint8)


def _shaken(grey: Picture, random: np.random.Generator) -> Picture:
    high, wide = grey.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = (corners + random.uniform(-0.04, 0.04, (4, 2)) * [wide, high]).astype(np.float32)
    turn = cv2.getPerspectiveTransform(corners, moved)
    shown = cv2.GaussianBlur(
        cv2.warpPerspective(grey, turn, (wide, high), borderValue=200), (0, 0), random.uniform(0.2, 1)
    )
    noisy = shown * random.uniform(0.6, 1) + random.normal(0, 5, shown.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _labels() -> Iterator[Row]:
    random = np.random.default_rng(4)
    right = wrong = 0
    for number in range(BENT):
        text = f"LIB-{number:06}"
        texts = [code.text for code in barcodes.read(_spoiled(_printed(text), random))]
        right += text in texts
        wrong += any(found != text for found in texts)
    yield Row(f"barcodes: our label, {BENT} times bent, blurred, badly lit, read", 100 * right / BENT, "%", at_least=95)
    yield Row("barcodes: our label, something else read from it", wrong, "", at_most=0)
    frame = _on_a_frame(_printed("LIB-000001"))
    times = [_timed(frame) for _ in range(60)]
    yield Row("barcodes: one look at a camera picture of 1280 px, median", float(np.median(times)), "ms", at_most=40)


def _printed(text: str) -> Picture:
    """The label as a plain office printer and a webcam would show it: 70 × 37 mm at 200 dots an inch."""
    [page] = import_module("tests.support.pdf_stripes").pages(labels.pdf([labels.Label(text)]))
    return np.asarray(page[: page.shape[0] // 8, : page.shape[1] // 3], np.uint8)


def _spoiled(label: Picture, random: np.random.Generator) -> Picture:
    """Held at an angle, bent round a spine, turned, a little out of focus, in uneven light, with noise."""
    height, width = label.shape
    canvas: NDArray[Any] = np.full((height * 2, round(width * 1.6)), 200, np.uint8)
    canvas[height // 2 : height // 2 + height, width // 4 : width // 4 + width] = label
    high, wide = canvas.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = corners + random.uniform(-0.06, 0.06, (4, 2)).astype(np.float32) * [wide, high]
    canvas = cv2.warpPerspective(
        canvas, cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), (wide, high), borderValue=200
    )
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), float(random.uniform(-25, 25)), 1.0)
    canvas = cv2.warpAffine(canvas, turn, (wide, high), borderValue=200)
    canvas = _bent(canvas, float(random.uniform(0, 0.03)))
    canvas = cv2.GaussianBlur(canvas, (0, 0), float(random.uniform(0.3, 1.3)))
    light = np.linspace(float(random.uniform(0.45, 1)), float(random.uniform(0.45, 1)), wide)
    noisy = canvas * light[None, :] + random.normal(0, 6, canvas.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _bent(picture: NDArray[Any], depth: float) -> Picture:
    high, wide = picture.shape
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    x += (depth * wide * np.sin(np.pi * x / wide)).astype(np.float32)
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderValue=200), np.uint8)


def _on_a_frame(label: Picture) -> Picture:
    frame = np.random.default_rng(1).integers(60, 120, (720, 1280, 3)).astype(np.uint8)
    frame[200 : 200 + label.shape[0], 300 : 300 + label.shape[1]] = label[..., None]
    return np.ascontiguousarray(cv2.GaussianBlur(frame, (0, 0), 0.7), np.uint8)


def _timed(frame: Picture) -> float:
    began = time.perf_counter()
    assert barcodes.glance(frame)
    return 1000 * (time.perf_counter() - began)
