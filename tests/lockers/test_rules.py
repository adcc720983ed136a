"""Keys, failures, approvals and alarms, as rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lockers.rules import opening
from lockers.rules.doors import DoorState
from lockers.rules.opening import FailureTally, KeyFacts, KeyVerdict, LockerFacts, OpeningState, TypedKey

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
KEY = KeyFacts(person=1, locker=7, station="kiosk", issued_at=NOW, expires_at=NOW + timedelta(seconds=180))
THERE = TypedKey(locker=7, station="kiosk", at=NOW + timedelta(seconds=10))
MINE = LockerFacts(frozenset({1, 2}), (date(2026, 3, 1), date(2026, 3, 31)), DoorState.LOCKED)
TODAY = date(2026, 3, 2)


# --- keys


def test_a_key_has_eight_signs_that_nobody_mistakes_for_another():
    assert not set(opening.ALPHABET) & set("0O1IL2Z5S8BUV")
    assert len(set(opening.ALPHABET)) == len(opening.ALPHABET) == 23
    code = opening.new_code()
    assert len(code) == 8 and set(code) <= set(opening.ALPHABET)


def test_keys_do_not_repeat():
    assert len({opening.new_code() for _ in range(2000)}) == 2000


@given(st.text(opening.ALPHABET, min_size=8, max_size=8), st.sampled_from([" ", "-", "  ", "\u00a0"]))
def test_a_key_may_be_typed_in_groups_and_in_small_letters(code, gap):
    assert opening.normal(opening.readable(code)) == code
    assert opening.normal(f" {code[:4].lower()}{gap}{code[4:].lower()} ") == code


def test_the_right_key_at_the_right_place_is_good():
    assert opening.judge_key(KEY, THERE) == KeyVerdict.GOOD
    assert opening.judge_key(KEY, replace(THERE, person=1)) == KeyVerdict.GOOD


def test_each_thing_that_is_wrong_with_a_key_has_its_name():
    assert opening.judge_key(None, THERE) == KeyVerdict.UNKNOWN
    assert opening.judge_key(KEY, replace(THERE, locker=8)) == KeyVerdict.OTHER_LOCKER
    assert opening.judge_key(KEY, replace(THERE, station="hall")) == KeyVerdict.OTHER_STATION
    assert opening.judge_key(KEY, replace(THERE, person=3)) == KeyVerdict.OTHER_PERSON
    assert opening.judge_key(replace(KEY, used=True), THERE) == KeyVerdict.USED
    assert opening.judge_key(replace(KEY, voided=True), THERE) == KeyVerdict.VOIDED
    assert opening.judge_key(KEY, replace(THERE, at=NOW - timedelta(seconds=1))) == KeyVerdict.NOT_YET


def test_a_key_ends_in_the_second_that_was_said_and_not_after_it():
    last = KEY.expires_at
    assert opening.judge_key(KEY, replace(THERE, at=last - timedelta(microseconds=1))) == KeyVerdict.GOOD
    assert opening.judge_key(KEY, replace(THERE, at=last)) == KeyVerdict.EXPIRED
    assert opening.judge_key(KEY, replace(THERE, at=last + timedelta(seconds=1))) == KeyVerdict.EXPIRED


@given(
    st.sampled_from([7, 8]),
    st.sampled_from(["kiosk", "hall"]),
    st.sampled_from([None, 1, 3]),
    st.integers(-400, 400),
    st.booleans(),
    st.booleans(),
)
def test_a_key_is_good_only_when_everything_is(locker, station, person, seconds, used, voided):
    entry = TypedKey(locker, station, NOW + timedelta(seconds=seconds), person)
    fits = locker == 7 and station == "kiosk" and person in (None, 1) and 0 <= seconds < 180
    verdict = opening.judge_key(replace(KEY, used=used, voided=voided), entry)
    assert (verdict == KeyVerdict.GOOD) == (fits and not used and not voided)


# --- failures


def failed(times, *, passive_pad, begin=None):
    tally = begin or FailureTally()
    for _ in range(times):
        tally = opening.after_failure(tally, NOW, passive_pad=passive_pad)
    return tally


def test_five_failures_are_free_and_the_next_try_waits_half_a_minute():
    assert failed(4, passive_pad=False).until is None
    assert failed(5, passive_pad=False).waits(NOW) == timedelta(seconds=30)
    assert failed(6, passive_pad=False).waits(NOW) == timedelta(seconds=60)


def test_with_passive_pad_it_is_ten():
    assert failed(9, passive_pad=True).until is None
    assert failed(10, passive_pad=True).waits(NOW) == timedelta(seconds=30)


def test_the_fiftieth_failure_is_the_last_and_the_hundredth_with_pad():
    assert not failed(49, passive_pad=False).disabled and failed(50, passive_pad=False).disabled
    assert not failed(99, passive_pad=True).disabled and failed(100, passive_pad=True).disabled


def test_one_try_without_pad_brings_the_stricter_limits_for_the_whole_row():
    tally = failed(6, passive_pad=True)
    assert tally.until is None
    mixed = failed(1, passive_pad=False, begin=tally)
    assert mixed.until is not None and not mixed.passive_pad
    assert failed(1, passive_pad=True, begin=mixed).until is not None


@given(st.integers(0, 200), st.booleans())
def test_delays_never_shrink_and_never_pass_an_hour(failures, pad):
    bounds = opening.limits(pad)
    now, later = (opening.delay_after(count, bounds) for count in (failures, failures + 1))
    assert now <= later <= timedelta(hours=1)
    assert (now >= timedelta(seconds=30)) == (failures >= bounds.free)


# --- who may open


def test_holders_open_on_their_days_and_nobody_else_ever():
    assert opening.may_open(1, MINE, TODAY) == opening.may_open(2, MINE, TODAY) == ""
    assert opening.may_open(3, MINE, TODAY) == "not_yours"
    assert opening.may_open(1, MINE, date(2026, 2, 28)) == opening.may_open(1, MINE, date(2026, 4, 1)) == "not_now"
    assert opening.may_open(1, replace(MINE, dates=(date(2026, 3, 1), None)), date(2030, 1, 1)) == ""
    assert opening.may_open(1, LockerFacts(frozenset(), None, DoorState.LOCKED), TODAY) == "not_yours"


def test_a_door_that_cannot_move_is_not_told_to():
    says = {state: opening.may_open(1, replace(MINE, door=state), TODAY) for state in DoorState}
    assert {state for state, code in says.items() if not code} == {DoorState.LOCKED, DoorState.UNKNOWN, DoorState.OPEN}
    assert opening.may_open(1, replace(MINE, out_of_service=True), TODAY) == "out_of_service"


# --- officers


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(1, 4))
def test_a_vault_takes_two_different_officers(approvals, asker):
    both = opening.is_authorised("vault", asked_by=asker, approved_by=approvals)
    assert both == any(officer != asker for officer in approvals)
    assert opening.is_authorised("standard", asked_by=asker, approved_by=())
    assert opening.officers_needed("something new") == 2


def test_nobody_approves_their_own_request_or_twice_or_for_their_own_locker():
    assert opening.may_approve(1, asked_by=1, approved_by=[], holders=[]) == "own_request"
    assert opening.may_approve(2, asked_by=1, approved_by=[2], holders=[]) == "approved_already"
    assert opening.may_approve(2, asked_by=1, approved_by=[], holders=[2]) == "own_locker"
    assert opening.may_approve(2, asked_by=1, approved_by=[], holders=[3]) == ""


# --- openings


@given(st.lists(st.sampled_from(list(OpeningState)), max_size=12))
def test_an_opening_never_opens_without_authorisation_and_never_after_it_was_closed(wanted):
    state, path = OpeningState.REQUESTED, [OpeningState.REQUESTED]
    for step in wanted:
        if opening.may_step(state, step):
            state = step
            path.append(step)
    if OpeningState.OPENED in path and OpeningState.FAILED not in path:
        assert OpeningState.AUTHORISED in path
    assert path.count(OpeningState.OPENED) <= 1
    assert OpeningState.CLOSED not in path or path[-1] == OpeningState.CLOSED


def test_what_was_authorised_long_ago_is_not_sent():
    assert opening.may_command(NOW, NOW + timedelta(seconds=10))
    assert not opening.may_command(NOW, NOW + timedelta(seconds=11))
    assert not opening.may_command(NOW, NOW - timedelta(seconds=1))


# --- alarms


def test_a_door_that_opens_without_an_authorisation_is_forced():
    shut, wide = DoorState.LOCKED, DoorState.OPEN
    assert opening.is_forced(shut, wide, None, NOW)
    assert opening.is_forced(shut, wide, NOW - timedelta(seconds=31), NOW)
    assert opening.is_forced(shut, wide, NOW + timedelta(seconds=1), NOW)
    assert not opening.is_forced(shut, wide, NOW - timedelta(seconds=5), NOW)
    assert not opening.is_forced(wide, shut, None, NOW) and not opening.is_forced(wide, wide, None, NOW)
    assert all(opening.is_forced(before, wide, None, NOW) for before in DoorState if before != wide)


@given(st.integers(0, 2000), st.sampled_from(list(DoorState)))
def test_an_open_door_rings_first_for_being_held_and_later_for_not_being_shut(seconds, state):
    rings = opening.standing_alarms(
        state,
        NOW - timedelta(seconds=seconds),
        NOW,
        held_after=timedelta(seconds=120),
        not_closed_after=timedelta(seconds=600),
    )
    expected = {"held_open"} if seconds >= 120 else set()
    expected |= {"not_closed"} if seconds >= 600 else set()
    assert rings == (expected if state == DoorState.OPEN else set())


# --- release


def test_everything_on_the_list_must_be_ticked_with_a_plain_yes():
    done = dict.fromkeys(opening.RELEASE_CHECKLIST, True)
    assert opening.missing_of(done) == []
    assert opening.missing_of({**done, "emptied": "yes"}) == ["emptied"]
    assert opening.missing_of({}) == list(opening.RELEASE_CHECKLIST)


def test_keys_are_drawn_evenly():
    drawn = "".join(opening.new_code() for _ in range(3000))
    counts = sorted(drawn.count(sign) for sign in opening.ALPHABET)
    assert counts[0] > 0.8 * len(drawn) / 23 and counts[-1] < 1.2 * len(drawn) / 23
