"""The rebuilt networks against dlib's own code, in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.material import DATA, LFW, MODELS, engine, median_ms
from benchmarks.report import Row

CHIPS = 120


def rows() -> Iterator[Row]:
    import dlib

    from recognition.engine.model_files.store import ModelStore

    store = ModelStore(MODELS)
    reference = dlib.face_recognition_model_v1(str(store.path("dlib_face_recognition_resnet_model_v1.dat")))
    chips = _chips()
    ours = engine("bundled")._embedder.network
    wanted = np.array([reference.compute_face_descriptor(chip) for chip in chips])
    yield Row(
        f"ONNX embedding equals dlib's, greatest difference over {len(chips)} LFW chips",
        float(np.abs(ours.raw(chips) - wanted).max()),
        "",
        at_most=1e-5,
    )
    theirs_ms = median_ms(lambda: reference.compute_face_descriptor(chips[0]), 15)
    ours_ms = median_ms(lambda: ours.raw(chips[:1]), 60)
    yield Row("one embedding: dlib's own call", theirs_ms, "ms")
    yield Row("one embedding: ours", ours_ms, "ms")
    yield Row("one embedding, times faster", theirs_ms / ours_ms, "times", at_least=20)
    yield from _detection(dlib, store)


def _detection(dlib: Any, store: Any) -> Iterator[Row]:
    reference = dlib.cnn_face_detection_model_v1(str(store.path("mmod_human_face_detector.dat")))
    picture = _picture()
    ours = engine("bundled")._detector
    theirs_ms = median_ms(lambda: reference(picture, 0), 5)
    ours_ms = median_ms(lambda: ours.find(picture, min_face=80, quick=True), 30)
    yield Row("CNN detection 640×480: dlib's own call", theirs_ms, "ms")
    yield Row("CNN detection 640×480: ours", ours_ms, "ms")
    yield Row("CNN detection 640×480, times faster", theirs_ms / ours_ms, "times", at_least=15)


def _chips() -> Any:
    from recognition.engine.evaluation.error_rates import main_face
    from recognition.engine.images import decode

    chips: list[Any] = []
    for path in sorted(LFW.glob("*/*.jpg"))[::3]:
        image = decode(path.read_bytes())
        face = main_face(engine("bundled"), image)
        if face is not None:
            chips.append(engine("bundled")._embedder.network.chips(image, face)[0])
        if len(chips) == CHIPS:
            break
    return np.stack(chips)


def _picture() -> Any:
    from recognition.engine.images import decode

    canvas = np.full((480, 640, 3), 110, np.uint8)
    face = decode((DATA / "faces/portraits/obama2.jpg").read_bytes(), bound_to=480)
    canvas[: face.shape[0], 180 : 180 + face.shape[1]] = face
    return canvas
