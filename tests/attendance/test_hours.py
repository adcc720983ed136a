"""Hours on the premises: by day, by week, and over midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from attendance.reports.queries import Wanted
from attendance.reports.reports import report
from attendance.rules.hours import SeenInSession, by_day, by_week
from config.tables import Subtotal
from tests.support import attendance as campus
from tests.support.attendance import closed, seen


def at(day, hour, minute=0):
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour, minutes=minute)


def of_day(day, first, last, key=0):
    """What the session of one whole day saw."""
    return SeenInSession(date(2026, 3, day), first, last, key)


def told(days):
    return [(day.day.day, str(day.length)[:-3]) for day in days]


def test_two_entrances_on_one_day_are_one_stay():
    [day] = by_day([of_day(2, at(2, 9), at(2, 12)), of_day(2, at(2, 8), at(2, 10))])
    assert (day.first, day.last, day.length) == (at(2, 8), at(2, 12), timedelta(hours=4))


def test_split_shift_does_not_count_the_hours_between():
    [day] = by_day([of_day(2, at(2, 6), at(2, 10)), of_day(2, at(2, 18), at(2, 22))])
    assert (day.first, day.last, day.length) == (at(2, 6), at(2, 22), timedelta(hours=8))


def test_weeks_begin_on_monday_and_sum_their_days():
    days = by_day([of_day(1, at(1, 8), at(1, 9)), of_day(2, at(2, 8), at(2, 16, 30)), of_day(8, at(8, 8), at(8, 9))])
    assert [(week.monday, week.length) for week in by_week(days)] == [
        (date(2026, 3, 2), timedelta(hours=9, minutes=30)),
        (date(2026, 2, 23), timedelta(hours=1)),
    ]


def test_session_over_midnight_belongs_to_its_evening():
    [day] = by_day([of_day(2, at(2, 22), at(3, 6))])
    assert (day.day, day.length) == (date(2026, 3, 2), timedelta(hours=8))


def test_night_shift_in_sessions_of_a_day_each():
    """In at 22:00, out at 06:00, in at 21:53, out at 05:53: today's 0:00, 15:53 and 0:00."""
    nights = [
        of_day(2, at(2, 22), at(2, 22)),
        of_day(3, at(3, 6), at(3, 21, 53)),
        of_day(4, at(4, 5, 53), at(4, 5, 53)),
    ]
    assert told(by_day(nights)) == [(2, "8:00"), (3, "8:00")]


def test_night_shift_with_sightings_before_it_ends():
    """The record of the second day says 02:00 and 22:00; that somebody left at 06:00 lies between."""
    nights = [of_day(2, at(2, 22), at(2, 22)), of_day(3, at(3, 2), at(3, 22), key=7), of_day(4, at(4, 6), at(4, 6))]
    between = {7: [at(3, 2), at(3, 6), at(3, 22)]}
    assert told(by_day(nights, between.__getitem__)) == [(2, "8:00"), (3, "8:00")]


def test_in_by_one_entrance_and_out_by_another():
    assert told(by_day([of_day(2, at(2, 8), at(2, 8)), of_day(2, at(2, 16), at(2, 16))])) == [(2, "8:00")]
    assert told(by_day([of_day(2, at(2, 8), at(2, 8, 5)), of_day(2, at(2, 12), at(2, 16))])) == [(2, "8:00")]


def test_night_shifts_through_a_gate_and_a_door_behind_it():
    nights = [
        *(of_day(2, at(2, 22), at(2, 22)), of_day(2, at(2, 22, 5), at(2, 22, 5))),
        *(of_day(3, at(3, 6), at(3, 22, 5)), of_day(3, at(3, 6, 2), at(3, 22))),
        *(of_day(4, at(4, 6), at(4, 6)), of_day(4, at(4, 6, 2), at(4, 6, 2))),
    ]
    assert told(by_day(nights)) == [(2, "8:02"), (3, "8:02")]


def test_night_shifts_in_by_one_entrance_and_out_by_another():
    nights = [
        of_day(2, at(2, 19), at(2, 19)),
        *(of_day(3, at(3, 7), at(3, 7)), of_day(3, at(3, 19), at(3, 19))),
        of_day(4, at(4, 7), at(4, 7)),
    ]
    assert told(by_day(nights)) == [(2, "12:00"), (3, "12:00")]


@pytest.mark.parametrize(
    ("first", "second", "hours"),
    [
        ((8, 17), (8, 17), ["9:00", "9:00"]),  # two days
        ((14, 22), (6, 14), ["8:00", "8:00"]),  # late shift, then early shift
        ((20, 22), (8, 17), ["2:00", "9:00"]),  # an evening, then a day
        ((19, 19), (7, 7), ["12:00"]),  # a night of twelve hours
        ((8, 8), (8, 8), ["0:00", "0:00"]),  # an entrance that nobody leaves by
    ],
)
def test_two_days_after_each_other(first, second, hours):
    days = by_day([of_day(2, at(2, first[0]), at(2, first[1])), of_day(3, at(3, second[0]), at(3, second[1]))])
    assert [length for _day, length in told(days)] == hours


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        ("Europe/Rome", date(2026, 3, 28), "7:00"),  # summer time begins
        ("Europe/Rome", date(2026, 10, 24), "9:00"),
        ("Europe/Dublin", date(2026, 10, 24), "9:00"),
        ("America/New_York", date(2026, 3, 7), "7:00"),
        ("America/New_York", date(2026, 10, 31), "9:00"),
        ("Australia/Lord_Howe", date(2026, 4, 4), "8:30"),
        ("Australia/Lord_Howe", date(2026, 10, 3), "7:30"),
    ],
)
def test_nights_in_which_the_clocks_change_have_their_real_hours(zone, evening, hours):
    came = datetime.combine(evening, time(22), ZoneInfo(zone))
    left = datetime.combine(evening + timedelta(days=1), time(6), ZoneInfo(zone))
    for sightings in (
        [SeenInSession(evening, came, left)],
        [SeenInSession(evening, came, came), SeenInSession(left.date(), left, left)],
    ):
        assert [str(day.length)[:-3] for day in by_day(sightings)] == [hours]


@given(st.lists(st.tuples(st.integers(0, 27), st.integers(0, 1439), st.integers(0, 1439)), max_size=20))
def test_hours_of_a_day_never_overlap_and_never_exceed_what_is_possible(visits):
    of = [of_day(day + 1, at(day + 1, 0, min(pair)), at(day + 1, 0, max(pair))) for day, *pair in visits]
    days = by_day(of)
    assert len({day.day for day in days}) == len(days)
    for day in days:
        assert all(before.ended < after.began for before, after in zip(day.spans, day.spans[1:], strict=False))
        assert timedelta() <= day.length <= day.last - day.first <= timedelta(hours=24 + 13)


# --- the pages and the reports ------------------------------------------------------------------

MIDNIGHT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
NIGHTS = ((1320,), (355, 1315), (354, 1322), (363,))  # minutes of four days at which Grace passed


@pytest.fixture
def night_shifts(grace):
    """Each day is a session of its own, as an entrance has it; Grace works in three nights."""
    gate = campus.course(grace, code="gate", kind="premises", early_before=None, late_after=9999)
    for day, passed in enumerate(NIGHTS):
        session = campus.session(gate, MIDNIGHT + timedelta(days=day), length=1439)
        seen(session, grace, *passed, source="kiosk")
        closed(session, 1439)
    return gate


def rows(kind, since=2, until=31):
    table = report(Wanted(kind, date(2026, 3, since), date(2026, 3, until)), by=None)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows if not isinstance(row, Subtotal)]


def test_report_of_premises_gives_each_night_its_hours(night_shifts):
    assert [(row["day"].day, f"{row['time']}") for row in rows("premises")] == [
        (2, "7:55:00"),
        (3, "7:59:00"),
        (4, "8:01:00"),
    ]


def test_report_of_one_day_knows_the_night_around_it(night_shifts):
    [only] = rows("premises", since=3, until=3)
    assert (f"{only['first_in']:%d %H:%M}", f"{only['last_out']:%d %H:%M}") == ("03 21:55", "04 05:54")
    assert f"{only['time']}" == "7:59:00"


def test_report_of_the_night_in_which_the_clocks_change(grace, settings):
    settings.TIME_ZONE = "Europe/Rome"
    gate = campus.course(grace, code="gate", kind="premises", early_before=None, late_after=9999)
    with timezone.override("Europe/Rome"):
        for day, passed in ((28, 22 * 60), (29, 5 * 60)):  # the 29th begins in winter: 06:00 is its sixth hour
            midnight = datetime(2026, 3, day, tzinfo=ZoneInfo("Europe/Rome"))
            session = campus.session(gate, midnight.astimezone(UTC), length=1370)
            seen(session, grace, passed, source="kiosk")
            closed(session, 1370)
        [row] = rows("premises", since=28, until=29)
    assert (row["day"].day, str(row["time"])) == (28, "7:00:00")


def test_report_of_a_night_shift_through_two_entrances(grace):
    """At the door she was seen at 02:00 too: that she left at 06:02 lies between what its record says."""
    gates = [campus.course(grace, code=code, kind="premises", early_before=None, late_after=9999) for code in "ab"]
    for gate, days in zip(gates, (((1320,), (360, 1320), (361,)), ((1325,), (120, 362, 1325), (363,))), strict=True):
        for day, minutes in enumerate(days):
            session = campus.session(gate, MIDNIGHT + timedelta(days=day), length=1439)
            seen(session, grace, *minutes, source="kiosk")
            closed(session, 1439)
    assert [(row["day"].day, f"{row['time']}") for row in rows("premises")] == [(2, "8:02:00"), (3, "8:03:00")]


def test_summary_by_person_counts_the_same_hours(night_shifts):
    [grace] = rows("people")
    assert f"{grace['time']}" == "23:55:00"


def test_own_page_shows_the_hours_of_each_night(client, grace, night_shifts, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MIDNIGHT + timedelta(days=5))
    client.force_login(grace)
    page = client.get("/attendance/mine/").content.decode()
    assert "7:55 h" in page
    assert "15:" not in page.split('id="weeks-title"')[1]
    assert "23:55 h" in page


def test_longest_period_is_no_breakdown(night_shifts):
    table = report(Wanted("premises", date.min, date.max - timedelta(days=2)), by=None)
    assert len(list(table.rows)) == 4
