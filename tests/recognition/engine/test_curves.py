"""Thresholds from measured curves, chosen by a target false match rate."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from recognition.engine.evaluation import curves, error_rates
from recognition.engine.evaluation.curves import Curves, MeasuredCurve
from recognition.engine.model_files.manifest import REVISION


def cell(photos, frames, thresholds, kind="photos"):
    return MeasuredCurve(photos, frames, kind, 100, 100_000, thresholds, {})


ONE = cell(1, 1, {"1e-1": 0.5, "1e-2": 0.4, "1e-3": 0.36})
FIVE = cell(5, 1, {"1e-1": 0.45, "1e-2": 0.36, "1e-3": 0.32})
VISIT = cell(1, 3, {"1e-1": 0.49, "1e-2": 0.39, "1e-3": 0.35}, kind="visit")
DAYS = cell(1, 3, {"1e-1": 0.42, "1e-2": 0.33, "1e-3": 0.30})
CURVES = Curves("p", "m", "d", "data", "2026-01-01", (ONE, FIVE, VISIT, DAYS), revision=REVISION)


def limit(photos=1, frames=1, target_fmr=1e-2, **kind):
    return CURVES.threshold(photos=photos, frames=frames, target_fmr=target_fmr, **kind)


def test_a_measured_rate_gives_its_measured_distance():
    assert limit() == pytest.approx(0.4)


def test_between_two_rates_the_logarithm_decides():
    assert limit(target_fmr=10**-1.5) == pytest.approx(0.45)


def test_stricter_than_measured_is_stricter_never_the_loosest_known():
    assert limit(target_fmr=1e-4) == pytest.approx(0.32)


def test_beyond_what_was_measured_the_best_measured_curve_shows_how_it_goes_on():
    many = MeasuredCurve(1, 1, "photos", 100, 900_000, {"1e-2": 0.40, "1e-3": 0.36, "1e-4": 0.33}, {})
    few = MeasuredCurve(5, 1, "photos", 100, 9_000, {"1e-1": 0.45, "1e-2": 0.36}, {})
    both = Curves("p", "m", "d", "data", "2026-01-01", (many, few))
    assert both.threshold(photos=1, frames=1, target_fmr=1e-6) == pytest.approx(0.33 - 2 * 0.03)
    assert both.threshold(photos=5, frames=1, target_fmr=1e-4) == pytest.approx(0.36 - 2 * 0.03)


@pytest.mark.parametrize("profile", ["bundled", "accurate"])
def test_more_photos_never_cost_a_large_campus_its_recognition(profile):
    """A template of five photos is judged about as one of three, however many people are searched."""
    shipped = curves.load(profile, models_dir=curves.SHIPPED / "nowhere")
    three, five = (shipped.threshold(photos=n, frames=3, target_fmr=1e-6) for n in (3, 5))
    assert five > 0.9 * three


def test_between_photo_counts_the_threshold_lies_between():
    assert limit(photos=3) == pytest.approx(0.38)


def test_more_photos_than_measured_use_the_largest_count():
    assert limit(photos=20) == limit(photos=5)


def test_frames_of_one_visit_have_their_own_curve():
    assert limit(frames=3) == pytest.approx(0.39)
    assert limit(frames=3, kind="photos") == pytest.approx(0.33)


@pytest.mark.parametrize("profile", ["bundled", "accurate"])
@given(photos=st.integers(1, 12), frames=st.integers(1, 8), rate=st.floats(1e-5, 0.05), factor=st.floats(1.1, 2))
def test_shipped_thresholds_fall_with_the_rate_and_stay_sane(profile, photos, frames, rate, factor):
    shipped = curves.load(profile, models_dir=curves.SHIPPED / "nowhere")
    strict = shipped.threshold(photos=photos, frames=frames, target_fmr=rate)
    loose = shipped.threshold(photos=photos, frames=frames, target_fmr=rate * factor)
    assert 0 < strict <= loose < 2


def test_a_site_s_own_measurement_comes_before_the_shipped_one(tmp_path):
    CURVES.save(curves.site_file("bundled", tmp_path))
    assert curves.load("bundled", tmp_path).data == "data"


def test_what_was_measured_before_faces_were_cut_otherwise_is_used_no_longer(tmp_path):
    """The distances of two models side by side are smaller: an old threshold would let in anyone who comes."""
    own = curves.site_file("accurate", tmp_path)
    replace(CURVES, revision=REVISION - 1).save(own)
    assert curves.load("accurate", tmp_path).data != "data" and curves.is_superseded("accurate", tmp_path)
    text = json.loads(own.read_text())
    del text["revision"]  # as releases before revisions wrote it
    curves.site_file("mine", tmp_path).write_text(json.dumps(text))
    with pytest.raises(Refused, match="evaluate_gallery"):
        curves.load("mine", tmp_path)
    CURVES.save(own)
    assert not curves.is_superseded("accurate", tmp_path)


def test_a_profile_that_nobody_measured_decides_nothing(tmp_path):
    with pytest.raises(Refused, match="evaluate_gallery") as caught:
        curves.load("deepface:Facenet", tmp_path)
    assert caught.value.code == "not_calibrated"


def test_damaged_curves_are_refused(tmp_path):
    path = curves.site_file("bundled", tmp_path)
    path.parent.mkdir()
    path.write_text(json.dumps({"profile": "bundled"}))
    with pytest.raises(Refused):
        curves.load("bundled", tmp_path)


def test_rates_that_too_few_pairs_can_show_are_left_out():
    assert list(curves.thresholds_at(np.linspace(0.2, 1.0, 5_000))) == ["1e-1", "1e-2"]


@given(st.integers(0, 1000))
def test_at_its_threshold_no_more_impostors_pass_than_the_rate_says(seed):
    impostor = np.random.default_rng(seed).normal(0.8, 0.1, 20_000)
    for rate, distance in curves.thresholds_at(impostor).items():
        assert np.mean(impostor <= distance) <= float(rate) * 1.001


# --- the measuring itself ---------------------------------------------------------------------------


def test_perfectly_separated_pairs_have_no_errors():
    result = error_rates.verification(np.linspace(0.1, 0.2, 200), np.linspace(0.6, 0.9, 200))
    assert (result.accuracy, result.accuracy_cross_validated, result.eer) == (1.0, 1.0, 0.0)
    assert result.fnmr_at_fmr["1e-2"] == 0.0
    assert result.fnmr_at_fmr["1e-4"] is None, "200 pairs cannot show one error in 10,000"


def test_pairs_that_cannot_be_told_apart_are_half_wrong():
    same = np.random.default_rng(0).normal(0.5, 0.1, 4000)
    other = np.random.default_rng(1).normal(0.5, 0.1, 4000)
    result = error_rates.verification(same, other)
    assert result.eer == pytest.approx(0.5, abs=0.02)
    assert result.accuracy_cross_validated == pytest.approx(0.5, abs=0.03)


def test_known_overlap_gives_the_known_rate():
    genuine, impostor = np.array([0.1] * 90 + [0.9] * 10), np.linspace(0.5, 0.95, 1000)
    assert error_rates.verification(genuine, impostor).fnmr_at_fmr["1e-2"] == pytest.approx(0.10)


def test_strangers_who_look_like_members_cost_fnir():
    rng = np.random.default_rng(3)
    people = {f"p{n}": rng.normal(size=(6, 8)) + 6 * rng.normal(size=8) for n in range(12)}
    people = {name: rows / np.linalg.norm(rows, axis=1, keepdims=True) for name, rows in people.items()}
    easy = error_rates.open_set(people, enrol=3, probe=1, rounds=10)
    noise = {name: rng.normal(size=(6, 8)) for name in people}
    noise = {name: rows / np.linalg.norm(rows, axis=1, keepdims=True) for name, rows in noise.items()}
    hard = error_rates.open_set(noise, enrol=3, probe=1, rounds=10)
    assert easy.rank1 > 0.9 > hard.rank1
    assert easy.fnir(0.1)[0] < hard.fnir(0.1)[0]


def test_too_few_people_are_no_measurement():
    with pytest.raises(Refused) as caught:
        error_rates.open_set({"a": np.eye(4)}, enrol=1, probe=1, rounds=1)
    assert caught.value.code == "too_few_people"


# --- what nobody measured, or too little of -------------------------------------------------------------


@pytest.mark.parametrize("cells", [(), (cell(1, 1, {}),), (cell(1, 1, {"1e-1": 0.5}),), (ONE, cell(3, 3, {}, "visit"))])
def test_curves_of_too_few_photos_decide_nothing_and_are_not_written(tmp_path, cells):
    curves_ = Curves("p", "m", "d", "data", "2026-01-01", cells)
    with pytest.raises(Refused) as caught:
        curves_.save(tmp_path / "curves.json")
    assert caught.value.code == "not_calibrated"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refused) as caught:
        curves_.threshold(photos=3, frames=3, target_fmr=1e-3)
    assert caught.value.code == "not_calibrated"


@pytest.mark.parametrize("thresholds", [{"often": 0.5, "1e-2": 0.4}, {"1e-1": None, "1e-2": 0.4}, [1, 2], None])
def test_curves_whose_numbers_are_none_are_refused_when_they_are_read(tmp_path, thresholds):
    path = curves.site_file("bundled", tmp_path)
    CURVES.save(path)
    text = json.loads(path.read_text())
    text["cells"][0]["thresholds"] = thresholds
    path.write_text(json.dumps(text))
    with pytest.raises(Refused) as caught:
        curves.load("bundled", tmp_path)
    assert caught.value.code == "not_calibrated"


def test_curves_that_cannot_be_written_say_so(tmp_path):
    (tmp_path / "a-file").touch()
    with pytest.raises(Refused) as caught:
        CURVES.save(tmp_path / "a-file" / "curves.json")
    assert caught.value.code == "no_folder"


def test_looser_than_measured_is_the_loosest_measured():
    assert limit(target_fmr=0.5) == pytest.approx(0.5)


def test_far_beyond_the_strictest_nobody_is_near_enough_and_no_distance_is_negative():
    assert limit(target_fmr=1e-30) == 0.0


def test_fewer_photos_than_measured_use_the_smallest_count():
    late = Curves("p", "m", "d", "data", "2026-01-01", (FIVE,))
    assert late.threshold(photos=1, frames=1, target_fmr=1e-2) == pytest.approx(0.36)


def test_between_frame_counts_the_threshold_lies_between():
    assert limit(frames=2) == pytest.approx((0.4 + 0.39) / 2)


def test_a_threshold_lets_in_as_many_as_its_rate_allows():
    impostor = np.arange(1, 1001) / 1000
    found = curves.thresholds_at(impostor)
    assert found == {"1e-1": pytest.approx(0.1005), "1e-2": pytest.approx(0.0105)}
    assert np.mean(impostor <= found["1e-2"]) == 0.01
    assert curves.fnmr_at(np.array([0.05, 0.2]), found) == {"1e-1": 0.5, "1e-2": 1.0}


@pytest.mark.parametrize(("rate", "name"), [(0.1, "1e-1"), (0.001, "1e-3"), (1e-5, "1e-5")])
def test_rates_are_written_the_way_the_files_have_them(rate, name):
    assert curves.rate_name(rate) == name


@pytest.mark.parametrize("count", [1, 3])
def test_a_handful_of_pairs_has_an_accuracy_but_no_ten_folds(count):
    result = error_rates.verification(np.full(count, 0.1), np.full(count, 0.9))
    assert (result.accuracy, result.accuracy_cross_validated, result.eer) == (1.0, None, 0.0)
    assert 0.1 < result.threshold < 0.9


@pytest.mark.parametrize(("enrol", "probe"), [(0, 1), (1, 0), (-1, 3)])
def test_nothing_enrolled_or_probed_is_no_measurement(enrol, probe):
    with pytest.raises(Refused) as caught:
        error_rates.open_set({str(n): np.eye(4) for n in range(6)}, enrol=enrol, probe=probe, rounds=1)
    assert caught.value.code == "bad_count"


def test_in_an_open_set_half_are_strangers_and_a_probe_is_no_enrolled_photo():
    """Every photo is a direction of its own: only a photo that was enrolled could be at distance 0."""
    people = {f"p{n}": np.eye(32)[4 * n : 4 * n + 4] for n in range(8)}
    result = error_rates.open_set(people, enrol=1, probe=1, rounds=3)
    assert result.enrolled == 4
    assert (len(result.own), len(result.stranger)) == (3 * 4 * 3, 3 * 4 * 4)
    assert min(*result.own, *result.stranger) > 1
    assert error_rates.open_set(people, enrol=1, probe=1, rounds=1, size=2).enrolled == 2
    assert len(error_rates.open_set(people, enrol=1, probe=3, rounds=1).own) == 4


def test_fnir_counts_who_is_too_far_and_who_is_nearer_to_another():
    result = error_rates.OpenSet(
        own=[0.1, 0.2, 0.3, 0.9], nearest_own=[True, False, True, True], stranger=[0.5] * 10, genuine=[], impostor=[]
    )
    fnir, threshold = result.fnir(0.1)
    assert fnir == 0.5 and threshold < 0.5
    assert result.rank1 == 0.75


def test_a_visit_s_template_never_holds_the_photo_that_the_visit_was_made_from():
    """Each person's photos differ by a right angle, and each visit repeats its photo: distance 0 would give it away."""
    people = {f"p{n}": np.eye(32)[4 * n : 4 * n + 4] for n in range(8)}
    visits = {name: np.stack([np.stack([photo] * 3) for photo in photos]) for name, photos in people.items()}
    found = error_rates.visit_cell(people, visits, photos=2, frames=3, rounds=20)
    assert (found.kind, found.photos, found.frames, found.genuine) == ("visit", 2, 3, 160)
    assert found.fnmr["1e-1"] == 0.0 and found.thresholds["1e-1"] == pytest.approx(2**0.5, abs=1e-3)
    assert error_rates.visit_cell(people, visits, photos=4, frames=3, rounds=1) is None
