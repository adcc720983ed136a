"""Which turns of a face show a head: one that shows much, two that show little."""

from __future__ import annotations

import pytest

from recognition.liveness.cues.relief import Relief
from recognition.liveness.passive.measuring import MeasuredFrame
from recognition.liveness.passive.reference_turns import ReferenceTurns
from recognition.liveness.passive.weighing import TrackEvidence

BENT_LEVEL = 0.44  # slope of the nod of a print bent about a level axis, 0.13 far, that was once named


def relief(turned, nodded, slope):
    return Relief(slope * turned, slope * nodded, 0.01, turned, nodded, 0.016, 0.1, 120)


def turn(turned=0.0, nodded=0.0, slope=BENT_LEVEL, looks=8):
    """Back and forth, the farthest look as given."""
    return [relief(share * turned, share * nodded, slope) for share in (0.5, 0.7, 0.9, 1.0) * (looks // 4)]


def solid(*turns):
    found = ReferenceTurns()
    for epoch, looks in enumerate(turns):
        for one in looks:
            found.add(epoch, one)
    return found.solid


def test_a_turn_to_the_side_shows_a_head():
    assert solid(turn(turned=0.2)) == 1


def test_a_turn_that_shows_little_needs_another():
    """As a sheet tilted by 28 degrees did, for a moment."""
    assert solid(turn(turned=0.13)) == 0.5
    assert solid(turn(turned=0.13), turn(turned=-0.14)) == 1


def test_a_nod_that_shows_little_needs_another():
    assert solid(turn(nodded=0.13)) == 0.5
    assert solid(turn(nodded=0.13), turn(nodded=-0.12)) == 1


def test_a_nod_that_shows_much_or_goes_to_the_side_as_well_needs_none():
    assert solid(turn(nodded=0.26)) == 1
    assert solid(turn(nodded=0.16, turned=0.12)) == 1


@pytest.mark.parametrize(
    "looks", [turn(turned=0.08), turn(turned=0.2, slope=0.15), turn(turned=0.2)[:2], turn(nodded=0.13, slope=-0.5)]
)
def test_what_shows_no_head(looks):
    assert solid(looks) == 0


def test_a_sheet_that_turns_is_flat_once_for_each_reference():
    found = ReferenceTurns()
    for epoch in range(3):
        for one in turn(turned=0.2, slope=0.0):
            found.add(epoch, one)
    assert found.flat == 3 and found.solid == 0


def test_a_bent_print_that_nods_once_is_not_alive():
    evidence = TrackEvidence()
    for number, one in enumerate(turn(nodded=0.13)):
        evidence.add(MeasuredFrame(number / 10, 1, one))
    assert not evidence.has_sign_of_life
    for number, one in enumerate(turn(nodded=0.13)):
        evidence.add(MeasuredFrame(3 + number / 10, 2, one))
    assert evidence.has_sign_of_life and evidence.weights()["relief"] == pytest.approx(3.5)
