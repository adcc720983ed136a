"""DeepFace's own models: fetched at set-up alone, and known by their checksum from then on."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from config.errors import Refused
from recognition.engine.conversion.onnx_file import Value
from recognition.engine.conversion.onnx_graph import Graph

# Model files and profiles are on the disk.
pytestmark = pytest.mark.same_on_every_database

NAME = "facenet512_weights.onnx"


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A network of Facenet512's shape that knows nothing: small, and the same each time."""
    graph = Graph("small", "0" * 64)
    squeezed = graph.add("ReduceMean", "input", axes=[1], keepdims=0)
    flat = graph.add("Flatten", squeezed)
    matrix = np.random.default_rng(1).normal(size=(160 * 3, 512))
    output = graph.add("MatMul", flat, graph.constant(matrix))
    path = tmp_path_factory.mktemp("weights") / NAME
    graph.save(
        path,
        inputs=[Value("input", "float32", ["n", 160, 160, 3])],
        outputs=[Value(output, "float32", ["n", 512])],
    )
    return path


@pytest.fixture(autouse=True)
def home(settings, tmp_path, monkeypatch):
    """Models in a folder of its own, and a DeepFace that has loaded nothing yet."""
    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setenv("DEEPFACE_HOME", str(tmp_path / "models" / "deepface"))
    forget()
    yield tmp_path / "models" / "deepface" / ".deepface" / "weights"
    forget()


def forget():
    from deepface.modules import modeling

    getattr(modeling, "cached_models", {}).get("facial_recognition", {}).pop("Facenet512", None)


@pytest.fixture
def internet(monkeypatch, weights):
    """What gdown would bring; every address that was asked."""
    from deepface.commons import weight_utils

    asked, content = [], [weights.read_bytes()]

    def download(url, output, quiet):
        asked.append(url)
        Path(output).write_bytes(content[0])

    monkeypatch.setattr(weight_utils, "ensure_source_is_reachable", lambda url: None)
    monkeypatch.setattr(weight_utils.gdown, "download", download)
    return asked, content


@pytest.fixture
def pip_files(monkeypatch):
    """Only DeepFace's file is of interest here."""
    monkeypatch.setattr("recognition.management.commands.setup_models.files_of", lambda *_: [])
    monkeypatch.setattr("recognition.faces.profiles.profiles.files_of", lambda *_: [])


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    call_command("setup_models", "--profile", "deepface:Facenet512", *words, stdout=out, stderr=err)
    forget()
    return out.getvalue(), err.getvalue()


def loaded():
    from recognition.engine.embedding.deepface_models import deepface_model

    forget()
    return deepface_model("facial_recognition", "Facenet512")


@pytest.mark.django_db
def test_it_is_fetched_by_deepface_and_its_checksum_written_down(home, internet, pip_files):
    out, err = run()
    assert internet[0][0].endswith(f"/{NAME}")
    assert "DeepFace publishes no checksums" in err and "MIT; trained on: not stated by DeepFace" in err
    assert NAME in out and "not excluded; read its terms" in out
    assert sorted(path.name for path in home.iterdir()) == ["facenet512_weights.json", NAME]
    assert loaded().output_shape == 512
    document = json.loads(run("--json")[0])
    assert document["files"][0]["sha256"] == json.loads((home / "facenet512_weights.json").read_text())["sha256"]
    assert len(internet[0]) == 1, "what is there is not fetched again"


@pytest.mark.django_db
def test_another_file_than_the_first_is_never_loaded(home, internet, pip_files):
    run()
    (home / NAME).write_bytes((home / NAME).read_bytes() + b"\0")
    with pytest.raises(Refused) as caught:
        loaded()
    assert caught.value.code == "wrong_checksum"
    with pytest.raises(CommandError, match="not the expected file"):
        run()


@pytest.mark.django_db
def test_a_download_that_is_another_one_than_before_is_refused(home, internet, pip_files):
    run()
    (home / NAME).unlink()
    internet[1][0] += b"\0"
    with pytest.raises(CommandError, match="not the expected file"):
        run()


@pytest.mark.django_db
def test_a_checksum_that_is_given_holds_for_the_first_one_too(home, internet, pip_files):
    with pytest.raises(CommandError, match="not the expected one"):
        run("--sha256", "0" * 64)
    assert list(home.iterdir()) == []
    known = json.loads(run("--json")[0])["files"][0]["sha256"]
    _, err = run("--sha256", known.upper())
    assert "DeepFace publishes no checksums" not in err
    with pytest.raises(CommandError, match="not the expected one"):
        run("--sha256", "0" * 64)
    assert (home / NAME).is_file(), "the right file stays"


@pytest.mark.django_db
def test_a_mirror_may_hold_it(home, weights, pip_files, monkeypatch):
    from recognition.engine.model_files import deepface_weights

    monkeypatch.setattr(deepface_weights, "_fetch", lambda *a: pytest.fail("it asked the network"))
    run("--mirror", str(weights.parent))
    assert loaded().output_shape == 512


@pytest.mark.django_db
def test_a_mirror_without_it_and_a_network_that_is_away_are_one_line(home, pip_files, tmp_path, monkeypatch):
    from deepface.commons import weight_utils

    (tmp_path / "mirror").mkdir()
    with pytest.raises(CommandError, match=f"has no {NAME}") as caught:
        run("--mirror", str(tmp_path / "mirror"))
    assert caught.value.returncode == 2

    def away(url):
        raise OSError("Name or service not known")

    monkeypatch.setattr(weight_utils, "ensure_source_is_reachable", away)
    with pytest.raises(CommandError, match="--mirror DIR") as caught:
        run()
    assert caught.value.returncode == 2 and "\n" not in str(caught.value)


def test_a_server_fetches_nothing(home, internet):
    with pytest.raises(Refused, match="setup_models") as caught:
        loaded()
    assert caught.value.code == "models_missing" and internet[0] == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["VGG-Face", "Buffalo_L"])
def test_what_excludes_commercial_use_needs_the_setting(settings, model):
    settings.ALLOW_NONCOMMERCIAL_MODELS = False
    with pytest.raises(CommandError, match="ALLOW_NONCOMMERCIAL_MODELS"):
        call_command("setup_models", "--profile", f"deepface:{model}", stdout=io.StringIO(), stderr=io.StringIO())


def test_every_model_of_deepface_has_its_terms():
    from recognition.engine.embedding.deepface_models import modeling
    from recognition.engine.model_files.deepface_licences import TERMS

    shipped = {
        name for name, how in modeling.AVAILABLE_MODELS["facial_recognition"].items() if "Registered" not in str(how)
    }
    assert shipped <= TERMS.keys()
