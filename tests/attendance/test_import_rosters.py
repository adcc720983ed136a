"""Rosters from CSV and XLSX: read whatever program wrote them, judged line by line, then applied all at once."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from attendance.imports.rosters import file_kinds, imports
from attendance.imports.rosters.plan import Options
from attendance.models import Enrollment
from config.errors import Refused
from tests.conftest import Role, person
from tests.support import attendance as campus

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = pytest.mark.same_on_every_database


@pytest.fixture
def cs101(ada, teacher):
    return campus.course(ada, teacher=teacher)


def wishes(table, **how):
    data = table if isinstance(table, bytes) else table.encode()
    return file_kinds.from_bytes("roster.csv", data, **how)


def looked(table, course="", **options):
    """The verdicts of a dry run: line, outcome, code."""
    report = imports.dry_run(wishes(table, course=course), Options(**options))
    return [(verdict.line, verdict.outcome.value, verdict.code) for verdict in report.verdicts]


def done(table, course="", **options):
    return imports.apply(wishes(table, course=course), Options(**options))


def roster(course):
    return set(course.enrollments.values_list("person__id_number", flat=True))


def refusal(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


# --- what is read -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "course,id_number,group",
        "Course;ID Number;Section",
        "\nClass Code\tStudent Number\tLab\n"[1:-1],
        "course|ID|group",
        "sep=;\nCOURSE;Id-Number;GROUP",
    ],
)
def test_headers_and_delimiters_are_forgiven(cs101, grace, header):
    mark = next(mark for mark in "\t;|," if mark in header.rpartition("\n")[2])
    table = f"{header}\n{mark.join(['cs101', 's-grace', 'A'])}\n"
    assert done(table).counts["new"] == 1
    assert cs101.enrollments.get(person=grace).group == "A"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_encoding_that_programs_write_is_read(cs101, encoding):
    table = "course,id_number,first name,last name\r\ncs101,s-9,Åsa,Öberg – Müller\r\n".encode(encoding)
    done(table, create=True)
    assert User.objects.get(id_number="s-9").get_full_name() == "Åsa Öberg – Müller"


def test_a_line_with_lost_letters_is_refused_and_the_others_are_not(cs101, grace):
    """The file is UTF-8, but one name was pasted in another encoding."""
    table = "course,id_number,last_name\ncs101,s-grace,Möller\n".encode() + b"cs101,s-ada,M\xf6ller\n"
    assert looked(table) == [(2, "new", "enrolled"), (3, "refused", "broken_encoding")]


def test_letters_that_another_program_has_lost_are_seen_too(cs101, grace):
    assert looked("course,id_number,last_name\ncs101,s-grace,M�ller\n") == [(2, "refused", "broken_encoding")]


def test_a_quotation_mark_that_is_never_closed_is_said_with_its_line(cs101, grace):
    table = 'course,id_number,group\ncs101,s-grace,"A\ncs101,s-ada,B\n'
    assert looked(table) == [(2, "refused", "open_quote")]


def test_lines_are_numbered_as_in_the_file(cs101, grace):
    table = "\n\ncourse,id_number\n\ncs101,s-grace\n,\ncs101,nobody\n"
    assert looked(table) == [(5, "new", "enrolled"), (7, "refused", "unknown_person")]


def test_columns_that_nobody_asked_for_are_named(cs101, grace):
    assert wishes("course,id_number,Shoe size\ncs101,s-grace,38\n").unused == ("Shoe size",)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"course,name\ncs101,Ada\n", "no_id_number"),
        (b"id_number\ns-ada\n", "no_course"),
        (b"course,id_number,ID number\n", "column_twice"),
        (b"\x00\x01\x02\x03\xff\xfe\x80", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 but no archive", "not_a_zip"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(table, code):
    assert refusal(wishes, table) == code


def test_a_file_beyond_the_limit_is_refused(cs101):
    table = "course,id_number\n" + "cs101,s-ada\n" * 4
    assert len(wishes(table, most=4).lines) == 4
    assert refusal(wishes, table, most=3) == "too_many_lines"


# --- XLSX ---------------------------------------------------------------------------------------


def workbook(*rows):
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def test_a_workbook_is_read_as_a_registrar_writes_it(cs101):
    person("1001", "Edsger")
    table = workbook(
        ["Course", "ID number", "Group", "Since", "Until", None],
        ["cs101", 1001, "A", datetime(2026, 9, 1), date(2027, 1, 31), None],
        [None, None, None, None, None, None],
    )
    report = done(table)
    assert (report.kind, report.counts["new"]) == ("xlsx", 1)
    made = Enrollment.objects.get(person__id_number="1001")
    assert (made.group, made.since, made.until) == ("A", date(2026, 9, 1), date(2027, 1, 31))


def test_a_workbook_beyond_the_limit_or_damaged_is_refused():
    table = workbook(["course", "id_number"], *[["cs101", number] for number in range(5)])
    assert refusal(wishes, table, most=4) == "too_many_lines"
    broken = bytearray(table)
    broken[60:400] = b"x" * 340
    assert refusal(wishes, bytes(broken)) in {"damaged_file", "not_a_zip"}


def test_a_workbook_that_would_swell_is_not_opened():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    assert refusal(wishes, data.getvalue()) == "zip_bomb"


# --- what each line does ------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_and_the_import_does_what_it_showed(cs101, grace):
    table = "course,id_number,group,since\ncs101,s-grace,A,2026-09-01\ncs101,s-ada,B,\n"
    shown = looked(table)
    assert shown == [(2, "new", "enrolled"), (3, "changed", "changed")]
    assert roster(cs101) == {"s-ada"}
    report = done(table)
    assert [(verdict.line, verdict.outcome.value, verdict.code) for verdict in report.verdicts] == shown
    assert report.verdicts[1].message == "group: – → B"
    assert cs101.enrollments.get(person=grace).since == date(2026, 9, 1)


def test_importing_again_changes_nothing(cs101, grace):
    table = "course,id_number,group,since\ncs101,s-grace,A,2026-09-01\n"
    done(table)
    before = LogEntry.objects.count()
    assert looked(table) == [(2, "same", "enrolled")]
    assert done(table).changes == 0
    assert LogEntry.objects.count() == before


def test_a_person_who_stands_in_the_file_twice_is_enrolled_once(cs101, grace):
    table = "course,id_number\ncs101,s-grace\nCS101,s-grace\n"
    assert looked(table) == [(2, "new", "enrolled"), (3, "refused", "twice")]
    report = done(table)
    assert report.verdicts[1].message == "The same person is already in line 2."
    assert cs101.enrollments.filter(person=grace).count() == 1


def test_small_and_large_letters_of_a_number_are_one_person(cs101, grace):
    table = "course,id_number\ncs101,S-GRACE\ncs101,s-grace\n"
    assert looked(table) == [(2, "new", "enrolled"), (3, "refused", "twice")]


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("cs101,nobody,,", "unknown_person", "No one has the id number nobody."),
        ("cs101,12,,", "unknown_person", "No one has the id number 12. Is it 0012? Spreadsheets remove leading zeros."),
        ("cs000,s-ada,,", "unknown_course", "There is no course with the code cs000, or it is not one of yours."),
        ("cs101,s-ada,31/12/2026,", "bad_date", "'31/12/2026' is not a date. Write it like 2026-09-30."),
        ("cs101,s-ada,2026-02-30,", "bad_date", "'2026-02-30' is not a date. Write it like 2026-09-30."),
        (
            "cs101,s-ada,2026-03-02,2026-03-01",
            "ends_before_it_begins",
            "The enrolment ends before it begins. Correct one of the two days.",
        ),
        ("cs101,,2026-03-02,", "no_id_number", "The id number is missing."),
        (",s-ada,,", "no_course", "The course is missing."),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_plain_words(cs101, line, code, sentence):
    person("0012", "Bond")
    report = imports.dry_run(wishes(f"course,id_number,since,until\n{line}\n"), Options())
    [verdict] = report.verdicts
    assert (verdict.outcome.value, verdict.code, verdict.message) == ("refused", code, sentence)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-09-30", 30), ("2026/9/3", 3), ("3.9.2026", 3), ("30.09.2026", 30), ("2026-09-30T00:00:00", 30)],
)
def test_days_are_read_as_long_as_nobody_can_take_the_month_for_the_day(cs101, grace, text, day):
    done(f"course,id_number,since\ncs101,s-grace,{text}\n")
    assert cs101.enrollments.get(person=grace).since == date(2026, 9, day)


def test_a_refused_line_stops_no_other_one(cs101, grace):
    report = done("course,id_number\ncs101,nobody\ncs101,s-grace\n")
    assert (report.counts["refused"], report.counts["new"]) == (1, 1)
    assert roster(cs101) == {"s-ada", "s-grace"}


def test_what_the_file_does_not_speak_of_stays(cs101, ada):
    cs101.enrollments.update(group="A", since=date(2026, 1, 1), until=date(2199, 1, 1))
    assert looked("course,id_number\ncs101,s-ada\n") == [(2, "same", "enrolled")]
    done("course,id_number,until\ncs101,s-ada,\n")
    mine = cs101.enrollments.get()
    assert (mine.group, mine.since, mine.until) == ("A", date(2026, 1, 1), None)


def test_whoever_left_and_is_listed_again_belongs_to_the_course_again(cs101):
    cs101.enrollments.update(until=timezone.localdate() - timedelta(days=3))
    assert looked("course,id_number\ncs101,s-ada\n") == [(2, "changed", "changed")]
    done("course,id_number\ncs101,s-ada\n")
    assert cs101.enrollments.get().until is None


def test_those_who_are_missing_in_the_file_stay_unless_they_are_to_leave(cs101, ada, grace):
    other = campus.course(ada, code="cs102", station=campus.room("room-2"))
    table = "course,id_number\ncs101,s-grace\n"
    assert looked(table) == [(2, "new", "enrolled")]
    assert looked(table, end_missing=True) == [(2, "new", "enrolled"), (0, "ended", "missing")]
    done(table, end_missing=True)
    assert cs101.enrollments.get(person=ada).until == timezone.localdate() - timedelta(days=1)
    assert other.enrollments.get().until is None
    assert looked(table, end_missing=True) == [(2, "same", "enrolled")]


def test_whoever_stands_in_a_refused_line_is_not_missing(cs101, ada, grace):
    table = "course,id_number,since\ncs101,s-grace,\ncs101,s-ada,31/12/2026\n"
    assert looked(table, end_missing=True) == [(2, "new", "enrolled"), (3, "refused", "bad_date")]
    done(table, end_missing=True)
    assert cs101.enrollments.get(person=ada).until is None


def test_nobody_is_taken_out_while_a_line_cannot_be_read(cs101, ada, grace):
    table = "course,id_number,last_name\ncs101,s-grace,Möller\n".encode() + b"cs101,s-ad\xe4,M\xf6ller\n"
    shown = looked(table, end_missing=True)
    assert shown[1:] == [(3, "refused", "broken_encoding"), (0, "refused", "unreadable")]
    done(table, end_missing=True)
    assert cs101.enrollments.get(person=ada).until is None


def test_people_are_added_only_when_that_is_wanted(cs101):
    table = "course,id_number,first_name,last_name,email\ncs101,s-9,Alan,Turing,alan@example.org\ncs101,s-10,,,\n"
    assert looked(table) == [(2, "refused", "unknown_person"), (3, "refused", "unknown_person")]
    assert looked(table, create=True) == [(2, "new", "enrolled"), (3, "refused", "no_name")]
    assert not User.objects.filter(id_number="s-9").exists()
    report = done(table, create=True)
    assert report.verdicts[0].message == "This person is added. Is enrolled."
    alan = User.objects.get(id_number="s-9")
    assert (alan.get_full_name(), alan.email, alan.role, alan.has_usable_password()) == (
        "Alan Turing",
        "alan@example.org",
        Role.MEMBER,
        False,
    )
    assert looked(table, create=True)[0] == (2, "same", "enrolled")


def test_a_number_that_cannot_be_one_adds_nobody(cs101):
    table = "course,id_number,first_name\ncs101,no spaces please,Alan\n"
    assert looked(table, create=True) == [(2, "refused", "bad_number")]


def test_a_file_without_a_course_column_is_for_the_course_that_was_chosen(cs101, grace):
    assert done("id_number\ns-grace\n", course="cs101").counts["new"] == 1
    assert roster(cs101) == {"s-ada", "s-grace"}


def test_an_open_roll_follows_the_import(cs101, grace):
    session = campus.session(cs101, timezone.now())
    done("course,id_number\ncs101,s-grace\n")
    assert session.records.get(person=grace).status == "expected"


def test_what_is_imported_stands_in_the_audit_log(cs101, grace):
    done("course,id_number\ncs101,s-grace\n")
    entry = LogEntry.objects.get_for_object(cs101.enrollments.get(person=grace)).get()
    assert (entry.action, entry.object_repr) == (LogEntry.Action.CREATE, "Grace Hopper (s-grace) · cs101")
    assert entry.changes["person"] == ["None", str(grace.pk)]


def test_a_thousand_new_enrolments_are_few_statements_and_a_thousand_lines_of_the_log(
    cs101, administrator, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr("attendance.imports.rosters.bulk_enrolments.AT_ONCE", 40)
    User.objects.bulk_create([User(id_number=f"x-{number}", first_name="X") for number in range(100)])
    table = "course,id_number\n" + "".join(f"cs101,x-{number}\n" for number in range(100))
    with django_assert_max_num_queries(24):
        done(table, by=administrator)
    assert cs101.enrollments.count() == 101
    entries = LogEntry.objects.filter(content_type__model="enrollment", actor=administrator)
    assert set(entries.values_list("object_id", flat=True)) >= set(
        cs101.enrollments.filter(person__id_number__startswith="x-").values_list("pk", flat=True)
    )


# --- who may ------------------------------------------------------------------------------------


def test_a_teacher_imports_into_her_own_courses_only(cs101, grace, teacher):
    campus.course(code="cs999", station=campus.room("room-9"), teacher=person("t-perlis", "Alan", Role.TEACHER))
    table = "course,id_number\ncs101,s-grace\ncs999,s-grace\n"
    assert looked(table, by=teacher) == [(2, "new", "enrolled"), (3, "refused", "unknown_course")]
    assert refusal(done, table, by=teacher, create=True) == "not_allowed"
    done(table, by=teacher)
    assert list(Enrollment.objects.filter(person=grace).values_list("course__code", flat=True)) == ["cs101"]


def test_a_member_imports_nothing(cs101, grace):
    assert looked("course,id_number\ncs101,s-grace\n", by=grace) == [(2, "refused", "unknown_course")]


def test_a_long_file_costs_few_questions(cs101, django_assert_max_num_queries):
    people = [User(id_number=f"x-{number}", first_name="X") for number in range(300)]
    User.objects.bulk_create(people)
    table = "course,id_number\n" + "".join(f"cs101,x-{number}\n" for number in range(300))
    with django_assert_max_num_queries(12):
        assert len(looked(table)) == 300


def test_if_somebody_else_was_faster_nothing_is_done(cs101, grace, monkeypatch):
    def while_somebody_else_saves(self, made):
        Enrollment.objects.create(course=cs101, person=grace)
        made.course_id, made.person_id = cs101.pk, grace.pk
        self.waiting.append(made)

    monkeypatch.setattr("attendance.imports.rosters.bulk_enrolments.Additions.add", while_somebody_else_saves)
    assert refusal(done, "course,id_number\ncs101,s-grace\n") == "changed_meanwhile"
    assert roster(cs101) == {"s-ada"}
