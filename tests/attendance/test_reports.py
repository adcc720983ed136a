"""Reports: one service, the same numbers as CSV, XLSX and PDF, for each person only what they may see."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Department
from attendance.models import AttendanceRecord, ClassSession
from attendance.reports import scope
from attendance.reports.counts import Tally
from attendance.reports.queries import ReportKind, Wanted
from attendance.reports.reports import kinds_for, report
from attendance.rules.statuses import Status, percentage
from config.errors import Refused
from config.tables import Subtotal
from config.tables.as_csv import csv_chunks
from config.tables.as_pdf import write_pdf
from config.tables.as_xlsx import write_xlsx
from config.tables.cell_text import preview, text_of
from tests.support import attendance as campus
from tests.support import pdf_text
from tests.support.attendance import NINE, minutes, watched
from tests.support.attendance_history import days, held

MARCH = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}
KNOWN = [status.value for status in Status if status != Status.EXPECTED]


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(ada, grace, teacher=teacher)


@pytest.fixture
def two_weeks(cs101, ada, grace):
    """Ada: present, late. Grace: absent, excused."""
    first = held(cs101, {ada: "present", grace: "absent"})
    return first, held(cs101, {ada: "late", grace: "excused"}, NINE + days(7))


def asked(kind="records", by=None, **narrowed):
    return report(Wanted(kind, **{**MARCH, **narrowed}), by=by)


def rows(kind="records", by=None, **narrowed):
    """The lines as dictionaries, without sums."""
    table = asked(kind, by, **narrowed)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows if not isinstance(row, Subtotal)]


def facts(table):
    return {column.name: value for column, value in table.facts()}


# --- what stands in them ------------------------------------------------------------------------


def test_every_person_of_every_session_has_a_line_oldest_first_then_by_name(two_weeks):
    assert [(row["session"], row["id_number"], row["status"]) for row in rows()] == [
        (NINE, "s-grace", "absent"),
        (NINE, "s-ada", "present"),
        (NINE + days(7), "s-grace", "excused"),
        (NINE + days(7), "s-ada", "late"),
    ]


def test_a_line_says_when_somebody_came_how_late_and_how_long_they_stayed(two_weeks):
    late = rows()[-1]
    assert (late["first_seen"], late["last_seen"]) == (NINE + days(7) + minutes(15), NINE + days(7) + minutes(55))
    assert (late["minutes_late"], late["time"], late["source"]) == (15, minutes(40), "camera")
    absent = rows()[0]
    assert (absent["first_seen"], absent["minutes_late"], absent["time"]) == (None, None, None)


def test_a_person_is_summed_up_by_the_same_rule_for_percentages(two_weeks):
    grace, ada = rows("people")
    assert (ada["counted"], ada["present"], ada["late"], ada["absent"]) == (2, 1, 1, 0)
    assert ada["percentage"] == percentage(["present", "late"]) == 100
    assert (grace["counted"], grace["excused"], grace["percentage"]) == (1, 1, 0)
    assert (ada["time"], grace["time"]) == (minutes(54 + 40), timedelta())


def test_a_session_is_summed_up_with_its_coverage(two_weeks):
    watched(two_weeks[0], 0, 45)
    first, second = rows("sessions")
    assert (first["starts_at"], first["counted"], first["percentage"]) == (NINE, 2, 50)
    assert (second["counted"], second["excused"], second["percentage"]) == (1, 1, 100)
    assert (first["coverage"], second["coverage"]) == (75, 0)


def test_nobody_who_counts_for_nothing_has_a_percentage(cs101, ada):
    held(cs101, {ada: "excused"})
    assert rows("people")[0]["percentage"] is None
    assert facts(asked("people"))["percentage"] is None


def test_only_sessions_that_are_over_count(two_weeks, cs101, ada):
    campus.session(cs101, NINE + days(1))
    cancelled = held(cs101, {ada: "present"}, NINE + days(2))
    ClassSession.objects.filter(pk=cancelled.pk).update(state="cancelled")
    assert len(rows()) == 4
    assert len(rows("sessions")) == 2


def test_the_period_is_in_days_of_the_site(two_weeks, settings, cs101, ada):
    settings.TIME_ZONE = "Pacific/Auckland"  # nine in the morning in UTC is ten in the evening there
    held(cs101, {ada: "present"}, NINE + timedelta(hours=3))  # after midnight: the third of March
    assert len(rows(since=date(2026, 3, 2), until=date(2026, 3, 2))) == 2
    assert len(rows(since=date(2026, 3, 3), until=date(2026, 3, 3))) == 1


@pytest.mark.parametrize(("kind", "lines"), [("records", 2), ("people", 1), ("sessions", 2)])
def test_a_report_is_narrowed_to_a_person_a_department_a_group(two_weeks, cs101, ada, kind, lines):
    maths = Department.objects.create(code="maths", name="Mathematics")
    ada.department = maths
    ada.save()
    cs101.enrollments.filter(person=ada).update(group="A")
    for narrowed in ({"person": ada}, {"department": maths}, {"course": cs101, "group": "A"}):
        assert len(rows(kind, **narrowed)) == lines
        assert facts(asked(kind, **narrowed))["counted"] == 2
    assert rows(kind, course=cs101, group="B") == []


def test_a_course_has_a_report_of_its_own(two_weeks, cs101, ada):
    held(campus.course(ada, code="ma202", station=campus.room("room-2")), {ada: "absent"}, NINE + days(1))
    assert len(rows()) == 5
    assert {row["course"] for row in rows(course=cs101)} == {"cs101"}
    assert facts(asked("people", course=cs101))["absent"] == 1


def test_a_status_narrows_records_to_it_and_summaries_to_those_who_have_it(two_weeks):
    assert [row["id_number"] for row in rows(status="late")] == ["s-ada"]
    [ada] = rows("people", status="late")
    assert (ada["counted"], ada["present"], ada["late"]) == (2, 1, 1)
    [session] = rows("sessions", status="late")
    assert (session["counted"], session["excused"]) == (1, 1)
    assert facts(asked("sessions", status="late"))["counted"] == 1


# --- premises -----------------------------------------------------------------------------------


@pytest.fixture
def entrance(ada, grace):
    return campus.course(ada, grace, code="gate", kind="premises", roster="everyone")


def test_premises_say_first_in_last_out_and_hours_with_a_sum_for_each_person(entrance, ada, grace):
    held(entrance, {ada: "present", grace: "absent"}, NINE, 540, came=5, went=485)
    held(entrance, {ada: "present", grace: "present"}, NINE + days(1), 540, came=0, went=240)
    grace_away, grace_there, ada_first, ada_second = rows("premises")
    assert (ada_first["first_in"], ada_first["last_out"]) == (NINE + minutes(5), NINE + minutes(485))
    assert (ada_first["time"], ada_second["time"]) == (minutes(480), minutes(240))
    assert (grace_away["status"], grace_away["time"]) == ("absent", None)
    assert grace_there["day"] == date(2026, 3, 3)
    sums = [row for row in asked("premises").rows if isinstance(row, Subtotal)]
    assert [(row[2], row[5], row[8]) for row in sums] == [
        ("Grace Hopper", "1 day", minutes(240)),
        ("Ada Lovelace", "2 days", minutes(720)),
    ]
    assert facts(asked("premises")) == {"time": minutes(960), "days": 3, "people": 2}


def test_time_that_two_entrances_saw_counts_once(entrance, ada):
    back = campus.course(ada, code="back-door", kind="premises", station=campus.room("room-2"))
    held(entrance, {ada: "present"}, NINE, 480, came=0, went=240)
    held(back, {ada: "present"}, NINE, 480, came=120, went=300)
    [line] = rows("premises")
    assert (line["premises"], line["time"]) == ("gate, back-door", minutes(300))


def test_classes_are_no_premises(two_weeks):
    assert rows("premises") == []


# --- who may see what ---------------------------------------------------------------------------


@pytest.fixture
def elsewhere(administrator, librarian, ada):
    """A course of somebody else's, in which Ada is too."""
    course = campus.course(ada, librarian, code="ma202", station=campus.room("room-2"))
    return held(course, {ada: "absent", librarian: "absent"}, NINE + days(1))


def test_an_administrator_sees_everything(two_weeks, elsewhere, administrator):
    assert len(rows(by=administrator)) == 6
    assert len(rows("sessions", by=administrator)) == 3


def test_a_teacher_sees_only_courses_of_their_own(two_weeks, elsewhere, teacher):
    assert len(rows(by=teacher)) == 4
    assert len(rows("sessions", by=teacher)) == 2
    assert {row["id_number"]: row["counted"] for row in rows("people", by=teacher)} == {"s-ada": 2, "s-grace": 1}
    assert rows(by=teacher, course=elsewhere.course) == rows("sessions", by=teacher, course=elsewhere.course) == []


def test_a_teacher_who_learns_elsewhere_sees_there_only_themselves(two_weeks, elsewhere, teacher, ada):
    AttendanceRecord.objects.create(session=elsewhere, person=teacher, status="present")
    assert len(rows(by=teacher)) == 5
    assert [row["starts_at"] for row in rows("sessions", by=teacher, person=ada)] == [NINE, NINE + days(7)]
    assert facts(asked("sessions", by=teacher))["counted"] == 3


def test_a_member_sees_only_their_own_records(two_weeks, elsewhere, grace):
    assert [(row["id_number"], row["status"]) for row in rows(by=grace)] == [
        ("s-grace", "absent"),
        ("s-grace", "excused"),
    ]
    assert [row["id_number"] for row in rows("people", by=grace)] == ["s-grace"]


def test_whoever_keeps_no_rolls_has_no_summary_of_sessions(two_weeks, grace, librarian):
    for person in (grace, librarian):
        assert ReportKind.SESSIONS not in kinds_for(person)
        with pytest.raises(Refused) as caught:
            asked("sessions", by=person)
        assert (caught.value.code, caught.value.status) == ("not_allowed", 403)


# --- the same numbers everywhere ----------------------------------------------------------------


def as_csv(table):
    return list(csv.DictReader(io.StringIO(b"".join(csv_chunks(table)).decode())))


def as_sheet(table):
    file = io.BytesIO()
    write_xlsx(table, file)
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)], book["About"]


def as_pdf(table):
    file = io.BytesIO()
    write_pdf(table, file)
    return pdf_text.text(file.getvalue()).replace("\u00a0", " ")


def a_history(cs101, people, statuses):
    """A session for each list of statuses, one status for each person."""
    for week, of_week in enumerate(statuses):
        held(cs101, dict(zip(people, of_week, strict=False)), NINE + timedelta(hours=5 * week))


ROLLS = st.lists(st.lists(st.sampled_from(KNOWN), min_size=2, max_size=2), min_size=1, max_size=6)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROLLS)
def test_the_numbers_are_those_of_the_rolls_in_every_report_and_every_file(cs101, ada, grace, rolls):
    ClassSession.objects.all().delete()
    a_history(cs101, [ada, grace], rolls)
    every = [status for of_week in rolls for status in of_week]
    truth, share = Counter(every), percentage(every)
    for kind in ("records", "people", "sessions"):
        found = facts(asked(kind))
        assert {status: found[status] for status in KNOWN} == {status: truth[status] for status in KNOWN}
        assert found["percentage"] == share
        assert found["counted"] == len(every) - truth["excused"] - truth["unverified"]
    assert Counter(line["status"] for line in as_csv(asked())) == truth
    for kind in ("people", "sessions"):
        lines = as_csv(asked(kind))
        assert {status: sum(int(line[status]) for line in lines) for status in KNOWN} == {
            status: truth[status] for status in KNOWN
        }
        in_the_sheet(asked(kind), truth, share)
        on_paper_and_page(kind, truth, share)


def in_the_sheet(table, truth, share):
    (header, *lines, totals), about = as_sheet(table)
    names = [column.name for column in table.columns]
    for status in KNOWN:
        place = names.index(status)
        assert totals[place] == sum(line[place] for line in lines) == truth[status]
    shown = totals[names.index("percentage")]
    assert shown is None if share is None else shown == pytest.approx(round(share, 1) / 100)
    assert dict(about.iter_rows(min_col=1, max_col=2, values_only=True))["Present"] == truth["present"]
    assert header[0] in ("Session", "Id number")


def on_paper_and_page(kind, truth, share):
    table = asked(kind)
    columns = {column.name: column for column in table.columns}
    wanted = [text_of(columns[status], truth[status]) for status in KNOWN]
    page = preview(table, 50)
    shown = {column.name: cell.text for column, cell in zip(page.columns, page.totals.cells, strict=True)}
    assert [shown[status] for status in KNOWN] == wanted
    paper = as_pdf(asked(kind))
    total = next(line for line in reversed(paper.splitlines()) if line.startswith("Total"))
    assert [cell for cell in total.split("\t") if cell.isdigit()][1:] == wanted
    if share is not None:
        assert f"{share:.1f} %" in total and shown["percentage"].replace("\u00a0", " ") == f"{share:.1f} %"


@given(st.lists(st.sampled_from(KNOWN)), st.lists(st.sampled_from(KNOWN)))
def test_tallies_add_up(some, others):
    first, second, both = Tally(), Tally(), Tally()
    for tally, statuses in ((first, some), (second, others), (both, some + others)):
        for status in statuses:
            tally.add(status)
    first.include(second)
    assert first == both
    assert both.percentage == percentage(some + others)
    assert both.lines == len(some + others) == both.counted + both.counts["excused"] + both.counts["unverified"]


def test_a_name_that_is_a_formula_leaves_as_text(cs101, ada):
    ada.first_name, ada.last_name = "=HYPERLINK(1)", ""
    ada.save()
    held(cs101, {ada: "present"})
    assert as_csv(asked())[0]["name"] == "'=HYPERLINK(1)"
    sheet, _about = as_sheet(asked("people"))
    assert sheet[1][1] == "=HYPERLINK(1)"


# --- long ones ----------------------------------------------------------------------------------


def test_long_reports_are_read_in_pieces_that_leave_nothing_out(cs101, ada, grace, monkeypatch):
    monkeypatch.setattr(scope, "FIRST_PAGE", 2)
    monkeypatch.setattr(scope, "PAGE", 3)
    monkeypatch.setattr(scope, "PACK", 4)
    a_history(cs101, [ada, grace], [["present", "absent"]] * 10)
    found = rows()
    assert len(found) == 20
    assert [row["session"] for row in found] == sorted(row["session"] for row in found)
    assert len(rows("sessions")) == 10


def test_sessions_that_begin_at_the_same_moment_are_all_read(ada, monkeypatch):
    monkeypatch.setattr(scope, "FIRST_PAGE", 1)
    monkeypatch.setattr(scope, "PAGE", 2)
    for number in range(5):
        held(campus.course(ada, code=f"c-{number}", station=campus.room(f"room-{number}")), {ada: "present"})
    assert [row["course"] for row in rows()] == [f"c-{number}" for number in range(5)]


def test_a_roll_that_is_larger_than_a_pack_comes_alone():
    class Meeting:
        def __init__(self, pk):
            self.pk = pk

    meetings = [Meeting(number) for number in range(5)]
    sizes = {0: 1999, 1: 1, 2: 1, 3: 9000}
    assert [[one.pk for one in pack] for pack in scope.packed(meetings, sizes)] == [[0, 1], [2], [3], [4]]


def test_the_first_lines_of_a_long_report_need_few_questions(cs101, ada, grace, django_assert_max_num_queries):
    a_history(cs101, [ada, grace], [["present", "absent"]] * 40)
    with django_assert_max_num_queries(4):
        assert next(iter(csv_chunks(asked()))).count(b"\n") == 2


# --- at the terminal ----------------------------------------------------------------------------


def written(*arguments, **how):
    out = io.StringIO()
    call_command("attendance_report", *arguments, stdout=out, stderr=io.StringIO(), **how)
    return out.getvalue()


@pytest.mark.parametrize(("form", "begins"), [("csv", b"session,"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_command_writes_each_format(two_weeks, tmp_path, form, begins):
    file = tmp_path / "report"
    period = ("--from", "2026-03-01", "--to", "2026-03-31")
    said = json.loads(written("--course", "cs101", *period, "--format", form, "--output", str(file), "--json"))
    assert file.read_bytes().startswith(begins)
    assert (said["rows"], said["totals"]["counted"], said["totals"]["percentage"]) == (4, 3, 66.7)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_the_command_says_the_totals_in_words(two_weeks, tmp_path):
    said = written("--from", "2026-03-01", "--to", "2026-03-31", "--output", str(tmp_path / "r"), "--kind", "people")
    assert "Attendance     66.7\u00a0%" in said
    assert "Wrote 2 lines to" in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--course", "nowhere"], "--course: There is no such course"),
        (["--from", "yesterday"], "--from: Enter a valid date."),
        (["--from", "2026-03-02", "--to", "2026-03-01"], "--to: The period ends before it begins."),
        (["--person", "s-nobody"], "there is no such person"),
        (["--department", "nowhere"], "--department: There is no such department."),
        (["--group", "A"], "--group: Choose a course as well"),
        (["--status", "asleep"], "--status: Select a valid choice"),
        (["--kind", "everything"], "--kind: Select a valid choice"),
        (["--format", "docx"], "'docx' is not a format"),
        (["--output", "/nowhere/report.csv"], "/nowhere/report.csv cannot be written: no such file or directory."),
    ],
)
def test_the_command_refuses_in_one_line_and_leaves_the_older_file(two_weeks, tmp_path, arguments, why):
    file = tmp_path / "report.csv"
    file.write_text("older")
    with pytest.raises(CommandError) as caught:
        written(*(arguments if "--output" in arguments else [*arguments, "--output", str(file)]))
    assert caught.value.returncode == 2
    assert why in str(caught.value) and "\n" not in str(caught.value)
    assert file.read_text() == "older"
