"""The photo-attack networks, made here of their published weights, and weights files that are none."""

from __future__ import annotations

import collections
import io
import os
import pickle
import shutil
import struct
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from config.errors import Refused
from recognition.engine.conversion import fasnet_build
from recognition.engine.conversion.torch_weights import MAGIC, VERSION, read_tensors
from recognition.engine.images import decode
from recognition.engine.model_files import download
from recognition.engine.model_files.manifest import FASNET, FILES
from recognition.engine.model_files.store import ModelStore, sha256_of

MACHINE = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}


def quiet(*_):
    pass


@pytest.fixture
def weights(data, tmp_path):
    """A mirror with nothing but the published weights."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for name in FASNET:
        shutil.copyfile(data / "weights" / FILES[name].built_from, mirror / FILES[name].built_from)
    return mirror


def pictures(data):
    """Living faces, prints and screens, as DeepFace cuts them, and noise: BGR 0-255."""
    from deepface.models.spoofing.FasNetUtils import crop

    cuts = [np.random.default_rng(1).integers(0, 256, (20, 80, 80, 3)).astype(np.float32)]
    for path in sorted((data / "spoof").rglob("*.jpg")):
        image = decode(path.read_bytes())[..., ::-1]
        height, width = image.shape[:2]
        side = min(height, width) // 3
        cuts += [
            crop(image, (width // 2 - side // 2, height // 2 - side // 2, side, side), 2.7, 80, 80).reshape(
                1, 80, 80, 3
            )
        ]
    return np.concatenate(cuts).astype(np.float32)


@pytest.mark.parametrize("name", FASNET)
def test_the_converted_networks_answer_as_those_that_pytorch_exported(data, tmp_path, weights, name):
    store = ModelStore(tmp_path / "models")
    assert store.obtain(FILES[name], mirror=weights, progress=quiet).ready
    shown = pictures(data)
    ours, theirs = (
        onnxruntime.InferenceSession(str(path)).run(None, {"input": shown})[0]
        for path in (store.require(name), data / "weights" / "deepface" / name)
    )
    assert len(shown) > 20 and np.abs(ours - theirs).max() < 1e-4
    assert np.ptp(theirs, axis=0).max() > 0.5, "the pictures are told apart"


def test_deepface_takes_them_and_tells_a_print_from_a_face(data, tmp_path, weights):
    from recognition.liveness import load_fasnet

    for name in FASNET:
        ModelStore(tmp_path / "models").obtain(FILES[name], mirror=weights, progress=quiet)
    assert load_fasnet(tmp_path / "models") is not None


@pytest.mark.parametrize("name", FASNET)
def test_the_published_weights_are_not_kept_and_a_changed_network_is_noticed(tmp_path, weights, name):
    store = ModelStore(tmp_path / "models")
    store.obtain(FILES[name], mirror=weights, progress=quiet)
    assert sorted(path.suffix for path in (tmp_path / "models").rglob("*") if path.is_file()) == [".json", ".onnx"]
    store.path(name).write_bytes(b"another network")
    with pytest.raises(Refused) as caught:
        store.require(name)
    assert caught.value.code == "wrong_checksum"
    assert store.obtain(FILES[name], mirror=weights, progress=quiet).ready


@pytest.mark.parametrize("name", FASNET)
def test_a_mirror_may_hold_the_converted_network(data, tmp_path, name):
    store = ModelStore(tmp_path / "models")
    assert store.obtain(FILES[name], mirror=data / "weights" / "deepface", progress=quiet).ready
    assert sha256_of(store.require(name)) == FILES[name].ready_made


def test_weights_are_taken_where_the_converted_network_beside_them_is_another_one(tmp_path, weights):
    (weights / FASNET[0]).write_bytes(b"that of DeepFace's own release")
    assert ModelStore(tmp_path / "models").obtain(FILES[FASNET[0]], mirror=weights, progress=quiet).ready


def test_they_are_downloaded_with_their_checksum(data, tmp_path, weights, monkeypatch):
    name = FILES[FASNET[0]].built_from
    monkeypatch.setitem(FILES, name, replace(FILES[name], source=(weights / name).as_uri()))
    assert ModelStore(tmp_path / "models").obtain(FILES[FASNET[0]], mirror=None, progress=quiet).ready
    (weights / name).write_bytes(b"x" * FILES[name].size)
    with pytest.raises(Refused) as caught:
        ModelStore(tmp_path / "others").obtain(FILES[FASNET[0]], mirror=None, progress=quiet)
    assert caught.value.code == "wrong_checksum"


def test_without_a_network_it_is_one_sentence(tmp_path, monkeypatch):
    def offline(*args, **kwargs):
        raise OSError("Name or service not known")

    monkeypatch.setattr(download.urllib.request, "urlopen", offline)
    monkeypatch.setattr(download, "sleep", quiet)
    with pytest.raises(Refused, match="--mirror DIR") as caught:
        ModelStore(tmp_path).obtain(FILES[FASNET[0]], mirror=None, progress=quiet)
    assert caught.value.code == "download_failed" and "\n" not in caught.value.message


def test_a_network_that_answers_otherwise_is_not_kept(tmp_path, weights, monkeypatch):
    monkeypatch.setattr(fasnet_build, "TOLERANCE", -1)
    with pytest.raises(Refused) as caught:
        ModelStore(tmp_path / "models").obtain(FILES[FASNET[0]], mirror=weights, progress=quiet)
    assert caught.value.code == "model_differs"
    assert [path for path in (tmp_path / "models").rglob("*") if path.is_file()] == []


# --- files that are none ---------------------------------------------------------------------------


class Deed:
    """What an unpickler that knows no better would do."""

    def __init__(self, *deed):
        self.deed = deed

    def __reduce__(self):
        return self.deed


def file_with(tensors, keys=(), *, machine=MACHINE, storages=b""):
    parts = [pickle.dumps(part, protocol=2) for part in (MAGIC, VERSION, machine, tensors, list(keys))]
    return b"".join(parts) + storages


def refused(tmp_path, content):
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        read_tensors(path)
    assert caught.value.code == "damaged_model" and "weights.pth" in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    "deed",
    [
        (os.system, ("touch {path}",)),
        (eval, ("open('{path}', 'w')",)),
        (exec, ("open('{path}', 'w')",)),
        (io.open, ("{path}", "w")),
        (getattr, (collections, "OrderedDict")),
        (pickle.loads, (b"\x80\x02N.",)),
    ],
    ids=lambda deed: deed[0].__name__,
)
def test_a_pickle_with_a_deed_in_it_is_refused_and_nothing_is_done(tmp_path, deed):
    done = tmp_path / "done"
    call, arguments = deed
    arguments = tuple(word.format(path=done) if isinstance(word, str) else word for word in arguments)
    if call is getattr:
        arguments = ("word", "upper")
    refused(tmp_path, file_with({"module.conv1.conv.weight": Deed(call, arguments)}))
    for place in range(3):
        parts = [MAGIC, VERSION, MACHINE]
        parts[place] = Deed(call, arguments)
        refused(tmp_path, b"".join(pickle.dumps(part, protocol=2) for part in parts))
    assert not done.exists()


def test_a_class_of_the_right_name_from_elsewhere_is_refused(tmp_path):
    for name in (b"os\nsystem", b"torch\nload", b"torch._utils\n_rebuild_tensor_v2.__globals__", b"builtins\nexec"):
        start = b"".join(pickle.dumps(part, protocol=2) for part in (MAGIC, VERSION, MACHINE))
        refused(tmp_path, start + b"\x80\x02c" + name + b"\n.")


@pytest.mark.parametrize(
    "program",
    [
        b"\x80\x02Nr\xff\xff\xff\x7f.",  # remember under number two thousand million
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",  # bytes of an absurd length
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",  # a name from the stack
        b"\x80\x02\x82\x01.",  # an extension's number
        b"\x80\x02(i__main__\nX\n.",  # an instance, the old way
        b"",
        b"\x80",
        b"\x80\x02R.",
        b"\x80\x02a.",
    ],
)
def test_instructions_that_such_a_file_never_has_are_refused(tmp_path, program):
    start = b"".join(pickle.dumps(part, protocol=2) for part in (MAGIC, VERSION, MACHINE))
    refused(tmp_path, start + program)
    refused(tmp_path, program)


@pytest.fixture
def real(data):
    return (data / "weights" / "2.7_80x80_MiniFASNetV2.pth").read_bytes()


@pytest.mark.parametrize("share", [0.001, 0.03, 0.5, 0.9999])
def test_a_file_that_ends_early_is_refused(tmp_path, real, share):
    refused(tmp_path, real[: int(share * len(real))])


def test_shapes_larger_than_their_storage_are_refused(tmp_path, real):
    wide = real.replace(struct.pack("<BH", ord("M"), 864), struct.pack("<BH", ord("M"), 865), 1)
    assert wide != real
    refused(tmp_path, wide)


def test_a_page_that_says_not_found_is_refused(tmp_path):
    refused(tmp_path, b"<html>Not found</html>")
    refused(tmp_path, b"PK\x03\x04 the newer format")


def test_weights_of_another_network_are_told_so(tmp_path, data, monkeypatch):
    monkeypatch.setattr(fasnet_build, "read_tensors", lambda path: {"module.conv1.conv.weight": np.zeros((1, 3, 3, 3))})
    with pytest.raises(Refused) as caught:
        fasnet_build.build(FASNET[0], tmp_path / "other.pth", tmp_path / "built.onnx", "0" * 64)
    assert caught.value.code == "damaged_model"
