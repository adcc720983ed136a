"""Who is present, late, gone early, absent or unverified: rules alone, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.statuses import (
    Glimpse,
    Rules,
    SeeingSpan,
    Status,
    covered,
    gaps,
    judge,
    merged,
    percentage,
    status_so_far,
)
from attendance.rules.times import Weekly, moment, occurrences

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = START + timedelta(hours=1)
RULES = Rules()


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def span(began: float, ended: float) -> SeeingSpan:
    return SeeingSpan(at(began), at(ended))


ALL_THE_TIME = [span(-5, 60)]


def verdict(*seen, spans=ALL_THE_TIME, rules=RULES, **how):
    return judge(START, END, [Glimpse(at(minute)) for minute in seen], spans, rules, **how)


def test_somebody_seen_from_beginning_to_end_is_present():
    found = verdict(1, 20, 40, 58)
    assert (found.status, found.first, found.last, found.sightings) == (Status.PRESENT, at(1), at(58), 4)


def test_somebody_who_was_early_is_present():
    assert verdict(-4, 30, 59).status == Status.PRESENT


def test_the_last_moment_that_is_not_late():
    assert verdict(10, 58).status == Status.PRESENT
    assert verdict(10.02, 58).status == Status.LATE


def test_nobody_seen_all_hour_is_absent():
    assert verdict().status == Status.ABSENT


def test_nobody_is_absent_while_the_camera_was_blind():
    found = verdict(spans=[span(0, 20), span(23, 60)])
    assert (found.status, found.note) == (Status.UNVERIFIED, "camera_gap")


def test_a_short_gap_changes_nothing():
    assert verdict(spans=[span(0, 20), span(21.9, 60)]).status == Status.ABSENT


def test_many_short_gaps_add_up():
    flickering = [span(start, start + 2) for start in range(0, 60, 4)]
    assert verdict(spans=flickering).status == Status.UNVERIFIED


def test_without_any_camera_nobody_is_absent():
    assert verdict(spans=[]).status == Status.UNVERIFIED


def test_whom_no_camera_can_know_is_never_absent():
    assert verdict(seeable=False).note == "not_enrolled"


def test_nobody_is_absent_while_a_teacher_has_not_decided_who_was_seen():
    assert verdict(doubted=True).note == "uncertain_match"
    assert verdict(1, 30, 58, doubted=True).status == Status.PRESENT


def test_one_doubtful_look_is_neither_present_nor_absent():
    found = verdict(30)
    assert (found.status, found.note) == (Status.UNVERIFIED, "too_few_sightings")


def test_a_card_counts_alone():
    looks = [Glimpse(at(2), sure=True)]
    assert judge(START, END, looks, [], RULES, continuous=False).status == Status.PRESENT


def test_nobody_is_late_because_the_camera_started_late():
    found = verdict(25, 40, 59, spans=[span(25, 60)])
    assert (found.status, found.note) == (Status.PRESENT, "arrival_unwatched")


def test_who_was_not_there_while_the_camera_looked_is_late():
    assert verdict(25, 40, 59, spans=[span(12, 60)]).status == Status.LATE


def test_a_late_card_at_the_kiosk_is_late_whatever_the_kiosk_saw():
    assert judge(START, END, [Glimpse(at(25), sure=True)], [], RULES, continuous=False).status == Status.LATE


def test_who_is_not_seen_again_has_left_early():
    assert verdict(1, 20, 30).status == Status.LEFT_EARLY


def test_nobody_has_left_early_because_the_camera_went_blind():
    assert verdict(1, 20, 30, spans=[span(0, 30.5)]).status == Status.PRESENT


def test_leaving_in_the_last_minutes_is_fine():
    assert verdict(1, 20, 46).status == Status.PRESENT


def test_leaving_is_not_looked_at_where_the_course_says_so():
    assert verdict(1, 20, 30, rules=Rules(early_before=None)).status == Status.PRESENT


def test_at_a_kiosk_everybody_passes_once():
    assert (
        judge(START, END, [Glimpse(at(1), sure=True)], ALL_THE_TIME, RULES, continuous=False).status == Status.PRESENT
    )


def test_less_than_the_least_presence_is_leaving_early():
    rules = Rules(early_before=None, min_presence=0.75)
    assert verdict(1, 20, 40, rules=rules).status == Status.LEFT_EARLY
    assert verdict(1, 20, 50, rules=rules).status == Status.PRESENT


def test_while_the_session_runs_nobody_is_absent():
    assert status_so_far(None, 0, False, START, RULES) == Status.EXPECTED
    assert status_so_far(at(1), 1, False, START, RULES) == Status.EXPECTED
    assert status_so_far(at(1), 2, False, START, RULES) == Status.PRESENT
    assert status_so_far(at(11), 1, True, START, RULES) == Status.LATE


MINUTES = st.floats(-10, 70, allow_nan=False)
SPANS = st.lists(st.tuples(MINUTES, MINUTES).map(lambda two: span(min(two), max(two))), max_size=6)


@given(st.lists(MINUTES, max_size=8), SPANS)
def test_whoever_was_seen_at_all_is_never_absent(seen, spans):
    if seen:
        assert verdict(*seen, spans=spans).status != Status.ABSENT


@given(SPANS)
def test_absent_means_that_the_camera_watched_nearly_all_the_time(spans):
    if verdict(spans=spans).status == Status.ABSENT:
        assert covered(spans, START, END) >= 0.8 * (END - START)
        assert max((gap.ended - gap.began for gap in gaps(spans, START, END)), default=timedelta()) <= RULES.gap_limit


@given(SPANS, st.lists(MINUTES, min_size=2, max_size=8))
def test_more_of_the_camera_never_makes_anybody_more_present(spans, seen):
    """Late and left early need proof: without any coverage nobody is either."""
    assert verdict(*seen, spans=[]).status in (Status.PRESENT, Status.UNVERIFIED)


@given(SPANS)
def test_covered_time_and_gaps_make_up_the_whole(spans):
    hidden = sum((gap.ended - gap.began for gap in gaps(spans, START, END)), timedelta())
    assert covered(spans, START, END) + hidden == END - START


@given(SPANS)
def test_merged_spans_neither_touch_nor_overlap(spans):
    joined = merged(spans)
    assert all(first.ended < second.began for first, second in pairwise(joined))


@given(st.permutations(list(range(0, 60, 7))), SPANS)
def test_the_order_of_the_looks_does_not_matter(seen, spans):
    assert verdict(*seen, spans=spans) == verdict(*sorted(seen), spans=spans)


def test_percentages_leave_out_what_nobody_knows():
    assert percentage(["present", "late", "absent", "excused", "unverified"]) == pytest.approx(66.67, abs=0.01)
    assert percentage(["excused", "unverified"]) is None


# --- timetable ----------------------------------------------------------------------------------

ROME = ZoneInfo("Europe/Rome")


def line(starts, ends, weekday=6):
    return Weekly(weekday, starts, ends, date(2026, 3, 1), date(2026, 11, 30))


def test_the_clocks_of_the_site_decide_in_summer_and_in_winter():
    found = list(occurrences(line(time(9), time(10), 0), ROME, since=date(2026, 3, 23), until=date(2026, 3, 30)))
    assert [start.hour for start, _ in found] == [8, 7]  # UTC, before and after the clocks go forward


def test_an_hour_that_daylight_saving_skips_begins_an_hour_later():
    assert moment(date(2026, 3, 29), time(2, 30), ROME) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_happens_twice_is_the_first_one():
    assert moment(date(2026, 10, 25), time(2, 30), ROME) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_session_over_midnight_ends_on_the_next_day():
    [(start, end), *_rest] = occurrences(line(time(22), time(1)), ROME, since=date(2026, 3, 1), until=date(2026, 3, 7))
    assert end - start == timedelta(hours=3)


def test_closed_days_are_left_out():
    days = [date(2026, 3, 1), date(2026, 3, 15)]
    found = occurrences(line(time(9), time(10)), ROME, since=days[0], until=days[1], closed=[date(2026, 3, 8)])
    assert [start.date() for start, _ in found] == days
