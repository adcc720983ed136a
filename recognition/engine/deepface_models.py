"""Our fast embedders, as models of DeepFace's own registry.

DeepFace provides every embedding: the engine asks `deepface.modules.modeling` for its model, and
anybody else who calls DeepFace in this process gets the same fast one under the name "Dlib".
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

os.environ.setdefault("DEEPFACE_BACKEND_ENGINE", "onnx")  # 1.2 s to import instead of 13 s with TensorFlow
os.environ.setdefault("DEEPFACE_LOG_LEVEL", "40")

import numpy as np
from deepface.models.FacialRecognition import FacialRecognition
from deepface.modules import modeling
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.sessions import session


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
    """DeepFace's own model of that name. Refused `models_missing` when there is none, or it cannot be fetched."""
    try:
        return modeling.build_model(task, name)
    except Exception as error:  # DeepFace raises many kinds for what is not installed or cannot be fetched
        raise Refused("models_missing", f"DeepFace's model '{name}' cannot be used: {error}", status=503) from error


class OnnxClient(FacialRecognition):
    """A face embedder on onnxruntime, callable DeepFace's way (`forward`) and ours (`vectors`)."""

    # Set in the class that `provide` makes for each file.
    registered_as: str
    path: Path
    options: dict[str, Any]

    def __init__(self) -> None:
        self.model_name = self.registered_as
        self.model = session(self.path)
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
    """dlib's ResNet, rebuilt (see `dlib_graphs`)."""

    def __init__(self) -> None:
        super().__init__()
        self.input_shape, self.output_shape = (150, 150), 128

    def vectors(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        answer: NDArray[np.float32] = self.model.run(None, {self._input: np.ascontiguousarray(chips)})[0]
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
        self.input_shape, self.output_shape = (side, side), int(self.options["dim"])

    def vectors(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        pixels = chips[..., ::-1] if self.options["channels"] == "BGR" else chips
        mean, std = (np.asarray(self.options[key], np.float32) for key in ("mean", "std"))
        values = (pixels.astype(np.float32) - mean) / std
        if self._channels_first:
            values = values.transpose(0, 3, 1, 2)
        batches = [values[i : i + 1] for i in range(len(values))] if self._one_at_a_time else [values]
        answers = [self.model.run(None, {self._input: np.ascontiguousarray(batch)})[0] for batch in batches]
        return np.concatenate(answers).reshape(len(chips), -1).astype(np.float32)
