"""The more people a station searches, the stricter it must be, or every stranger gets a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.engine.search.fmr import fmr_for


def rate(people, target_fmr=1e-3, target_fpir=1e-2):
    return fmr_for(people, target_fmr=target_fmr, target_fpir=target_fpir)


def test_a_small_roster_is_searched_at_the_target_rate():
    assert rate(1) == rate(10) == 1e-3


def test_a_campus_is_searched_more_strictly():
    assert rate(10_000) == pytest.approx(1.005e-6, rel=1e-3)


def test_nobody_enrolled_needs_no_rate_of_its_own():
    assert rate(0) == 1e-3


@given(st.integers(1, 2_000_000), st.floats(1e-5, 0.1), st.floats(1e-4, 0.2))
def test_a_stranger_is_named_no_more_often_than_the_site_allows(people, target_fmr, target_fpir):
    fmr = rate(people, target_fmr, target_fpir)
    assert 0 < fmr <= target_fmr
    assert 1 - (1 - fmr) ** people <= target_fpir * 1.001
