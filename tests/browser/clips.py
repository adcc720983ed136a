"""What the fake camera shows: concatenated JPEGs, which Chromium plays as a camera in a loop."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.support.fake_engine import picture

SIZE = (640, 480)


def write(path, frames):
    Path(path).write_bytes(b"".join(frames))
    return path


def of_colours(path, *names, seconds=4, fps=10):
    return write(path, [picture(*names, size=200)] * (seconds * fps))


def with_labels(path, name, texts, *, each=2, fps=10):
    """Somebody with empty hands, then with one label after the other."""
    plain = cv2.imdecode(np.frombuffer(picture(name, size=200), np.uint8), cv2.IMREAD_COLOR)
    frames = [cv2.imencode(".jpg", plain)[1].tobytes()] * (each * fps)
    for text in texts:
        held = plain.copy()
        stripes = label(text)
        high, wide = stripes.shape[:2]
        held[SIZE[1] - high - 20 : SIZE[1] - 20, SIZE[0] - wide - 40 : SIZE[0] - 40] = stripes
        frames += [cv2.imencode(".jpg", held, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()] * (each * fps)
    return write(path, frames)


def label(text):
    """Code 128 with quiet zones: (H, W, 1)."""
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    return np.asarray(zxingcpp.write_barcode_to_image(code, scale=3), np.uint8)[:, :, None]


def of_photo(path, photo, *, upper=1.0, seconds=4, fps=10):
    """The upper part of a photo, held before the camera and moving a little, as a person does."""
    face = cv2.imread(str(photo))
    face = face[: round(face.shape[0] * upper)]
    scale = min(SIZE[1] / face.shape[0], SIZE[0] / face.shape[1])
    face = cv2.resize(face, None, fx=scale, fy=scale)
    return write(path, [_frame(face, round(6 * np.sin(number / 6))) for number in range(seconds * fps)])


def _frame(face, shift):
    canvas = np.full((SIZE[1], SIZE[0], 3), 70, np.uint8)
    height, width = face.shape[:2]
    left = min(max(0, (SIZE[0] - width) // 2 + shift), SIZE[0] - width)
    canvas[:height, left : left + width] = face[: SIZE[1]]
    return cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
