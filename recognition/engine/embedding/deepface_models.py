"""Our fast embedders, as models of DeepFace's own registry.

DeepFace provides every embedding: the engine asks `deepface.modules.modeling` for its model, and
anyone else who calls DeepFace in this process gets the same fast one under the name "Dlib".
"""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

os.environ.setdefault("DEEPFACE_BACKEND_ENGINE", "onnx")  # 1.2 s to import instead of 13 s with TensorFlow
os.environ.setdefault("DEEPFACE_LOG_LEVEL", "40")

import numpy as np
from deepface.models.FacialRecognition import FacialRecognition
from deepface.modules import modeling
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.conversion.onnx_halves import halves
from recognition.engine.model_files import deepface_weights
from recognition.engine.onnx_sessions import session

HALFWAY = ("n", 64, 17, 17)  # the shape of what dlib's network knows halfway
HALF = 0.44  # of its nodes: those at the beginning take longer


def provide(name: str, client: type[OnnxClient], path: Path, **options: Any) -> Any:
    """Register an ONNX file under a model name of DeepFace's, and have DeepFace build it."""
    # DeepFace finds a class by its dotted path and calls it without arguments: so each file gets a class of its own.
    place = "Registered_" + re.sub(r"\W", "_", name)
    globals()[place] = type(client.__name__, (client,), {"registered_as": name, "path": path, "options": options})
    modeling.AVAILABLE_MODELS["facial_recognition"][name] = {
        "onnx": f"{__name__}.{place}",
        "any": f"{__name__}.{place}",
    }
    getattr(modeling, "cached_models", {}).get("facial_recognition", {}).pop(name, None)
    return modeling.build_model("facial_recognition", name)


def model_names() -> list[str]:
    """What DeepFace can embed faces with."""
    return sorted(modeling.AVAILABLE_MODELS["facial_recognition"])


def deepface_model(task: str, name: str) -> Any:
    """DeepFace's own model of that name. Refused `models_missing` when there is none, or its weights are not there."""
    try:
        with deepface_weights.nothing_fetched() if task == "facial_recognition" else nullcontext():
            return modeling.build_model(task, name)
    except Refused:
        raise
    except Exception as error:  # DeepFace raises many kinds for what is not installed or cannot be fetched
        raise Refused("models_missing", f"DeepFace's model '{name}' cannot be used: {error}", status=503) from error


def set_up(name: str, *, mirror: Path | None, sha256: str = "") -> dict[Path, str]:
    """Have DeepFace fetch the weights of an embedder, and load it once. Their checksums by file.

    Refused `wrong_checksum`, `models_missing`, or `download_failed` in one line.
    """
    getattr(modeling, "cached_models", {}).get("facial_recognition", {}).pop(name, None)
    with deepface_weights.setting_up(deepface_weights.SetUp(mirror, sha256)) as done:
        try:
            modeling.build_model("facial_recognition", name)
        except Refused:
            raise
        except Exception as error:
            said = (
                "".join(sign for sign in str(error) if sign.isascii()).strip().splitlines()
            )  # without its little pictures
            why = said[0].rstrip(".") if said else type(error).__name__
            words = (
                f"DeepFace's model '{name}' could not be prepared: {why}. Without internet access, use --mirror DIR."
            )
            raise Refused("download_failed", words, status=503) from error
    return done.found


class OnnxClient(FacialRecognition):
    """A face embedder on onnxruntime, callable DeepFace's way (`forward`) and ours (`vectors`)."""

    # Set in the class that `provide` makes for each file.
    registered_as: str
    path: Path
    options: dict[str, Any]

    def __init__(self) -> None:
        self.model_name = self.registered_as
        self.model = session(self.path, threads=1)  # see cores.py
        self._input = self.model.get_inputs()[0].name

    def forward(self, img: NDArray[Any]) -> list[float] | list[list[float]]:
        """DeepFace's convention: one or several BGR pictures, 0-1 or 0-255, of `input_shape`."""
        batch = img[None] if img.ndim == 3 else img
        scaled = batch * 255.0 if batch.max() <= 1 else batch
        vectors = self.vectors(np.ascontiguousarray(scaled[..., ::-1]).astype(np.uint8))
        return vectors[0].tolist() if len(vectors) == 1 else vectors.tolist()

    def vectors(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Aligned RGB chips (n, side, side, 3) to raw embeddings (n, dim), not normalised."""
        raise NotImplementedError


class DlibOnnx(OnnxClient):
    """dlib's ResNet, rebuilt (see `dlib_graphs`) and cut in two, so that two cores share the work on a face evenly."""

    def __init__(self) -> None:
        self.model_name = self.registered_as
        parts = halves(self.path.read_bytes(), HALFWAY, HALF)
        self.model, self._rest = (session(self.path, threads=1, content=part) for part in parts)
        self.input_shape, self.output_shape = (150, 150), 128

    def vectors(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.second_half(self.first_half(chips))

    def first_half(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        return _asked(self.model, np.ascontiguousarray(chips))

    def second_half(self, halfway: NDArray[np.float32]) -> NDArray[np.float32]:
        return _asked(self._rest, halfway)


def _asked(network: Any, given: NDArray[Any]) -> NDArray[np.float32]:
    answer: NDArray[np.float32] = network.run(None, {network.get_inputs()[0].name: given})[0]
    return answer


class ArcFaceOnnx(OnnxClient):
    """Any ArcFace-style ONNX file: a square aligned face in, one vector out.

    Options: `side` px, `channels` ("RGB" or "BGR"), `mean` and `std` per channel on the 0-255 scale.
    """

    def __init__(self) -> None:
        super().__init__()
        side = int(self.options["side"])
        shape = self.model.get_inputs()[0].shape
        self._channels_first = shape[1] in (3, "3")
        self._one_at_a_time = shape[0] == 1
        mean, std = (np.asarray(self.options[key], np.float32) for key in ("mean", "std"))
        self._values = (np.arange(256, dtype=np.float32)[:, None] - mean) / std  # of each grey level, by channel
        self.input_shape, self.output_shape = (side, side), int(self.options["dim"])

    def vectors(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        pixels = chips[..., ::-1] if self.options["channels"] == "BGR" else chips
        planes = [self._values[:, channel].take(pixels[..., channel]) for channel in range(3)]
        values = np.stack(planes, axis=1 if self._channels_first else -1)
        batches = [values[i : i + 1] for i in range(len(values))] if self._one_at_a_time else [values]
        answers = [self.model.run(None, {self._input: batch})[0] for batch in batches]
        return np.concatenate(answers).reshape(len(chips), -1).astype(np.float32)
