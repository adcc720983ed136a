"""Half days: who was there in the morning and in the afternoon, from classes and from the time on the premises."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from attendance.reports.queries import ReportKind, Wanted
from attendance.reports.reports import kinds_for, report
from attendance.rules.half_days import HalfDay, KnownRecord, half_of
from attendance.rules.statuses import ATTENDED, SeeingSpan, Status
from attendance.rules.times import meeting
from config.tables import Subtotal
from tests.support import attendance as campus
from tests.support.api import V1, client_of
from tests.support.attendance import NINE
from tests.support.attendance_history import days, held

MONDAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def o_clock(hour, day=2):
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour)


def lesson(status, begins=9, ends=10):
    return KnownRecord(o_clock(begins), o_clock(ends), Status(status))


def entrance(status="present", begins=0, ends=24, *, seen=True):
    return KnownRecord(o_clock(begins), o_clock(ends), Status(status), at_entrance=True, seen=seen)


def stay(begins, ends):
    return SeeingSpan(o_clock(begins), o_clock(ends))


def morning(*records, stays=()):
    return half_of(*MORNING, records, stays)


# --- the rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "half"),
    [
        ("present", "present"),
        ("late left_early", "present"),
        ("present unverified", "present"),
        ("present absent", "partly"),
        ("late excused", "partly"),
        ("absent absent", "absent"),
        ("absent excused", "absent"),
        ("excused unverified", "excused"),
        ("unverified", "unverified"),
    ],
)
def test_classes_decide(statuses, half):
    assert morning(*map(lesson, statuses.split())) == half


def test_a_lesson_counts_in_each_half_day_into_which_it_falls():
    over_noon = lesson("absent", 12, 13.5)
    assert morning(lesson("present"), over_noon) == "partly"
    assert half_of(o_clock(13), o_clock(17), [lesson("present"), over_noon]) == "absent"
    assert morning(lesson("present", 14, 15)) is None


@pytest.mark.parametrize(
    ("stays", "half"),
    [
        ([stay(8, 12)], "present"),
        ([stay(7, 10.25)], "present"),  # exactly half of four and a half hours
        ([stay(8, 10)], "partly"),
        ([stay(8, 9), stay(11, 12.5)], "present"),
        ([stay(13, 17)], "absent"),
        ([stay(7.9, 7.9)], "unverified"),  # seen to come, not seen to go
        ([stay(13, 13)], "absent"),
    ],
)
def test_without_a_class_the_time_on_the_premises_decides(stays, half):
    assert morning(entrance(), stays=stays) == half


@pytest.mark.parametrize("status", ["absent", "excused", "unverified"])
def test_who_was_not_seen_at_an_entrance_is_what_its_roll_says(status):
    assert morning(entrance(status, seen=False)) == status


def test_what_a_teacher_said_counts_without_a_sighting():
    assert morning(entrance("present", seen=False)) == "present"


def test_a_second_entrance_that_saw_no_one_takes_nothing_away():
    assert morning(entrance(), entrance("absent", seen=False), stays=[stay(8, 12)]) == "present"
    assert morning(entrance(), entrance("absent", seen=False), stays=[stay(7.9, 7.9)]) == "unverified"


def test_a_class_that_no_camera_watched_leaves_the_word_to_the_entrance():
    assert morning(lesson("unverified"), entrance(), stays=[stay(8, 12)]) == "present"
    assert morning(lesson("absent"), entrance(), stays=[stay(8, 12)]) == "absent"


statuses = st.sampled_from([status for status in Status if status != Status.EXPECTED])
lessons = st.builds(
    lambda status, begins, length: lesson(status, begins, begins + length),
    statuses,
    st.floats(0, 20),
    st.floats(0.1, 4),
)
entrances = st.builds(lambda status, seen: entrance(status, seen=seen), statuses, st.booleans())
records = st.lists(st.one_of(lessons, entrances), max_size=6)
stays = st.lists(st.builds(lambda begins, length: stay(begins, begins + length), st.floats(-12, 20), st.floats(0, 9)))


@given(records, stays)
def test_a_half_day_has_a_word_exactly_when_something_was_held_in_it(found, there):
    fell = [record for record in found if record.began < MORNING[1] and record.ended > MORNING[0]]
    assert (half_of(*MORNING, found, there) is None) == (not fell)


@given(records, stays, st.floats(8, 11))
def test_what_no_one_knows_changes_nothing_that_is_known(found, there, begins):
    before = half_of(*MORNING, found, there)
    after = half_of(*MORNING, [*found, lesson("unverified", begins, begins + 1)], there)
    assert after == (before or HalfDay.UNVERIFIED)


@given(st.lists(lessons, min_size=1), stays)
def test_no_one_is_absent_whom_no_roll_calls_so(found, there):
    if Status.ABSENT not in {record.status for record in found}:
        assert half_of(*MORNING, found, there) != HalfDay.ABSENT
    if all(record.status in ATTENDED for record in found):
        assert half_of(*MORNING, found, there) in (None, HalfDay.PRESENT)


@given(stays, st.floats(0, 20), st.floats(0, 6))
def test_more_time_on_the_premises_never_makes_a_half_day_worse(there, begins, length):
    order = [HalfDay.ABSENT, HalfDay.UNVERIFIED, HalfDay.PARTLY, HalfDay.PRESENT]
    before, after = (half_of(*MORNING, [entrance()], some) for some in (there, [*there, stay(begins, begins + length)]))
    assert order.index(after) >= order.index(before)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.sampled_from(["Europe/Rome", "America/New_York", "UTC"]))
def test_the_half_days_of_a_day_follow_each_other_in_every_zone(day, name):
    zone = ZoneInfo(name)
    first, second = meeting(day, time(8), time(12, 30), zone), meeting(day, time(13), time(17), zone)
    assert first[0] < first[1] < second[0] < second[1]
    assert first[1] - first[0] == timedelta(hours=4.5)  # no clock changes between eight and five


# --- the report ---------------------------------------------------------------------------------


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(ada, grace, teacher=teacher)


@pytest.fixture
def monday(cs101, ada, grace):
    """Two lessons in the morning, one in the afternoon."""
    held(cs101, {ada: "present", grace: "present"})
    held(cs101, {ada: "late", grace: "absent"}, o_clock(11))
    return held(cs101, {ada: "absent", grace: "excused"}, o_clock(14))


def asked(by=None, **narrowed):
    return report(Wanted("half_days", **{"since": MONDAY, "until": MONDAY, **narrowed}), by=by)


def lines(by=None, **narrowed):
    found = [row for row in asked(by, **narrowed).rows if not isinstance(row, Subtotal)]
    return [(row[0].day, row[1], row[4] and str(row[4]), row[5] and str(row[5])) for row in found]


@pytest.mark.django_db
def test_each_person_has_a_line_for_each_day(monday, cs101, ada):
    held(cs101, {ada: "present"}, NINE + days(1))
    assert lines(until=date(2026, 3, 31)) == [
        (2, "s-grace", "partly", "excused"),
        (2, "s-ada", "present", "absent"),
        (3, "s-ada", "present", None),
    ]
    assert lines(status="excused") == [(2, "s-grace", "partly", "excused")]


@pytest.mark.django_db
def test_sums_count_half_days(monday):
    table = asked()
    sums = [row for row in table.rows if isinstance(row, Subtotal)]
    assert sums[1][1:] == ("s-ada", "Ada Lovelace", "", "1 day", None, 1, 0, 1, 0, 0)
    assert table.totals()[-5:] == (1, 1, 1, 1, 0)
    assert [value for _column, value in table.facts()] == [2, 1, 1, 1, 1, 0]
    assert table.subtitles[-1] == "Morning 08:00–12:30 · Afternoon 13:00–17:00"


@pytest.mark.django_db
def test_time_on_the_premises_makes_half_days_and_a_night_shift_the_next_morning(ada):
    gate = campus.course(ada, code="gate", kind="premises")
    held(gate, {ada: "present"}, o_clock(0), 24 * 60, came=8 * 60, went=14 * 60)  # 08:00 to 14:00
    assert lines() == [(2, "s-ada", "present", "partly")]
    held(gate, {ada: "present"}, o_clock(22), 14 * 60, came=0, went=13 * 60)  # 22:00 to 11:00
    assert lines(until=MONDAY + days(1)) == [(2, "s-ada", "present", "partly"), (3, "s-ada", "present", None)]
    assert lines(since=MONDAY + days(1), until=MONDAY + days(1)) == [(3, "s-ada", "present", None)]


@pytest.mark.django_db
def test_the_hours_are_those_of_the_site(monday, settings):
    settings.ATTENDANCE_MORNING, settings.ATTENDANCE_AFTERNOON = None, (time(12), time(18))
    assert lines() == [(2, "s-grace", None, "excused"), (2, "s-ada", None, "absent")]
    settings.TIME_ZONE = "Asia/Tokyo"  # nine hours on: the first lesson begins at 18:00
    assert lines() == []


@pytest.mark.django_db
def test_each_sees_what_they_may_see(monday, grace, ada, teacher, librarian):
    held(campus.course(ada, code="art"), {ada: "absent"}, o_clock(9))
    assert lines(teacher)[1] == (2, "s-ada", "present", "absent")  # of their own course
    assert lines(ada) == [(2, "s-ada", "partly", "absent")]
    assert lines(grace) == [(2, "s-grace", "partly", "excused")]
    assert lines(librarian) == []


@pytest.mark.django_db
def test_where_no_half_days_are_set_the_report_is_not_offered(settings, teacher):
    settings.ATTENDANCE_MORNING = settings.ATTENDANCE_AFTERNOON = None
    assert ReportKind.HALF_DAYS not in kinds_for(teacher)
    answer = client_of(teacher).get(f"{V1}/attendance/reports/?kind=half_days")
    assert answer.status_code == 409


@pytest.mark.django_db
def test_page_file_and_api_say_the_same(monday, teacher):
    client, query = Client(), "kind=half_days&from=2026-03-02&to=2026-03-02"
    client.force_login(teacher)
    page = client.get(f"/attendance/reports/?{query}").content.decode()
    assert "Half days" in page and 'data-status="partly"' in page and "Partly" in page
    file = b"".join(client.get(f"/attendance/reports/csv/?{query}").streaming_content).decode()
    api = json.loads(b"".join(client_of(teacher).get(f"{V1}/attendance/reports/?{query}").streaming_content))
    table = list(csv.DictReader(io.StringIO(file)))
    assert [(row["id_number"], row["morning"], row["afternoon"]) for row in table] == [
        ("s-grace", "partly", "excused"),
        ("s-ada", "present", "absent"),
    ]
    assert [row["morning"] for row in api] == [row["morning"] for row in table]  # and no sums among them


@pytest.mark.django_db
def test_a_school_costs_as_many_queries_as_a_class(cs101, ada, grace, django_assert_max_num_queries):
    for week in range(20):
        held(cs101, {ada: "present", grace: "absent"}, NINE + days(week))
    with django_assert_max_num_queries(6):
        assert len(list(asked(until=date(2026, 4, 30)).rows)) == 42
