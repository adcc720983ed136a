"""Properties of the parser: what was written is read again, and no file of any kind breaks it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from attendance.imports.rosters import file_kinds, imports, oneroster
from attendance.imports.rosters.plan import Options
from attendance.imports.rosters.rows import Wishes
from config.errors import Refused
from config.tables.incoming import read_table
from config.tables.incoming.days import day_of
from config.tables.incoming.decoding import LOST, text_of
from tests.support import attendance as campus
from tests.support.oneroster import package, zipped

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = pytest.mark.same_on_every_database

quickly = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
letters = st.characters(categories=("L", "N"), exclude_characters="İ")
words = st.text(letters, min_size=1, max_size=12)
western = st.text(st.sampled_from("abcXYZ019äöüßéèñçÅØœž–…€"), min_size=1, max_size=12)
cells = words | st.just("") | st.tuples(words, st.sampled_from([" ", ",", ";", '"', "\t", "|"]), words).map("".join)


def written(rows, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


@quickly
@given(
    st.lists(st.tuples(words, words, cells), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_was_written_is_read_again(rows, delimiter, encoding):
    data = written([("course", "id_number", "group"), *rows], delimiter).encode(encoding)
    table = read_table("roster.csv", data)
    read = [(row["course"], row["idnumber"], row["group"]) for row in table.rows]
    assert read == [(a, b, c.strip()) for a, b, c in rows]
    assert not any(row.problem for row in table.rows)


@quickly
@given(st.lists(st.tuples(western, western), min_size=1, max_size=6))
def test_windows_letters_are_read_again(rows):
    data = written([("course", "id_number"), *rows], ";").encode("cp1252")
    assume(not any(not line.isascii() and _is_utf8(line) for line in data.split(b"\n")))
    assert [(row["course"], row["idnumber"]) for row in read_table("roster.csv", data).rows] == rows


def _is_utf8(line):
    try:
        return bool(line.decode("utf-8") or True)
    except UnicodeDecodeError:
        return False


@quickly
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00\x00a")
@example(b"\xef\xbb\xbf")
@example(b'id_number,course\n"')
@example(b"id_number,course\r\rx,y\r")
@example("id_number,course\nÄ,ö\n".encode() + b"\xe4,\xf6\n")
def test_whatever_bytes_come_they_are_read_or_refused_with_a_sentence(data):
    assert isinstance(text_of(data), str)
    try:
        assert isinstance(file_kinds.from_bytes("x", data), Wishes)
    except Refused as refusal:
        assert refusal.code
        assert refusal.message


@quickly
@given(st.binary(max_size=120))
def test_no_line_is_lost_and_none_is_read_with_a_hole_in_it(tail):
    """Whatever follows two good lines, these two are there, or the whole file is refused."""
    data = b"course,id_number\ncs101,s-ada\ncs101,s-grace\n" + tail
    try:
        table = read_table("roster.csv", data)
    except Refused:
        return
    assume("idnumber" in table.columns)
    assert [row["idnumber"] for row in table.rows[:2]] == ["s-ada", "s-grace"]
    assert all(row.problem for row in table.rows if LOST in "".join(row.cells.values()))


@quickly
@given(st.text(max_size=12) | st.dates().map(str) | st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", fullmatch=True))
def test_a_day_is_a_day_nothing_or_refused(text):
    try:
        assert day_of(text) is None or isinstance(day_of(text), date)
    except ValueError as error:
        assert str(error) == text


@quickly
@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_every_day_is_read_in_each_of_its_forms(day):
    forms = (day.isoformat(), f"{day:%Y/%m/%d}", f"{day.day}.{day.month}.{day.year}", f"{day}T00:00:00")
    assert {day_of(form) for form in forms} == {day}


# --- damaged files ------------------------------------------------------------------------------


def a_workbook():
    book, data = Workbook(), io.BytesIO()
    for row in (["course", "id_number"], ["cs101", "s-ada"], ["cs101", "s-grace"]):
        book.active.append(row)
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("whole", [a_workbook(), zipped(package())], ids=["xlsx", "oneroster"])
def test_a_damaged_archive_is_read_or_refused(whole):
    @quickly
    @given(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=8), st.booleans()
    )
    def open_it(damage, cut):
        data = bytearray(whole)
        for place, byte in damage:
            data[place] = byte
        if cut:
            del data[damage[0][0] :]
        try:
            assert isinstance(file_kinds.from_bytes("x", bytes(data)), Wishes)
        except Refused as refusal:
            assert refusal.message

    open_it()


@quickly
@given(st.dictionaries(st.sampled_from(oneroster.FILES), st.text(max_size=60)))
def test_whatever_a_package_holds_it_is_read_or_refused(files):
    try:
        assert isinstance(file_kinds.from_bytes("x", zipped(package() | files)), Wishes)
    except Refused as refusal:
        assert refusal.message


def test_no_table_breaks_the_judging(ada, grace, teacher):
    campus.course(ada, teacher=teacher)
    known = st.sampled_from(["cs101", "s-ada", "s-grace", "2026-03-01", "2026-02-30", "", "0012", "x" * 50])
    columns = ["course", "id_number", "group", "since", "until", "first_name", "email"]

    @quickly
    @given(st.lists(st.tuples(*[known | words] * len(columns)), max_size=5), st.booleans(), st.booleans())
    def judge(rows, create, end_missing):
        wishes = file_kinds.from_bytes("x", written([columns, *rows], ",").encode())
        report = imports.dry_run(wishes, Options(create=create, end_missing=end_missing))
        assert sum(verdict.line > 0 for verdict in report.verdicts) == sum(any(row) for row in rows)
        assert all(verdict.message for verdict in report.verdicts)

    judge()


# --- the command --------------------------------------------------------------------------------


def said(*arguments):
    out = io.StringIO()
    call_command("import_roster", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_command_looks_and_then_does(tmp_path, ada, grace, teacher):
    course = campus.course(ada, teacher=teacher)
    path = tmp_path / "roster.csv"
    path.write_text("id_number,shoe size\ns-grace,38\nnobody,40\n")
    text = said(path, "--course", "cs101", "--dry-run")
    assert "roster.csv:3  refused  cs101  nobody: No one has the id number nobody." in text
    assert "Ignored columns: shoe size." in text
    assert "Dry run (nothing was changed): 1 new, 0 changed, 0 ended, 0 same, 1 refused" in text
    assert course.enrollments.count() == 1
    assert "Imported: 1 new" in said(path, "--course", "cs101")
    assert course.enrollments.count() == 2


def test_the_command_prints_one_document(tmp_path, ada, grace, teacher, capfd):
    import json

    path = tmp_path / "package.zip"
    path.write_bytes(zipped(package()))
    document = json.loads(said(path, "--json"))
    assert (document["kind"], document["applied"], document["counts"]["new"]) == ("oneroster", True, 6)
    assert document["lines"][2] == {
        "file": "enrollments.csv",
        "line": 2,
        "course": "ALG-A",
        "person": "Ada Lovelace (s-ada)",
        "outcome": "new",
        "code": "enrolled",
        "message": "Is enrolled.",
    }
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("content", [None, "", "name\nAda\n"])
def test_a_file_that_is_wrong_as_a_whole_exits_with_2_and_one_line(db, tmp_path, content):
    path = tmp_path / "roster.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError) as caught:
        said(path)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
