"""Real people and real photographs before the passive policy: films of the data, attacks composed of its stills."""

from __future__ import annotations

import itertools
import json

import cv2
import numpy as np
import pytest
from django.core.management import call_command

from benchmarks.attacks import presentation, still_of
from recognition.engine.images import decode
from recognition.live import liveness_service
from recognition.liveness.films.reading import frames_of
from recognition.liveness.passive.showing import show, thinned
from tests.support.liveness.clips import write_film


def between(path, first, last):
    """RGB frames of a film from one second to another, the first at 0."""
    for image, at in frames_of(path):
        if at >= last:
            return
        if at >= first:
            yield image, at - first


@pytest.mark.models
@pytest.mark.parametrize(("rate", "first"), [(10, 0.0), (5, 5.6)])
def test_a_man_who_blinks_is_alive_within_three_seconds(real_engine, data, rate, first):
    frames = thinned(between(data / "liveness/blinks.mp4", first, first + 4.5), rate)
    shown = show(frames, real_engine, None)
    assert shown.passed and shown.named_at <= 3.2
    assert shown.life.cues["blink"] > 0 and shown.suspected_at is None


@pytest.mark.models
def test_a_man_who_turns_his_head_is_alive(real_engine, data):
    shown = show(thinned(between(data / "liveness/head_turns.mp4", 5.4, 9.2), 15), real_engine, None)
    assert shown.passed and shown.life.cues["relief"] > 0


@pytest.mark.models
@pytest.mark.parametrize("kind", ["moved", "tilted", "bent", "phone", "full frame", "eyes swapped", "eyes faded"])
def test_a_photograph_is_not(real_engine, data, still, kind):
    shown = show(presentation(still, kind, 11, seconds=3.5), real_engine, None)
    assert not shown.passed and shown.reason in ("picture", "not_shown")


@pytest.fixture
def still(real_engine, data):
    image = decode((data / "faces/portraits/obama.jpg").read_bytes(), bound_to=1280)
    (face, *_) = real_engine.detect(image, min_face=80)
    return still_of(image, face.mesh)


@pytest.mark.models
def test_the_lids_of_a_print_can_be_drawn_down(real_engine, still):
    """Or the attacks with printed eyes would attack nothing."""
    openings = []
    for amount in (0.0, 1.0):
        frame = still.shut(amount)
        framed = cv2.copyMakeBorder(frame, 60, 60, 60, 60, cv2.BORDER_REPLICATE)
        (face, *_) = real_engine.detect(framed, min_face=80)
        openings.append(sum(real_engine.lids(framed, face)))
    assert openings[1] < 0.6 * openings[0]


def test_the_same_seed_makes_the_same_presentation():
    rng = np.random.default_rng(0)
    points = np.zeros((468, 3), np.float32)
    for number, place in {33: (70, 100), 133: (110, 100), 362: (150, 100), 263: (190, 100), 1: (130, 150)}.items():
        points[number, :2] = place
    from recognition.engine.mesh.face_mesh import Mesh

    made = still_of(rng.integers(0, 255, (260, 260, 3)).astype(np.uint8), Mesh(points, 1.0, 0, 0, 0))
    for kind in ("paper", "bent level", "eyes on a phone"):
        first, again, other = (
            [frame for frame, _ in itertools.islice(presentation(made, kind, seed), 3)] for seed in (5, 5, 6)
        )
        assert all((one == two).all() for one, two in zip(first, again, strict=True)), kind
        assert (first[0] != other[0]).any() and first[0].shape == (360, 480, 3), kind


@pytest.mark.models
def test_a_folder_is_shown_to_the_passive_policy(real_engine, data, still, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        liveness_service, "load_fasnet", lambda folder: None
    )  # who overfills the picture is asked to step back
    liveness_service.forget_models()
    attack = [frame for frame, _ in presentation(still, "paper", 3, seconds=2.5)]
    write_film(tmp_path / "paper.mp4", attack, fps=10)
    live = [image for image, _ in between(data / "liveness/blinks.mp4", 0.8, 3.0)]
    write_film(tmp_path / "man.mp4", [cv2.resize(one, (640, 360)) for one in live], fps=25)
    (tmp_path / "labels.csv").write_text("clip,label,kind\npaper.mp4,attack,paper\nman.mp4,live,\n", "utf-8")
    call_command("evaluate_liveness", str(tmp_path), "--passive", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["passive"] is True
    assert [(one["kind"], one["errors"], one["of"]) for one in report["apcer"]] == [("paper", 0, 1)]
    assert report["bpcer"]["errors"] == 0
    print_, man = report["clips"]
    assert not print_["passed"] and print_["reason"] in ("not_shown", "picture") and print_["named_after"] is None
    assert man["passed"] and man["reason"] is None and man["named_after"] < 2.2
