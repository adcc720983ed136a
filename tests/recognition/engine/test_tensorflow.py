"""DeepFace's TensorFlow backend, for those who install the extra `tensorflow`. Everybody else skips this.

Each story runs in a process of its own: DeepFace chooses its backend once, and TensorFlow is slow to load.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest


@pytest.fixture(autouse=True)
def tensorflow():
    if importlib.util.find_spec("tensorflow"):
        return
    reason = "TensorFlow is not installed: it is the extra 'tensorflow'"
    if os.environ.get("REQUIRE_TENSORFLOW"):
        pytest.fail(reason)
    pytest.skip(reason)


def told(story, models_dir):
    """What the story prints last, told to a Python that runs DeepFace on TensorFlow."""
    env = os.environ | {"DEEPFACE_BACKEND_ENGINE": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "MODELS": str(models_dir)}
    run = subprocess.run([sys.executable, "-c", story], env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout.strip().splitlines()[-1]


BUNDLED = """
import os, pathlib
from deepface.commons import backend_utils
from recognition.engine.conversion.dlib_build import drawn_face
from recognition.engine.standard import build_engine
engine = build_engine("bundled", models_dir=pathlib.Path(os.environ["MODELS"]), allow_noncommercial=True)
face = drawn_face(300)
print(backend_utils.get_backend_engine(), engine.embed(face, engine.detect(face, min_face=80)).shape)
"""

# An architecture of DeepFace's own without its weights, which cannot be fetched here: what is tried is the way to it.
ANY_OTHER = """
import numpy as np
from deepface.models.FacialRecognition import FacialRecognition
from deepface.models.facial_recognition.tf.Facenet import InceptionResNetV1
from deepface.modules import modeling
from recognition.engine.embedding.embedders import Alone, DeepFaceModel
from recognition.engine.types import Box, Face


class Untrained(FacialRecognition):
    def __init__(self):
        self.model_name, self.input_shape, self.output_shape = "Untrained", (160, 160), 128
        self.model = InceptionResNetV1()


modeling.AVAILABLE_MODELS["facial_recognition"]["Untrained"] = {"tensorflow": "__main__.Untrained"}
picture = np.random.default_rng(0).integers(0, 255, (160, 160, 3), np.uint8)
eyes_and_nose = np.array([(120, 60), (95, 60), (40, 60), (65, 60), (80, 95)], np.float32)
face = Face(Box(20, 20, 120, 120), 1.0, eyes_and_nose, None)
vectors = Alone(DeepFaceModel("Untrained")).vectors(picture, [face] * 3)
print(vectors.shape, np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4))
"""


@pytest.mark.models
def test_the_bundled_profile_works_beside_the_tensorflow_backend(real_engine, settings):
    assert told(BUNDLED, settings.MODELS_DIR) == "tensorflow (1, 128)"


def test_a_tensorflow_model_of_deepface_s_embeds_through_our_engine(settings):
    assert told(ANY_OTHER, settings.MODELS_DIR) == "(3, 128) True"
