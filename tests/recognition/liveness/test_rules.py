"""A living face answers a challenge in its order; nothing else does. Frames without pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import Refused
from recognition.liveness import ACTIONS, BLINK, CLOSER, NOD, TURN_LEFT, TURN_RIGHT, TWICE, Challenge
from recognition.liveness.active.challenge import BASIC, NEEDED, OPENING_SECONDS, PAUSES, orders
from recognition.liveness.active.depth import DepthVotes, is_solid
from recognition.liveness.active.judge import Judge
from recognition.liveness.active.same_face import SameFace
from recognition.liveness.active.turns import TurnFinder
from recognition.liveness.frames import FrameContent, look_of
from tests.support.liveness.mesh_heads import OPEN, Actor, face_of, head, nose, threshold, vector_of

EVERY_ORDER = st.sampled_from(orders(3) + orders(4) + orders(5))
ORDER = (BLINK, TURN_LEFT, TURN_RIGHT)


def judged(actor, actions=ORDER, *, pauses=(), **rules):
    challenge = Challenge.of(list(actions), pauses=tuple(pauses))
    judge = Judge(challenge, threshold=threshold, measure=actor.measure, **rules)
    hints = [judge.see(frame).hint for frame in actor.frames]
    return judge.result(), hints


# --- the challenge -----------------------------------------------------------------------------------


def test_every_order_asks_for_a_blink_and_a_turn_each_way_and_for_nothing_twice_in_a_row():
    assert [len(orders(steps)) for steps in (3, 4, 5)] == [6, 42, 186]
    for order in orders(5):
        assert NEEDED <= set(order) <= set(BASIC)
        assert all(a != b for a, b in pairwise(order))


def test_no_order_is_likelier_than_another():
    seen = Counter(Challenge.issue(0.0).actions for _ in range(8400))
    assert set(seen) == set(orders(4))
    assert max(seen.values()) < 290 and min(seen.values()) > 120  # 200 each; six standard deviations


def test_what_a_locker_asks_for_cannot_be_recorded_beforehand():
    """One step more, one blink or two, and pauses: all drawn again."""
    issued = [Challenge.issue(0.0, unforeseen=True) for _ in range(400)]
    assert all(one.actions.count(CLOSER) == 1 and len(one.pauses) == len(one.actions) == 5 for one in issued)
    assert {one.actions.index(CLOSER) for one in issued} == set(range(5))
    assert any(TWICE in one.actions for one in issued) and any(BLINK in one.actions for one in issued)
    assert all(PAUSES[0] <= pause <= PAUSES[1] for one in issued for pause in one.pauses)
    assert len({one.pauses for one in issued}) > 390
    assert all(Challenge.from_dict(one.as_dict()) == one for one in issued[:20])


def test_no_nonce_comes_twice():
    assert len({Challenge.issue(0.0).nonce for _ in range(500)}) == 500


def test_a_challenge_survives_being_stored():
    challenge = Challenge.issue(12.5, steps=5)
    assert Challenge.from_dict(challenge.as_dict()) == challenge


@pytest.mark.parametrize("broken", [{}, {"nonce": "n", "actions": ["wink"], "issued_at": 0, "step_seconds": 8}, None])
def test_what_is_no_challenge_is_refused(broken):
    with pytest.raises(Refused) as caught:
        Challenge.from_dict(broken)
    assert caught.value.code == "bad_challenge"


@pytest.mark.parametrize("steps", [0, 2, 9])
def test_a_challenge_is_neither_trivial_nor_endless(steps):
    with pytest.raises(Refused):
        Challenge.issue(0.0, steps=steps)


# --- who passes ----------------------------------------------------------------------------------------


@pytest.mark.long
@settings(max_examples=40)
@given(EVERY_ORDER, st.sampled_from([5.0, 8.0, 15.0, 30.0]))
def test_a_living_face_passes_every_order_at_any_rate_from_5_to_30(order, fps):
    result, _ = judged(Actor(fps=fps).plays(order), order)
    assert result.passed, (order, fps, result.reason, result.trace)
    assert [step.action for step in result.steps] == list(order)


def test_the_embeddings_come_from_the_challenge_and_are_frontal_and_of_one_face():
    result, _ = judged(Actor().plays(ORDER))
    assert 3 <= len(result.embeddings) <= 8
    assert all(np.allclose(capture.vector, vector_of("ada")) for capture in result.embeddings)
    assert all(b.quality <= a.quality for a, b in pairwise(result.embeddings))


def test_the_answer_names_frames_blinks_and_turns_by_the_person_s_own_left():
    result, _ = judged(Actor().plays(ORDER))
    assert len(result.blinks) == 1
    assert result.yaw_max > 20 and result.yaw_min < -20
    left, right = result.trace["turns"]
    assert (left["action"], right["action"]) == (TURN_LEFT, TURN_RIGHT)
    assert left["peak"] > 20 > -20 > right["peak"]


def test_the_trace_is_plain_data_without_a_face_in_it():
    import json

    result, _ = judged(Actor().plays(ORDER))
    assert json.loads(json.dumps(result.as_dict())) == result.as_dict()
    assert "embeddings" not in result.as_dict()


# --- who does not ---------------------------------------------------------------------------------------


@pytest.mark.long
@settings(max_examples=40)
@given(EVERY_ORDER, EVERY_ORDER)
def test_a_recording_of_another_order_does_not_pass(asked, recorded):
    result, _ = judged(Actor().plays(recorded), asked)
    if asked == recorded:
        assert result.passed
    elif not is_prefix_of_an_answer(asked, recorded):
        assert not result.passed, (asked, recorded)


@pytest.mark.long
def test_no_recording_of_as_many_steps_passes_another_challenge():
    """Every pair of orders of four steps without a nod, which heads do by themselves as they do blinks."""
    some = [order for order in orders(4) if NOD not in order]
    for recorded in some:
        frames = Actor(fps=8).plays(recorded)
        passed = [asked for asked in some if judged(frames, asked)[0].passed]
        assert passed == [recorded]


def is_prefix_of_an_answer(asked, recorded):
    """A longer recording may begin with the whole answer; a blink or a nod at another step is natural."""
    rest = list(asked)
    for action in recorded:
        if rest and action == rest[0]:
            rest.pop(0)
        elif not rest:
            break
        elif action not in (BLINK, NOD):
            return False
    return not rest


def test_the_wrong_turn_ends_it():
    result, _ = judged(Actor().pose(1.5).does(TURN_RIGHT), (TURN_LEFT, BLINK, TURN_RIGHT))
    assert (result.passed, result.reason) == (False, "wrong_turn")


def test_a_turn_where_a_blink_was_asked_for_ends_it():
    result, _ = judged(Actor().pose(1.5).does(TURN_LEFT))
    assert result.reason == "wrong_turn"


def test_who_does_nothing_runs_out_of_time():
    result, _ = judged(Actor(fps=10).pose(1.5).pose(8.2))
    assert result.reason == "timed_out"


def test_who_never_looks_into_the_camera_runs_out_of_time():
    result, hints = judged(Actor(fps=10).pose(OPENING_SECONDS + 0.5, yaw=30))
    assert result.reason == "timed_out"
    assert "look_straight" in hints


def test_what_failed_stays_failed():
    actor = Actor().pose(1.5).does(TURN_RIGHT)
    result, _ = judged(actor.plays(ORDER))
    assert result.reason == "wrong_turn" and result.embeddings == ()


def test_a_film_that_ends_too_soon_has_not_passed():
    result, _ = judged(Actor().pose(1.5).does(BLINK))
    assert (result.passed, result.reason) == (False, "not_finished")


def test_a_blink_that_began_before_it_was_asked_for_is_no_answer():
    actor = Actor(fps=30).pose(0.45).blink(0.3).pose(0.5)
    result, _ = judged(actor)
    assert result.steps == ()


def test_a_second_person_is_told_and_then_ends_it():
    actor = Actor().pose(1.5).does(BLINK).pose(1.2, faces=2)
    result, hints = judged(actor)
    assert "one_person" in hints
    assert result.reason == "two_faces"


def test_nothing_done_beside_a_second_person_counts():
    actor = Actor().pose(1.5)
    actor.pose(0.3, faces=2).pose(0.3, openness=0.3, faces=2).pose(0.3, faces=2)
    result, _ = judged(actor)
    assert result.steps == () and result.reason == "not_finished"


def test_a_face_may_be_lost_for_a_moment_but_not_longer():
    brief, _ = judged(Actor().pose(1.5).pose(0.6, faces=0).pose(0.5).does(BLINK))
    long, _ = judged(Actor().pose(1.5).pose(1.2, faces=0).pose(0.5))
    assert brief.reason == "not_finished" and len(brief.steps) == 1
    assert long.reason == "face_lost"


def test_a_camera_that_was_cut_off_has_seen_nothing():
    actor = Actor().pose(1.5)
    actor.at += 2.5
    result, _ = judged(actor.does(BLINK))
    assert result.reason == "face_lost"


@pytest.mark.parametrize("after", [1, 2])
def test_a_face_exchanged_between_steps_ends_it(after):
    actor = Actor().pose(1.5)
    for number, action in enumerate(ORDER):
        if number == after:
            actor.person = "grace"
        actor.does(action)
    result, _ = judged(actor.pose(1.5))
    assert result.reason == "face_swapped"


@pytest.mark.parametrize("number", [1, 2])
def test_a_face_exchanged_at_the_peak_of_a_turn_ends_it(number):
    """There embeddings say little; but nothing is over before the face has looked ahead again."""
    actor = Actor().pose(1.5)
    for action in ORDER[:number]:
        actor.does(action)
    before = len(actor.frames)
    actor.does(ORDER[number]).pose(1.5)
    grace = Actor(person="grace").pose(0.04).frames[0].vector
    peak = before + round(0.6 * actor.fps)
    actor.frames[peak:] = [replace(frame, vector=grace) for frame in actor.frames[peak:]]
    result, _ = judged(actor, ORDER if number == 2 else (BLINK, TURN_LEFT))
    assert result.reason == "face_swapped"


def test_a_face_shown_only_for_the_turn_ends_it():
    """A helper turns; whose face is to be believed only looks ahead."""
    actor = Actor().pose(1.5).does(BLINK)
    actor.person = "grace"
    actor.turn(28.0)
    actor.person = "ada"
    result, _ = judged(actor.pose(0.6).does(TURN_RIGHT).pose(1.5))
    assert not result.passed


# --- pictures held up ------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.floats(18, 40), st.sampled_from([1, -1]))
def test_a_nose_that_stands_out_to_the_side_of_the_turn_is_a_head_s(yaw, side):
    assert is_solid(nose(side * yaw), side * yaw)
    assert not is_solid(nose(side * yaw, depth=0.0), side * yaw)
    assert not is_solid(nose(-side * yaw), side * yaw), "its nose moves the wrong way"
    assert not is_solid(replace(nose(side * yaw), offset=side * 0.6), side * yaw), "no nose is that long"


def test_a_picture_turned_like_a_head_does_not_pass():
    result, _ = judged(Actor(depth=0.0).plays(ORDER))
    assert not result.passed and [step.action for step in result.steps] in ([], [BLINK])


def test_two_pictures_held_up_in_turn_do_not_pass():
    """Printed eyes closed, printed heads turned: everything is there, but nothing lies in between."""
    actor = Actor(noise=0.004).pose(1.5).blink().pose(0.6)
    for yaw in (25, -25):
        for _ in range(3):
            actor.pose(0.3, yaw=yaw).pose(0.3)
    result, hints = judged(actor)
    assert not result.passed and [step.action for step in result.steps] == [BLINK]
    assert "too_fast" in hints


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_what_moves_at_random_does_nothing(seed):
    rng, actor = np.random.default_rng(seed), Actor(depth=0.0)
    yaw = pitch = 0.0
    for number in range(150):
        yaw, pitch = (0.9 * angle + rng.normal(0, 4) for angle in (yaw, pitch))
        actor.show(head(yaw, pitch) if number > 20 else head())
    result, _ = judged(actor, (TURN_LEFT, BLINK, TURN_RIGHT))
    assert not result.passed and result.steps == ()


def test_a_movement_after_the_last_step_is_told_to_who_asks_and_to_no_log():
    """The duress gesture of lockers. What belongs to the steps is none."""
    pauses = (0.2, 0.2, 0.2)
    quiet, _ = judged(Actor().plays(ORDER, pauses), ORDER, pauses=pauses)
    actor = Actor().plays(ORDER, pauses)
    last = next(n for n, frame in enumerate(actor.frames) if frame.at > quiet.steps[-1].at + 1.0)
    del actor.frames[last:]
    actor.at = actor.frames[-1].at + 0.04
    signed, _ = judged(actor.turn(28.0).pose(1.5), ORDER, pauses=pauses)
    assert quiet.passed and quiet.extra_actions == ()
    assert signed.passed and signed.extra_actions == (TURN_LEFT,)
    assert len(signed.trace["turns"]) == len(quiet.trace["turns"]) == 2
    assert "extra" not in str(signed.as_dict())


# --- nods, more than one blink, closer ---------------------------------------------------------------------


def test_a_nod_down_or_up_answers_a_nod():
    for peak in (-20.0, 18.0):
        actor = Actor().pose(1.5)
        actor.nod(peak).pose(0.6)
        result, _ = judged(actor, (NOD, BLINK))
        assert [step.action for step in result.steps] == [NOD]


def test_eyes_lowered_in_a_nod_are_no_blink():
    actor = Actor().pose(1.5)
    for pitch in (-8, -16, -22, -22, -16, -8):
        actor.pose(0.06, pitch=pitch, openness=0.4 if pitch < -10 else 1.0)
    result, _ = judged(actor.pose(0.5))
    assert result.blinks == () and result.steps == ()


def test_two_blinks_take_two():
    once, hints = judged(Actor().pose(1.5).blink().pose(0.6), (TWICE, NOD))
    twice, _ = judged(Actor().pose(1.5).does(TWICE), (TWICE, NOD))
    assert once.steps == () and "blink_again" in hints
    assert [step.action for step in twice.steps] == [TWICE]


def test_closer_and_back_again():
    done, hints = judged(Actor().pose(1.5).does(CLOSER), (CLOSER, BLINK))
    assert [step.action for step in done.steps] == [CLOSER]
    assert {"closer", "step_back"} <= set(hints)
    stayed, _ = judged(Actor().pose(1.5).pose(1.0, near=1.5), (CLOSER, BLINK))
    little, _ = judged(Actor().pose(1.5).step_closer(1.15).pose(0.5), (CLOSER, BLINK))
    assert stayed.steps == little.steps == ()


def test_a_picture_changed_for_a_larger_one_did_not_come_closer():
    actor = Actor(noise=0.0).pose(1.5)
    for _ in range(3):
        actor.pose(0.5, near=1.5).pose(0.5)
    result, _ = judged(actor, (CLOSER, BLINK))
    assert result.steps == ()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_begins_in_the_pause_before_it_is_asked_for_does_not_count(number):
    """A recording of the right order keeps its own time."""
    pauses = [0.2, 0.2, 0.2]
    right, _ = judged(Actor().plays(ORDER, pauses), ORDER, pauses=pauses)
    assert right.passed
    pauses[number] = 1.4
    early, _ = judged(Actor().plays(ORDER), ORDER, pauses=pauses)
    assert not early.passed and len(early.steps) <= number


# --- eyes -------------------------------------------------------------------------------------------------


def test_a_wink_is_no_blink():
    actor = Actor(noise=0.002).pose(1.0)
    for _ in range(6):
        actor.show(head(), lids=(0.3 * OPEN, OPEN))
    result, _ = judged(actor.pose(0.5))
    assert result.blinks == ()


def test_narrow_eyes_are_held_against_themselves():
    """Somebody whose eyes are hardly open has blinked when they are far less open than that."""
    actor = Actor().pose(1.0, openness=0.55).pose(0.3, openness=0.25).pose(0.5, openness=0.55)
    result, _ = judged(actor)
    assert len(result.blinks) == 1


def test_eyes_that_close_in_a_turn_are_no_blink():
    actor = Actor().pose(1.0)
    for yaw in (5, 10, 15, 20):
        actor.pose(0.04, yaw=yaw)
    actor.pose(0.2, yaw=22, openness=0.3)
    for yaw in (20, 15, 10, 5):
        actor.pose(0.04, yaw=yaw)
    result, _ = judged(actor.pose(0.5), (TURN_LEFT, BLINK, TURN_RIGHT))
    assert result.blinks == ()


def test_a_single_stray_frame_at_30_a_second_is_no_blink():
    result, _ = judged(Actor(fps=30).pose(1.0).blink(1 / 30).pose(0.5))
    assert result.blinks == ()


def test_sleeping_is_no_blink():
    result, _ = judged(Actor().pose(1.0).blink(2.0).pose(0.5))
    assert result.blinks == ()


# --- passive ------------------------------------------------------------------------------------------------


def test_a_print_that_moves_like_a_head_is_still_told_by_the_passive_models():
    live, _ = judged(Actor(passive=0.93).plays(ORDER))
    spoof, _ = judged(Actor(passive=0.08).plays(ORDER))
    assert live.passed and live.passive_score == pytest.approx(0.93)
    assert (spoof.passed, spoof.reason) == (False, "passive_spoof")


def test_without_passive_models_the_score_is_unknown_and_not_good():
    result, _ = judged(Actor().plays(ORDER))
    assert result.passed and result.passive_score is None


def test_where_passive_models_are_required_nobody_passes_without_a_score():
    result, _ = judged(Actor().plays(ORDER).pose(7.0), with_passive=True)
    assert not result.passed


# --- hints ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "hint"),
    [({"light": 20.0}, "more_light"), ({"light": 240.0}, "less_light"), ({"sharpness": 3.0}, "hold_still")],
)
def test_what_stands_in_the_way_is_said(fault, hint):
    _, hints = judged(Actor().pose(1.0, **fault))
    assert set(hints) == {hint}


def test_every_hint_and_reason_has_words():
    from recognition.live.liveness_messages import HINTS, REASONS

    assert set(ACTIONS) <= HINTS.keys()
    told = {"one_person", "no_face", "look_straight", "too_fast", "turn_further", "come_closer", "more_light"}
    assert told <= HINTS.keys()
    assert {"timed_out", "flat_picture", "wrong_turn", "face_lost", "two_faces", "face_swapped"} <= REASONS.keys()


# --- what an auditor broke and nobody noticed -------------------------------------------------------


def seen(yaw, at, number=0):
    mesh = head(yaw)
    frame = FrameContent(at, number, 1, face_of(mesh), lambda: vector_of("ada"), lambda: None, lambda: (OPEN, OPEN))
    return look_of(frame, mesh, frame.face)


def finder():
    return TurnFinder(0.0, lambda straight, turned: nose(turned.yaw - straight.yaw))


def test_one_look_in_ten_with_a_nose_is_no_head():
    """Bent prints show it now and then (3 in 100 looks)."""
    noses = iter([nose(25), *[nose(25, depth=0.0)] * 9, *[nose(25, depth=0.0)] * 50])
    turns = TurnFinder(0.0, lambda straight, turned: next(noses))
    for number, yaw in enumerate((0, 6, 10, 14, *[25] * 12)):
        turn = turns.see(seen(float(yaw), 0.05 * number, number))
    assert turn.gradual and not turn.solid and not turn.counts


@pytest.mark.parametrize(("without_a_look", "begun"), [(0.1, 1), (0.9, 0)])
def test_after_a_gap_without_looks_a_turn_has_to_begin_straight_ahead_again(without_a_look, begun):
    turns = finder()
    turns.see(seen(0.0, 0.0))
    for number in range(1, 6):
        turns.see(seen(4.0 + 4.0 * number, without_a_look + 0.04 * number, number))
    assert len(turns.turns) == begun


def test_a_slow_change_with_nothing_in_between_is_no_gradual_turn():
    turns = finder()
    for at, yaw in ((0.0, 0.0), (0.12, 30.0), (0.24, 30.0), (0.36, 30.0)):
        turn = turns.see(seen(yaw, at))
    assert turn is not None and not turn.gradual and not turn.counts


def between(first, other, apart):
    """A unit vector so far from the first one, towards the other."""
    aside = other - (other @ first) * first
    angle = 2 * np.arcsin(apart / 2)
    return (np.cos(angle) * first + np.sin(angle) * aside / np.linalg.norm(aside)).astype(np.float32)


def test_a_turned_look_neither_clears_a_doubt_nor_becomes_what_others_are_compared_with():
    ada, grace = vector_of("ada"), vector_of("grace")
    same = SameFace(threshold)
    for _ in range(3):
        same.see(ada, frontal=True)
    same.see(between(ada, grace, 0.40), frontal=True)  # odd, and not yet somebody else
    assert same.doubtful and not same.swapped
    same.see(between(ada, grace, 0.42), frontal=False)  # a turned look may lie so far
    assert same.doubtful, "only a frontal look clears it"
    same.see(between(ada, grace, 0.40), frontal=True)
    assert same.swapped


def test_the_end_waits_for_a_look_that_agrees():
    actor = Actor().pose(1.5)
    for action in ORDER:
        actor.does(action)
    judge = Judge(Challenge.of(list(ORDER)), threshold=threshold, measure=actor.measure)
    ada, grace = vector_of("ada"), vector_of("grace")
    frames = list(actor.frames)
    last = next(n for n, frame in enumerate(frames) if judge.see(frame).state == "closing")
    odd = between(ada, grace, 0.40)
    states = [judge.see(replace(frame, vector=lambda: odd)).state for frame in frames[last + 1 : last + 2]]
    assert states == ["closing"]


@pytest.mark.parametrize(("solid", "of", "a_head"), [(1, 1, False), (2, 2, True), (2, 12, False), (5, 12, True)])
def test_a_head_needs_two_looks_and_a_third_of_all(solid, of, a_head):
    assert DepthVotes(solid, of).are_for_a_head is a_head
