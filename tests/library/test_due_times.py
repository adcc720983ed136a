"""Until when: by hours, on fixed dates, around closing, closed days and changed clocks. Rules alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.rules.due_times import due_at, fine, hours_late, renewed_until
from library.rules.lending import AtClosing, LoanPeriod, LoanTerms, PersonState, WhenClosed, may_renew
from library.rules.opening import OpeningCalendar

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = {day: ((time(9), time(18)),) for day in range(5)}
COLLEGE = OpeningCalendar(BERLIN, hours=WEEK)
ALWAYS = OpeningCalendar(BERLIN)
DAY = timedelta(days=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hourly(hours=3, closing=AtClosing.SHORTEN):
    return LoanTerms(period=LoanPeriod.HOURS, hours=hours, at_closing=closing)


def fixed(*days, **more):
    return LoanTerms(period=LoanPeriod.FIXED, days=14, fixed=tuple(map(date.fromisoformat, days)), **more)


# --- by hours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "closing", "due"),
    [
        ("2026-03-03T10:00", "shorten", "2026-03-03T13:00"),
        ("2026-03-03T16:30", "shorten", "2026-03-03T18:00"),
        ("2026-03-03T16:30", "next_opening", "2026-03-04T09:00"),
        ("2026-03-03T16:30", "keep", "2026-03-03T19:30"),
        ("2026-03-06T16:30", "next_opening", "2026-03-09T09:00"),  # Friday: nothing until Monday
        ("2026-03-03T18:30", "shorten", "2026-03-04T09:00"),  # it was closed already
    ],
)
def test_a_loan_by_hours_and_the_closing_time(taken, closing, due):
    assert due_at(at(taken), hourly(closing=AtClosing(closing)), COLLEGE) == at(due)


@pytest.mark.parametrize(
    ("taken", "due"),
    [("2026-03-03T22:30", "2026-03-04T01:30"), ("2026-03-03T23:59", "2026-03-04T02:59")],
)
def test_no_midnight_ends_a_loan_where_the_library_is_open(taken, due):
    nights = OpeningCalendar(BERLIN, hours={day: ((time(0), time(23, 59)),) for day in range(7)})
    assert due_at(at(taken), hourly(), ALWAYS) == due_at(at(taken), hourly(), nights) == at(due)


def test_a_midnight_before_a_closed_day_ends_it():
    closed = OpeningCalendar(BERLIN, closed=frozenset({date(2026, 3, 4)}))
    assert due_at(at("2026-03-03T22:30"), hourly(), closed) == at("2026-03-03T23:59:59")


def test_a_break_at_noon_ends_no_loan_that_goes_on_after_it():
    broken = OpeningCalendar(BERLIN, hours={1: ((time(14), time(18)), (time(9), time(12)))})
    assert due_at(at("2026-03-03T11:00"), hourly(4), broken) == at("2026-03-03T15:00")
    assert due_at(at("2026-03-03T11:00"), hourly(2), broken) == at("2026-03-03T12:00")


def test_a_long_loan_by_hours_never_stays_out_over_night_where_it_is_shortened():
    assert due_at(at("2026-03-03T17:00"), hourly(20), COLLEGE) == at("2026-03-03T18:00")
    assert due_at(at("2026-03-03T17:00"), hourly(20, AtClosing.NEXT_OPENING), COLLEGE) == at("2026-03-04T13:00")


@pytest.mark.parametrize(
    ("taken", "due"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 3, 30, tzinfo=UTC)),  # one hour is missing
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, 30, tzinfo=UTC)),  # one comes twice
    ],
)
def test_three_hours_are_three_hours_when_clocks_are_changed(taken, due):
    assert due_at(taken.astimezone(BERLIN), hourly(), ALWAYS) == due


def test_closing_time_is_that_of_the_clock_on_the_wall():
    sundays = OpeningCalendar(BERLIN, hours={6: ((time(0), time(4)),)})
    taken = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 1:30, and half an hour later it is 3:00
    assert due_at(taken, hourly(), sundays) == datetime(2026, 3, 29, 2, tzinfo=UTC)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
SPANS = st.tuples(st.integers(0, 11), st.integers(12, 23)).map(lambda pair: ((time(pair[0]), time(pair[1])),))
CALENDARS = st.builds(
    OpeningCalendar,
    st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]),
    st.frozensets(st.dates(date(2026, 1, 1), date(2028, 2, 1)), max_size=20),
    st.frozensets(st.integers(0, 5), max_size=4),
    st.dictionaries(st.integers(0, 6), SPANS, max_size=7).map(lambda week: week and {6: ((time(8), time(20)),)} | week),
)


@given(MOMENTS, st.integers(1, 168), CALENDARS)
def test_a_loan_by_hours_is_due_after_it_was_taken_and_while_the_library_is_open(taken, hours, calendar):
    for closing in (AtClosing.SHORTEN, AtClosing.NEXT_OPENING):
        due = due_at(taken, hourly(hours, closing), calendar)
        assert due > taken and calendar.is_open_at(due)
    assert due_at(taken, hourly(hours, AtClosing.KEEP), calendar) - taken == timedelta(hours=hours)


@given(MOMENTS, st.integers(1, 168), CALENDARS)
def test_shortened_it_is_never_later_than_the_end_of_the_day_or_the_next_opening(taken, hours, calendar):
    due = due_at(taken, hourly(hours), calendar)
    end = calendar.end_of_day_after(taken)
    assert due <= max(end or taken + timedelta(hours=hours), taken)
    later = due_at(taken, hourly(hours, AtClosing.NEXT_OPENING), calendar)
    assert due <= later and later >= taken + timedelta(hours=hours)


@given(MOMENTS, st.integers(1, 168), st.integers(0, 200), CALENDARS)
def test_renewing_by_hours_never_makes_it_due_earlier(taken, hours, pause, calendar):
    due = due_at(taken, hourly(hours), calendar)
    assert renewed_until(due, taken + timedelta(hours=pause), hourly(hours), calendar) >= due


# --- late by hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "late"),
    [
        ("2026-03-03T17:59", 0),
        ("2026-03-03T18:00", 0),
        ("2026-03-03T23:00", 0),  # through the flap, before it opened again
        ("2026-03-04T09:01", 1),
        ("2026-03-04T10:00", 1),
        ("2026-03-04T10:01", 2),
        ("2026-03-09T09:30", 28),  # three whole days and a bit: no one can bring it back at night
    ],
)
def test_hours_late_are_those_in_which_the_library_was_open(back, late):
    assert hours_late(at("2026-03-03T18:00"), at(back), COLLEGE) == late
    assert fine(late, Decimal("0.50"), [Decimal(3)]) == min(Decimal("0.50") * late, Decimal(3))


@given(MOMENTS, st.integers(0, 100), CALENDARS)
def test_what_is_late_is_never_more_than_what_has_passed(due, minutes, calendar):
    back = due + timedelta(minutes=minutes * 7)
    late = hours_late(due, back, calendar)
    assert 0 <= late <= -(-(minutes * 7) // 60)
    assert hours_late(back, due, calendar) == 0


# --- fixed dates --------------------------------------------------------------------------------

TERMS = ("2026-07-15", "2027-02-12")


@pytest.mark.parametrize(
    ("taken", "least", "due"),
    [
        ("2026-04-01T12:00", 0, "2026-07-15"),
        ("2026-07-15T12:00", 0, "2026-07-15"),
        ("2026-07-10T12:00", 5, "2026-07-15"),
        ("2026-07-10T12:00", 6, "2027-02-12"),
        ("2027-03-01T12:00", 0, "2027-03-15"),  # none is left: the days count
    ],
)
def test_everything_is_due_on_the_next_fixed_date_that_is_far_enough_away(taken, least, due):
    found = due_at(at(taken), fixed(*TERMS, least_days=least), ALWAYS)
    assert (found.date(), found.hour, found.minute) == (date.fromisoformat(due), 23, 59)


@pytest.mark.parametrize(("how", "due"), [("later", "2026-07-17"), ("earlier", "2026-07-14"), ("keep", "2026-07-15")])
def test_a_fixed_date_on_a_closed_day_moves_as_the_policy_says(how, due):
    closed = OpeningCalendar(BERLIN, frozenset({date(2026, 7, 15), date(2026, 7, 16)}))
    found = due_at(at("2026-04-01T12:00"), fixed(*TERMS, when_closed=WhenClosed(how)), closed)
    assert found.date() == date.fromisoformat(due)


def test_no_date_moves_to_the_day_on_which_it_was_taken_or_before_it():
    closed = OpeningCalendar(BERLIN, shut=frozenset({5, 6}))
    friday = at("2026-03-06T12:00")
    due = due_at(friday, LoanTerms(days=1, when_closed=WhenClosed.EARLIER), closed)
    assert due.date() == date(2026, 3, 9)


@given(
    MOMENTS,
    st.lists(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=6),
    st.integers(0, 60),
    st.sampled_from(list(WhenClosed)),
    CALENDARS,
)
def test_a_fixed_due_date_is_open_not_past_and_a_fixed_one(taken, days, least, how, calendar):
    terms = LoanTerms(period=LoanPeriod.FIXED, fixed=tuple(days), least_days=least, when_closed=how)
    due, today = calendar.day_of(due_at(taken, terms, calendar)), calendar.day_of(taken)
    ahead = [day for day in days if day >= today + DAY * least]
    wanted = min(ahead, default=today + DAY * 28)
    assert due >= today and (calendar.is_open(due) or how == WhenClosed.KEEP)
    if calendar.is_open(wanted) or how == WhenClosed.KEEP:
        assert due == wanted
    elif how == WhenClosed.LATER:
        assert due > wanted


def test_renewing_that_gives_no_more_time_is_refused():
    assert may_renew(0, False, PersonState(1), fixed(*TERMS), longer=False).code == "not_longer"
    assert may_renew(0, False, PersonState(1), hourly(), longer=False).code == "not_longer"
    assert may_renew(0, False, PersonState(1), hourly(), longer=True).allowed
    assert may_renew(0, False, PersonState(1), LoanTerms(), longer=False).allowed, "by days it is as it was"
