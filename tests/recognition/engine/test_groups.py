"""Error rates by group: which group is worse, and when nobody can say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from recognition.engine.embedding.vectors import normalised
from recognition.engine.evaluation.groups import Counts, by_group, rate_of, read_groups, verdict
from recognition.management.group_table import group_lines


def people(number, spread, seed, photos=6, dim=24):
    """So many people whose photos lie `spread` around them."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(number, dim))
    return [normalised(centre + spread * rng.normal(size=(photos, dim))) for centre in centres]


def campus(*, of_b=0.9, number=24):
    vectors = {f"a{n}": photos for n, photos in enumerate(people(number, 0.3, 1))}
    return vectors | {f"b{n}": photos for n, photos in enumerate(people(number, of_b, 2))}


def measured(vectors, label=lambda name: name[0].upper()):
    return by_group(vectors, {name: label(name) for name in vectors}, enrol=3, probe=1, rounds=5)


def written(tmp_path, text):
    path = tmp_path / "groups.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_group_that_is_missed_more_often_is_named():
    report = measured(campus())
    assert {(one["group"], one["rate"]) for one in report["worse"]} == {("B", "fnmr")}
    at = report["at_fmr"]["1e-2"]["groups"]["B"]["fnmr"]
    assert at["low"] < at["rate"] < at["high"] and at["people"] == 24
    text = "\n".join(group_lines(report))
    assert "WORSE" in text and "B is not recognised (FNMR) at least 25 % more often" in text


def test_groups_that_do_not_differ_are_not_named():
    assert measured(campus(of_b=0.3))["worse"] == []
    vectors = campus()
    shuffled = dict(zip(sorted(vectors), np.random.default_rng(0).permutation(["A", "B"] * 24).tolist(), strict=True))
    assert by_group(vectors, shuffled, enrol=3, probe=1, rounds=5)["worse"] == []


def test_too_few_people_are_no_group():
    vectors = campus()
    label = {name: "few" if name in ("b0", "b1") else "most" for name in vectors}
    report = by_group(vectors, label, enrol=3, probe=1, rounds=2)
    assert report["left_out"] == ["few"] and set(report["at_fmr"]["1e-2"]["groups"]) == {"most"}
    assert "Too few people to tell: few." in list(group_lines(report))


def test_who_is_in_no_group_counts_among_all_and_is_told():
    vectors = campus()
    report = by_group(vectors, {name: "A" for name in vectors if name[0] == "a"}, enrol=3, probe=1, rounds=2)
    assert (report["people"], report["without_group"]) == (24, 24)
    with pytest.raises(Refused, match=r"^no_groups:"):
        by_group(vectors, {"nobody": "A"}, enrol=3, probe=1, rounds=2)
    with pytest.raises(Refused, match=r"^too_few_people:"):
        by_group({"a0": vectors["a0"]}, {"a0": "A"}, enrol=3, probe=1, rounds=2)


# --- intervals --------------------------------------------------------------------------------------


def counts(errors, of):
    return Counts(np.array(errors, np.float64), np.array(of, np.float64))


def test_errors_of_one_person_say_less_than_errors_of_many():
    one, many = rate_of(counts([20, 0, 0, 0, 0, 0], [20] * 6)), rate_of(counts([3, 3, 4, 3, 4, 3], [20] * 6))
    assert one.rate == many.rate
    assert one.high - one.low > 1.5 * (many.high - many.low)


def test_no_error_is_no_proof():
    none = rate_of(counts([0] * 10, [100] * 10), like=counts([50, 0, 0, 0], [100] * 4))
    assert none.rate == 0.0 and none.high > 0.03


def test_more_questions_need_a_surer_answer():
    a = counts([5, 6, 4, 7], [50] * 4)
    assert rate_of(a, questions=16).at_least < rate_of(a).at_least < rate_of(a).rate


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(30, 60)), min_size=2, max_size=20))
def test_a_rate_lies_within_its_interval(rows):
    rate = rate_of(counts([e for e, _ in rows], [n for _, n in rows]))
    assert 0 <= rate.low <= rate.rate + 1e-6 and rate.rate - 1e-6 <= rate.high <= 1


def test_a_quarter_more_is_worse_only_when_it_is_sure():
    sure, unsure = counts([50, 52, 48, 51] * 6, [100] * 24), counts([100, 0, 100, 0], [100] * 4)
    assert verdict(rate_of(sure), 0.30) == "worse"
    assert verdict(rate_of(unsure), 0.30) == "unclear"
    assert verdict(rate_of(sure), 0.45) == "", "11 % more is not 25 % more"
    assert verdict(rate_of(counts([0, 0], [9, 9])), 0.0) == ""


# --- the file ---------------------------------------------------------------------------------------


def test_the_file_is_read_as_people_write_it(tmp_path):
    path = written(tmp_path, "\ufeffgroup,person,note\n women ,s-ada,x\nmen, s-alan ,\n women ,s-ada,again\n")
    assert read_groups(path) == {"s-ada": "women", "s-alan": "men"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_groups"),
        ("person,group\n", "no_groups"),
        ("name,group\nada,x\n", "bad_groups"),
        ("person,group\nada,\n", "bad_groups"),
        ("person,group\nada,x\nada,y\n", "bad_groups"),
    ],
)
def test_bad_files_are_refused_with_the_line(tmp_path, text, code):
    with pytest.raises(Refused, match=f"^{code}:"):
        read_groups(written(tmp_path, text))


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    (tmp_path / "groups.csv").write_bytes(b"\xff\xfe\x00\x01")
    for path in (tmp_path / "groups.csv", tmp_path / "missing.csv", tmp_path):
        with pytest.raises(Refused, match=r"^no_groups:"):
            read_groups(path)


def test_labels_are_kept_nowhere():
    """Neither a model nor a file knows of groups: they go from the command's file to its screen."""
    from django.apps import apps

    fields = {field.name for model in apps.get_app_config("recognition").get_models() for field in model._meta.fields}
    assert "group" not in fields
