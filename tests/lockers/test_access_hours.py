"""Weekdays, hours and closed days: over midnight, over both clock changes, and where a date is skipped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example
from hypothesis import given as cases
from hypothesis import settings as trying
from hypothesis import strategies as st

from lockers.rules.weekly_hours import (
    DAYS,
    BadHours,
    Hours,
    OpenSpan,
    all_open,
    closes_next,
    instant,
    is_open,
    opens_again,
    spans_of,
    stored,
    week_of,
)

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: on 29 March 02:00 → 03:00, on 25 October 03:00 → 02:00
APIA = ZoneInfo("Pacific/Apia")  # had no 30 December 2011


def hours(text, *days, closed=()):
    return Hours(week_of({day: [text] for day in days or DAYS}), tuple(closed))


def berlin(text, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("text", "there"),
    [("07:59", False), ("08:00", True), ("17:59:59", True), ("18:00", False), ("00:00", False)],
)
def test_open_from_the_first_minute_until_just_before_the_last(text, there):
    assert is_open(hours("8:00-18:00", "mon"), berlin(f"2026-11-30T{text}"), BERLIN) is there


def test_no_hours_are_always_and_an_empty_day_is_never():
    assert is_open(Hours(), berlin("2026-11-29T03:00"), BERLIN)
    assert not is_open(hours("8:00-18:00", "mon"), berlin("2026-12-01T09:00"), BERLIN)
    assert not is_open(Hours(week_of({day: [] for day in DAYS})), berlin("2026-12-01T09:00"), BERLIN)


def test_span_past_midnight_belongs_to_the_day_it_begins_on():
    night = hours("22:00-02:00", "fri")
    assert is_open(night, berlin("2026-12-04T23:00"), BERLIN) and is_open(night, berlin("2026-12-05T01:59"), BERLIN)
    assert not is_open(night, berlin("2026-12-05T02:00"), BERLIN)
    assert not is_open(night, berlin("2026-12-04T01:00"), BERLIN), "that would be Thursday's"


def test_whole_days_meet_without_a_gap():
    always = hours("00:00-24:00")
    assert is_open(always, berlin("2026-12-04T00:00"), BERLIN)
    assert closes_next([always], berlin("2026-12-04T12:00"), BERLIN) is None


def test_closed_day_cuts_the_night_before_and_has_none_of_its_own():
    night = hours("22:00-02:00", closed=[(date(2026, 12, 25), date(2026, 12, 25))])
    assert is_open(night, berlin("2026-12-24T23:59"), BERLIN)
    for text in ("2026-12-25T00:00", "2026-12-25T01:00", "2026-12-25T23:00", "2026-12-26T01:00"):
        assert not is_open(night, berlin(text), BERLIN), text
    assert opens_again([night], berlin("2026-12-25T00:30"), BERLIN) == berlin("2026-12-26T22:00")


def test_closed_days_without_hours_end_at_midnight():
    shut = Hours(None, ((date(2026, 12, 24), date(2027, 1, 1)),))
    assert opens_again([shut], berlin("2026-12-24T09:00"), BERLIN) == berlin("2027-01-02T00:00")
    assert closes_next([shut], berlin("2026-12-20T09:00"), BERLIN) == berlin("2026-12-24T00:00")


# --- clock changes --------------------------------------------------------------------------------


def test_half_past_two_that_is_skipped_counts_as_the_change():
    change = berlin("2026-03-29T03:00").astimezone(UTC)
    assert instant(datetime(2026, 3, 29, 2, 30), BERLIN) == change
    assert instant(datetime(2026, 3, 29, 2, 30), BERLIN, last=True) == change
    early = hours("02:30-04:00", "sun")
    assert not is_open(early, berlin("2026-03-29T01:59:59"), BERLIN)
    assert is_open(early, berlin("2026-03-29T03:00"), BERLIN)
    late = hours("22:00-02:30", "sat")
    assert is_open(late, berlin("2026-03-29T01:59:59"), BERLIN)
    assert not is_open(late, berlin("2026-03-29T03:00"), BERLIN)
    gone = hours("02:10-02:50", "sun")
    assert not is_open(gone, change, BERLIN)


def test_half_past_two_that_comes_twice_is_one_span_from_first_to_last():
    night = hours("01:00-02:30", "sun")
    for fold, text, there in [(0, "02:15", True), (0, "02:45", True), (1, "02:15", True), (1, "02:30", False)]:
        assert is_open(night, berlin(f"2026-10-25T{text}", fold=fold), BERLIN) is there, (fold, text)
    begins = hours("02:30-05:00", "sun")
    assert not is_open(begins, berlin("2026-10-25T02:29"), BERLIN)
    assert is_open(begins, berlin("2026-10-25T02:30"), BERLIN)
    assert is_open(begins, berlin("2026-10-25T02:10", fold=1), BERLIN)
    first = berlin("2026-10-25T02:30").astimezone(UTC)
    assert opens_again([begins], berlin("2026-10-25T01:00"), BERLIN) == first


def test_a_date_that_is_skipped_has_no_hours_and_loses_no_other():
    office = hours("08:00-18:00", "thu", "fri", "sat")
    assert opens_again([office], datetime(2011, 12, 29, 19, tzinfo=APIA), APIA) == datetime(
        2011, 12, 31, 8, tzinfo=APIA
    )
    night = hours("22:00-02:00", "thu")
    assert is_open(night, datetime(2011, 12, 29, 23, 59, tzinfo=APIA), APIA)


# --- two of them ----------------------------------------------------------------------------------


def test_the_narrower_of_two_decides_and_they_open_when_both_do():
    bank, mine = hours("08:00-18:00", "mon", "tue"), hours("16:00-20:00")
    assert not all_open([bank, mine], berlin("2026-11-30T09:00"), BERLIN)
    assert opens_again([bank, mine], berlin("2026-11-30T09:00"), BERLIN) == berlin("2026-11-30T16:00")
    assert closes_next([bank, mine], berlin("2026-11-30T16:30"), BERLIN) == berlin("2026-11-30T18:00")
    assert opens_again([bank, mine], berlin("2026-12-01T18:00"), BERLIN) == berlin("2026-12-07T16:00")


def test_hours_that_never_meet_never_open():
    assert opens_again([hours("08:00-10:00"), hours("12:00-13:00")], berlin("2026-11-30T09:00"), BERLIN) is None


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "8",
        "8-18",
        "08:00",
        "25:00-26:00",
        "08:00-24:30",
        "08:00-08:00",
        "24:00-08:00",
        "08:60-09:00",
        "a-b",
        "٠٨:٠٠-١٨:٠٠",
    ],
)
def test_nonsense_is_no_hours(text):
    with pytest.raises(BadHours):
        spans_of(text)


@pytest.mark.parametrize("value", [None, [], "x", {"mon": "08:00-18:00"}, {"mon": [8]}, {"moon": []}, {"mon": ["x"]}])
def test_a_stored_value_that_cannot_be_read_is_an_error_and_not_always_open(value):
    with pytest.raises(BadHours):
        week_of(value)


def test_so_many_spans_a_day_and_no_more():
    with pytest.raises(BadHours):
        spans_of(",".join(f"{n:02}:00-{n:02}:30" for n in range(9)))


spans = st.builds(
    lambda opens, length: OpenSpan(opens, close if (close := opens + length) <= 1440 else close - 1440),
    st.integers(0, 1439),
    st.integers(1, 1439),
)
weeks = st.tuples(*[st.lists(spans, max_size=3, unique=True).map(lambda found: tuple(sorted(found)))] * 7)
moments = st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31)) | st.datetimes(
    datetime(2026, 10, 23), datetime(2026, 10, 27)
)
shut = st.lists(st.tuples(st.dates(date(2026, 3, 27), date(2026, 3, 31)), st.integers(0, 2)), max_size=2).map(
    lambda found: tuple((first, first + timedelta(days=more)) for first, more in found)
)


@cases(weeks)
def test_what_is_written_reads_the_same(week):
    assert week_of(stored(week)) == week


@trying(deadline=None, max_examples=60)
@cases(weeks, weeks, shut, moments)
@example(week_of({"sun": ["02:30-03:10"]}), week_of({"sun": ["02:00-02:31"]}), (), datetime(2026, 10, 24, 22))
def test_the_next_opening_is_open_and_nothing_before_it_is(one, other, closed, at):
    at = at.replace(tzinfo=UTC, microsecond=0)
    both = [Hours(one, closed), Hours(other)]
    found = opens_again(both, at, BERLIN)
    assert found is None or (found > at and all_open(both, found, BERLIN))
    if not all_open(both, at, BERLIN):
        until = min(found or at + timedelta(days=2), at + timedelta(days=2))
        steps = int((until - at).total_seconds() // 420)
        assert not any(all_open(both, at + timedelta(minutes=7 * step), BERLIN) for step in range(steps))


@trying(deadline=None)
@cases(weeks, st.datetimes(datetime(2026, 6, 1), datetime(2026, 6, 20)))
def test_away_from_clock_changes_the_wall_clock_decides(week, wall):
    minute = wall.hour * 60 + wall.minute
    today = any(s.opens <= minute < s.opens + s.length for s in week[wall.weekday()])
    before = any(s.opens <= minute + 1440 < s.opens + s.length for s in week[wall.weekday() - 1])
    assert is_open(Hours(week), wall.replace(tzinfo=BERLIN), BERLIN) == (today or before)
