"""Labelled films become error rates, the worst kind of attack first; and the commands say no in one line."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from config.errors import Refused
from recognition.live import liveness_service
from recognition.liveness.error_rates import Clip, ClipVerdict, interval, rates, read_labels


def verdict(label, passed, kind=""):
    return ClipVerdict(Clip(None, label, kind, ("blink",)), passed, None)


def labels(folder, *lines):
    (folder / "labels.csv").write_text("\n".join(("clip,label,kind,challenge", *lines)), "utf-8")
    return folder


def test_each_kind_of_attack_has_its_own_rate_and_the_worst_comes_first():
    verdicts = [verdict("attack", passed, "screen") for passed in (True, False, False, False)]
    verdicts += [verdict("attack", passed, "mask") for passed in (True, True)]
    verdicts += [verdict("attack", False, "print")] * 3
    report = rates(verdicts)
    assert [(one["kind"], one["rate"]) for one in report["apcer"]] == [("mask", 1.0), ("screen", 0.25), ("print", 0.0)]
    assert report["worst_apcer"] == 1.0
    assert report["bpcer"] is None


def test_who_lives_and_is_sent_away_is_counted_apart():
    report = rates([verdict("live", True)] * 9 + [verdict("live", False)])
    assert report["bpcer"]["rate"] == 0.1 and report["bpcer"]["errors"] == 1
    assert report["apcer"] == [] and report["worst_apcer"] is None


def test_no_error_in_200_is_no_proof_of_none():
    low, high = interval(0, 200)
    assert low == 0 and 0.015 < high < 0.02


def test_labels_name_film_kind_and_steps(tmp_path):
    clips = read_labels(labels(tmp_path, "a.mp4,live,,blink turn_left", 'b.mp4,attack,print,"blink,turn_right"'))
    assert clips[0] == Clip(tmp_path / "a.mp4", "live", "", ("blink", "turn_left"))
    assert (clips[1].kind, clips[1].actions) == ("print", ("blink", "turn_right"))


@pytest.mark.parametrize(
    ("line", "what"),
    [("a.mp4,alive,,blink", "live or attack"), ("a.mp4,attack,,blink", "kind"), ("a.mp4,live", "no kind")],
)
def test_a_line_that_means_nothing_is_named(tmp_path, line, what):
    with pytest.raises(Refused) as caught:
        read_labels(labels(tmp_path, line))
    assert caught.value.code == "bad_labels"
    assert "line 2" in caught.value.message and what in caught.value.message


def test_a_folder_without_labels_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"labels\.csv"):
        call_command("evaluate_liveness", str(tmp_path))
    with pytest.raises(CommandError, match="names no clips"):
        call_command("evaluate_liveness", str(labels(tmp_path)))


def test_what_is_no_film_is_refused(tmp_path):
    text = tmp_path / "film.mp4"
    text.write_text("this is a letter")
    for path in (text, tmp_path / "missing.mp4"):
        with pytest.raises(CommandError, match="not a readable film") as caught:
            call_command("check_liveness", str(path))
        assert caught.value.returncode == 2


@pytest.mark.parametrize("challenge", ["wink", "", "blink,,turn_left", ",".join(["blink"] * 10)])
def test_what_is_no_challenge_is_refused(tmp_path, challenge):
    with pytest.raises(CommandError, match="A challenge is"):
        call_command("check_liveness", str(tmp_path / "x.mp4"), challenge=challenge)


def test_without_the_models_of_the_mesh_nobody_passes(settings, tmp_path):
    settings.MODELS_DIR = tmp_path / "models"
    for ask in (lambda: liveness_service.issue(0.0), lambda: liveness_service.begin(None)):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.code == "models_missing"
    with pytest.raises(CommandError, match="setup_models"):
        call_command("check_liveness", str(tmp_path / "x.mp4"))


def test_what_a_licence_says_of_other_models_is_nothing_to_liveness(settings):
    settings.ALLOW_NONCOMMERCIAL_MODELS = False
    assert liveness_service.issue(0.0).actions


@pytest.fixture
def no_passive_models(monkeypatch):
    monkeypatch.setattr(liveness_service, "load_fasnet", lambda folder: None)
    monkeypatch.setattr(liveness_service, "require_liveness", lambda: None)
    liveness_service.forget_models()
    yield
    liveness_service.forget_models()


def test_a_site_that_requires_passive_models_refuses_without_them(settings, no_passive_models):
    settings.LIVENESS_REQUIRE_PASSIVE = True
    with pytest.raises(Refused) as caught:
        liveness_service.begin(liveness_service.issue(0.0))
    assert caught.value.code == "passive_missing"


def test_a_site_without_passive_models_says_so_in_its_log_once(no_passive_models, caplog):
    assert not liveness_service.has_passive() and not liveness_service.has_passive()
    assert [record.message for record in caplog.records if "passive" in record.message] != []
    assert sum("without passive detection" in record.message for record in caplog.records) == 1


def test_a_film_without_a_face_is_an_answer_too(tmp_path):
    import numpy as np

    from tests.support.liveness.clips import write_film

    film = tmp_path / "wall.mp4"
    write_film(film, [np.full((240, 320, 3), 90, np.uint8)] * 12)
    out = io.StringIO()
    call_command("check_liveness", str(film), json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert {"passed", "reason", "steps", "blinks", "yaw_min", "yaw_max", "passive_score"} <= answer.keys()
    assert (answer["passed"], answer["steps"], answer["blinks"]) == (False, [], [])
