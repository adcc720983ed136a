"""Every model file: where it comes from, what it weighs, under which licence, what it was trained on; and the
profiles made of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.errors import Refused
from recognition.engine.types import Profile

PIP = "pip:face-recognition-models"
BUILT = "built"
ZOO = "https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/"
FOAM = "https://github.com/foamliu/MobileFaceNet/raw/master/weights/"
MIRROR = "mirror"  # no address whose checksum is known: only from a folder given with --mirror
BUILDER = 1  # raise it whenever dlib_graphs changes what it writes


@dataclass(frozen=True, slots=True)
class ModelFile:
    name: str
    source: str  # an address, PIP, BUILT or MIRROR
    licence: str
    trained_on: str
    size: int = 0  # bytes; 0 for what is built here
    sha256: str = ""  # empty for what is built here
    commercial: bool = True
    optional: bool = False
    built_from: str = ""  # name of the file that this one is rebuilt from
    folder: str = ""  # below the folder of models


@dataclass(frozen=True, slots=True)
class ProfileSpec:
    """A profile and the files it needs. `embedder` and `detector` are names that `build` knows."""

    profile: Profile
    embedder: str
    files: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)


_WEB = "about 3 million faces: FaceScrub, VGG and pictures from the web"

FILES: dict[str, ModelFile] = {
    file.name: file
    for file in (
        ModelFile(
            "dlib_face_recognition_resnet_model_v1.dat",
            PIP,
            "CC0-1.0",
            _WEB,
            size=22_466_066,
            sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        ),
        ModelFile(
            "mmod_human_face_detector.dat",
            PIP,
            "CC0-1.0",
            "7,220 pictures labelled by dlib's author",
            size=729_940,
            sha256="4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
        ),
        ModelFile(
            "shape_predictor_5_face_landmarks.dat",
            PIP,
            "CC0-1.0",
            "7,198 faces labelled by dlib's author",
            size=9_150_489,
            sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
        ),
        ModelFile(
            "shape_predictor_68_face_landmarks.dat",
            PIP,
            "CC0-1.0 (the file); the terms of its training set exclude commercial use",
            "iBUG 300-W",
            size=99_693_937,
            sha256="fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f",
            commercial=False,
            optional=True,
        ),
        ModelFile("dlib_resnet.onnx", BUILT, "CC0-1.0", _WEB, built_from="dlib_face_recognition_resnet_model_v1.dat"),
        ModelFile(
            "dlib_mmod.onnx",
            BUILT,
            "CC0-1.0",
            "7,220 pictures labelled by dlib's author",
            built_from="mmod_human_face_detector.dat",
        ),
        ModelFile(
            "face_detection_yunet_2023mar.onnx",
            ZOO + "face_detection_yunet_2023mar.onnx",
            "MIT",
            "WIDER FACE",
            size=232_589,
            sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
        ),
        ModelFile(
            "MobileFaceNet.onnx",
            FOAM + "MobileFaceNet.onnx",
            "Apache-2.0",
            "MS-Celeb-1M: public figures, withdrawn by its publisher in 2019",
            size=3_998_070,
            sha256="b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507",
        ),
        ModelFile(
            "2.7_80x80_MiniFASNetV2.onnx",
            MIRROR,
            "Apache-2.0",
            "minivision-ai's own, not published",
            size=1_745_065,
            sha256="343b263bf1c50719396a3d2e06894072e620f9d3168de4f9483c67513d6c50d6",
            optional=True,
            folder="deepface/.deepface/weights",
        ),
        ModelFile(
            "4_0_0_80x80_MiniFASNetV1SE.onnx",
            MIRROR,
            "Apache-2.0",
            "minivision-ai's own, not published",
            size=1_744_347,
            sha256="2d24582d5119ac029386524837732e9406b09a99268c37bb58589ffeacc989da",
            optional=True,
            folder="deepface/.deepface/weights",
        ),
    )
}

LANDMARKS = ("shape_predictor_5_face_landmarks.dat", "shape_predictor_68_face_landmarks.dat")
FASNET = ("2.7_80x80_MiniFASNetV2.onnx", "4_0_0_80x80_MiniFASNetV1SE.onnx")

DETECTOR_FILES: dict[str, tuple[str, ...]] = {
    "mmod": ("mmod_human_face_detector.dat", "dlib_mmod.onnx"),
    "yunet": ("face_detection_yunet_2023mar.onnx",),
    "haar": (),
    "hog": (),
}

_SPECS = {
    "bundled": ProfileSpec(
        Profile("bundled", detector="mmod", model="Dlib", dim=128),
        "dlib",
        ("dlib_face_recognition_resnet_model_v1.dat", "dlib_resnet.onnx"),
    ),
    "accurate": ProfileSpec(
        Profile("accurate", detector="yunet", model="MobileFaceNet", dim=128),
        "arcface",
        ("MobileFaceNet.onnx", *FASNET),
        {
            "file": "MobileFaceNet.onnx",
            "side": 112,
            "channels": "RGB",
            "mean": (123.675, 116.28, 103.53),
            "std": (58.395, 57.12, 57.375),
        },
    ),
}


def spec_of(name: str, models_dir: Path) -> ProfileSpec:
    """The profile of that name: one of ours, a DeepFace model (`deepface:Facenet512`) or a site's own file.

    A site's own profile is `<models_dir>/profiles/<name>.json`; see docs/recognition.md.
    Raises Refused `unknown_profile` or `bad_profile`.
    """
    if name in _SPECS:
        return _SPECS[name]
    if name.startswith("deepface:"):
        model = name.partition(":")[2]
        return ProfileSpec(Profile(name, detector="mmod", model=model, dim=0), "deepface", ())
    path = models_dir / "profiles" / f"{name}.json"
    if not name.replace("-", "").replace("_", "").isalnum() or not path.is_file():
        raise Refused("unknown_profile", f"There is no recognition profile '{name}'.")
    return _own(name, path)


def _own(name: str, path: Path) -> ProfileSpec:
    """An institution's own ArcFace-style ONNX file, described in a few lines of JSON."""
    try:
        text = json.loads(path.read_text("utf-8"))
        file = ModelFile(
            text["file"],
            MIRROR,
            text["licence"],
            text["trained_on"],
            size=int(text["size"]),
            sha256=text["sha256"],
            commercial=bool(text["commercial"]),
        )
        options = {key: text[key] for key in ("file", "side", "channels", "mean", "std")}
        profile = Profile(name, detector=text.get("detector", "mmod"), model=file.name, dim=int(text["dim"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("bad_profile", f"The profile {path.name} is incomplete or not JSON: {error}.") from error
    if FILES.setdefault(file.name, file).sha256 != file.sha256:
        raise Refused(
            "bad_profile", f"The profile {path.name} names a file as another profile does: rename {file.name}."
        )
    return ProfileSpec(profile, "arcface", (file.name,), options)


def files_of(spec: ProfileSpec, detector: str | None = None) -> list[ModelFile]:
    """Every file that the profile needs (or can use: `optional`), in the order of obtaining them."""
    chosen = detector or spec.profile.detector
    names = [*DETECTOR_FILES.get(chosen, ()), *LANDMARKS, *spec.files]
    return [FILES[name] for name in dict.fromkeys(names)]
