"""Charts: every mark lies within its picture, high values lie high, and from the right they are the mirror image."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.web.charts import Datum, counts_in_bars, heat_map, shares_in_bars, shares_over_time

shares = st.one_of(st.none(), st.floats(0, 100))


def data(values):
    return [Datum(str(place), value, f"{place}: {value}", "/") for place, value in enumerate(values)]


def lies_within(picture):
    for mark in picture.marks:
        for x, y, width, height in (mark.area, mark.box):
            assert -0.01 <= x <= x + width <= 100.01 and 0 <= y <= y + height <= picture.height + 0.01
    return True


@given(st.lists(shares, max_size=60), st.floats(0, 100))
def test_shares_lie_within_the_picture_and_gaps_are_gaps(values, limit):
    picture = shares_over_time(data(values), limit=limit)
    assert lies_within(picture) and lies_within(shares_in_bars(data(values), limit=limit))
    known = [value is not None for value in values]
    assert len(picture.marks) == sum(known)
    joined = [line for line in picture.lines if line.tone == "trend"]
    assert len(joined) == sum(one and two for one, two in pairwise(known))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_larger_count_is_a_higher_bar_and_none_is_none(values):
    picture = counts_in_bars(data(values))
    assert lies_within(picture)
    assert len(picture.marks) == sum(value > 0 for value in values)
    heights = {mark.datum.value: mark.box[3] for mark in picture.marks}
    assert sorted(heights, key=heights.get) == sorted(heights) or len(set(heights.values())) < len(heights)
    ticks = [int(text.words) for text in picture.axis]
    assert ticks[0] == 0 and ticks[-1] >= max(values) and len(ticks) <= 6


@given(st.lists(st.lists(shares, min_size=3, max_size=3), min_size=1, max_size=7))
def test_cells_lie_within_the_picture_and_have_a_step_of_colour(rows):
    picture = heat_map([data(row) for row in rows], [""] * len(rows), ["8:00", "9:00", "10:00"])
    assert lies_within(picture)
    assert all((mark.tone == "none") == (mark.datum.value is None) for mark in picture.marks)


@pytest.mark.parametrize("draw", [counts_in_bars, lambda found: shares_over_time(found, limit=75)])
def test_what_is_read_from_the_right_is_drawn_from_the_right(draw):
    plain = draw(data([10, 20, 30]))
    with translation.override("ar"):
        turned = draw(data([10, 20, 30]))
    for one, other in zip(plain.marks, turned.marks, strict=True):
        assert one.centre[0] == pytest.approx(100 - other.centre[0]) and one.centre[1] == other.centre[1]
    assert lies_within(turned)
