"""One table, three files: what a spreadsheet, a program and a printer get, opened again."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from config.ops import env
from config.tables import Column, Kind, Subtotal, Table, as_pdf, as_xlsx, fonts, neutral
from config.tables.as_csv import csv_chunks
from config.tables.cell_text import preview, text_of
from config.tables.files import FORMATS, format_named, table_response
from config.tables.wrapping import wrapped
from tests.support import pdf_text

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COLUMNS = (
    Column("day", "Day", Kind.DATE),
    Column("seen_at", "Seen", Kind.MOMENT, 17),
    Column("name", "Name", width=24),
    Column("status", "Status", words={"left_early": "Left early"}),
    Column("looks", "Looks", Kind.NUMBER, 8),
    Column("share", "Share", Kind.PERCENT, 8),
    Column("time", "Time", Kind.DURATION, 8),
    Column("station", "Station", files_only=True),
    Column("clock", "Clock", Kind.CLOCK, 8),
)
ADA = (
    date(2026, 3, 2),
    NINE,
    "Ada Lovelace",
    "left_early",
    1204,
    66.6667,
    timedelta(hours=26, minutes=5),
    "room-1",
    NINE,
)
TOTALS = ("Total", None, None, None, 1204, 66.6667, timedelta(hours=26, minutes=5), None, None)


def table(*rows, columns=COLUMNS, totals=TOTALS, **more):
    return Table("roll", "The roll", columns, iter(rows), ("cs101 Algorithms",), lambda: totals, **more)


def named(*names):
    return table(*[(*ADA[:2], name, *ADA[3:]) for name in names])


def as_csv(of, **how):
    return b"".join(csv_chunks(of, **how)).decode()


def csv_rows(of):
    return list(csv.reader(io.StringIO(as_csv(of))))


def sheet(of):
    file = io.BytesIO()
    as_xlsx.write_xlsx(of, file)
    return openpyxl.load_workbook(file)


def pdf(of):
    file = io.BytesIO()
    as_pdf.write_pdf(of, file)
    return file.getvalue()


# --- CSV ----------------------------------------------------------------------------------------


def test_csv_is_what_programs_read(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    header, ada = csv_rows(table(ADA))
    assert header == [column.name for column in COLUMNS]
    assert ada == [
        "2026-03-02",
        "2026-03-02T10:00:00+01:00",
        "Ada Lovelace",
        "left_early",
        "1204",
        "66.7",
        "26:05:00",
        "room-1",
        "2026-03-02T10:00:00+01:00",
    ]


def test_csv_carries_a_mark_for_excel_only_when_asked():
    assert as_csv(table(ADA), bom=True).startswith("\ufeffday,")
    assert as_csv(table(ADA)).startswith("day,")


def test_csv_leaves_subtotals_to_whoever_reads_it():
    assert len(csv_rows(table(ADA, Subtotal(ADA), ADA))) == 1 + 2


def test_csv_is_written_while_it_is_read():
    """The first piece leaves before the second row is asked for, and pieces are small however long the table."""
    asked = []
    pieces = csv_chunks(Table("roll", "The roll", COLUMNS, (asked.append(n) or ADA for n in range(20_000))))
    assert next(pieces).count(b"\n") == 2
    assert asked == [0]
    assert max(map(len, pieces)) < 100_000
    assert len(asked) == 20_000


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|'/C calc'!A0"])
def test_nothing_that_a_spreadsheet_would_run_leaves_as_a_formula(evil):
    assert csv_rows(named(evil))[1][2] == f"'{evil}"
    cell = sheet(named(evil)).worksheets[0]["C2"]
    assert cell.data_type == "s"
    assert cell.value.lstrip("\r\n\t") == evil.lstrip("\r\n\t")
    assert neutral(-1) == -1


@given(st.text(max_size=40))
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    assert not csv_rows(named(text))[1][2].startswith(("=", "+", "-", "@", "\t", "\r"))


# --- XLSX ---------------------------------------------------------------------------------------


def test_a_workbook_holds_real_values_in_their_formats(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    page = sheet(table(ADA)).worksheets[0]
    header, ada, totals = page.iter_rows(values_only=True)
    assert header == tuple(column.title for column in COLUMNS)
    assert ada == (
        datetime(2026, 3, 2),
        datetime(2026, 3, 2, 10, 0),
        "Ada Lovelace",
        "Left early",
        1204,
        pytest.approx(0.667),
        timedelta(hours=26, minutes=5),
        "room-1",
        datetime(2026, 3, 2, 10, 0),
    )
    assert totals[0] == "Total" and totals[4:7] == ada[4:7]
    assert [cell.number_format for cell in page[2]] == [
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm:ss",
        "General",
        "General",
        "#,##0",
        "0.0%",
        "[h]:mm",
        "General",
        "hh:mm:ss",
    ]


def test_a_workbook_is_ready_to_work_with():
    book = sheet(table(ADA, ADA))
    page = book.worksheets[0]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:I3"  # without the totals
    assert page["A1"].font.bold and page["A4"].font.bold and not page["A2"].font.bold
    assert page.column_dimensions["C"].width > page.column_dimensions["E"].width >= 8
    about = [row[0] for row in book["About"].iter_rows(values_only=True)]
    assert about[:3] == ["Ostiary", "The roll", "cs101 Algorithms"]


def test_letters_that_a_workbook_cannot_hold_are_left_out():
    assert sheet(named("A\x00d\x0ba")).worksheets[0]["C2"].value == "Ada"


def test_nor_above_the_rows_where_what_was_asked_for_is_repeated():
    """schemathesis asked for the report of a group with a bell in its name."""
    about = [row[0] for row in sheet(replace(named("Ada"), subtitles=("Group \x07A",)))["About"].values]
    assert "Group A" in about


def test_a_workbook_longer_than_excel_opens_is_refused_and_csv_recommended(monkeypatch):
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="CSV") as caught:
        sheet(table(ADA, ADA))
    assert caught.value.code == "too_long_for_xlsx"
    with pytest.raises(Refused):
        sheet(table(size=lambda: 2))


# --- PDF ----------------------------------------------------------------------------------------


def test_a_pdf_has_letterhead_title_rows_totals_and_page_numbers():
    lines = pdf_text.rows(pdf(table(ADA)))
    assert lines[:3] == [["Ostiary"], ["The roll"], ["cs101 Algorithms"]]
    assert lines[3:6] == [
        ["Day", "Seen", "Name", "Status", "Looks", "Share", "Time", "Clock"],
        ["2 Mar 2026", "2 Mar 2026, 09:00", "Ada Lovelace", "Left early", "1,204", "66.7 %", "26:05", "09:00"],
        ["Total", "1,204", "66.7 %", "26:05"],
    ]
    assert lines[-1][-1] == "page 1 of 1"


def test_every_page_of_a_pdf_says_what_it_is_and_repeats_the_header():
    written = pdf(table(*[ADA] * 100))
    pages = [[piece.text for piece in page] for page in pdf_text.pages(written)]
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert {"Ostiary", "The roll", "Name", "Time", f"page {number} of {len(pages)}"} <= set(page)
    assert sum(page.count("Ada Lovelace") for page in pages) == 100
    assert ["Total" in page for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ελένη Παπαδοπούλου", "Кирилл Иванов", "Đặng Thị Nguyệt", "Z\u0301oe"])
def test_names_are_printed_in_their_own_letters(name):
    assert unicodedata.normalize("NFC", name) in pdf_text.text(pdf(named(name)))


def test_names_in_letters_of_the_far_east_name_a_font_that_has_them():
    written = pdf(named("山田 太郎", "김민준", "王小明"))
    assert b"HYGothic-Medium" in written and b"STSong-Light" in written
    assert b"HeiseiKakuGo-W5" in pdf(named("山田 たろう"))


def test_an_empty_pdf_says_so():
    assert "Nothing matches this selection." in pdf_text.text(pdf(table(totals=None)))


def test_few_columns_stand_upright_and_many_across():
    assert b"/MediaBox [ 0 0 595.28 841.89 ]" in pdf(table(("Ada",), columns=COLUMNS[2:3], totals=None))
    assert b"/MediaBox [ 0 0 841.89 595.28 ]" in pdf(table(ADA * 2, columns=COLUMNS * 2, totals=None))


def test_a_pdf_that_nobody_would_read_is_refused_and_csv_recommended(monkeypatch):
    monkeypatch.setattr(as_pdf, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="CSV") as caught:
        pdf(table(ADA, ADA))
    assert caught.value.code == "too_long_for_pdf"


HEIGHTS = st.lists(st.floats(1, 20), max_size=60)


@given(HEIGHTS, st.floats(30, 60), st.floats(40, 80))
def test_pages_hold_every_row_once_and_none_is_overfull(heights, first, later):
    pages = as_pdf.pages_of(heights, first, later)
    assert [number for begin, end in pages for number in range(begin, end)] == list(range(len(heights)))
    for page, (begin, end) in enumerate(pages):
        assert sum(heights[begin:end]) <= (first if page == 0 else later) + 1e-6


@given(st.text(alphabet="aé漢- ", max_size=60), st.floats(20, 80))
def test_no_line_of_a_cell_is_wider_than_its_column(text, width):
    fonts.register()
    for line in wrapped(text, fonts.REGULAR, 8, width):
        assert fonts.width(line, fonts.REGULAR, 8) <= width + 8 or not line.strip()


# --- pages --------------------------------------------------------------------------------------


def test_a_preview_shows_the_first_rows_and_says_whether_there_are_more():
    shown = preview(table(ADA, Subtotal(ADA), ADA), 2)
    assert [cell.text for cell in shown.rows[0].cells][2:5] == ["Ada Lovelace", "Left early", "1,204"]
    assert [row.subtotal for row in shown.rows] == [False, True]
    assert shown.more and [column.name for column in shown.columns][-1] == "clock"
    assert [cell.text for cell in shown.totals.cells][:3] == ["Total", "", ""]
    assert not preview(table(ADA), 2).more


def test_a_cell_that_says_nothing_is_a_dash():
    assert text_of(COLUMNS[1], None) == text_of(COLUMNS[2], "") == "–"


# --- downloads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_downloaded_under_its_name(name):
    answer = table_response(RequestFactory().get("/"), table(ADA), name)
    body = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == FORMATS[name].content_type
    assert answer["Content-Disposition"] == f'attachment; filename="roll.{FORMATS[name].ending}"'
    assert body.startswith({"csv": b"day,", "csv-excel": b"\xef\xbb\xbfday,", "xlsx": b"PK", "pdf": b"%PDF"}[name])
    assert name != "xlsx" or zipfile.ZipFile(io.BytesIO(body)).testzip() is None


def test_a_format_that_does_not_exist_is_refused():
    with pytest.raises(Refused) as caught:
        format_named("docx")
    assert (caught.value.code, caught.value.status) == ("no_such_format", 404)


async def test_under_asgi_the_first_piece_leaves_before_the_last_row_is_read():
    asked = []
    rows = (asked.append(number) or ADA for number in range(5000))
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, io.BytesIO())
    answer = await sync_to_async(table_response)(request, Table("roll", "x", COLUMNS, rows), "csv")
    pieces = aiter(answer)
    first = await anext(pieces)
    assert first.startswith(b"day,") and asked == [0]
    assert len(first + b"".join([piece async for piece in pieces])) > 5000 * 60


# --- what is imported when ----------------------------------------------------------------------

LISTING = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
import config.tables.files, config.urls
print(json.dumps([name for name in ("reportlab", "matplotlib") if name in sys.modules]))
"""


def test_the_writers_are_imported_when_the_first_file_is_written(tmp_path):
    surroundings = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(tmp_path)}
    words = [sys.executable, "-c", LISTING]
    how = {"env": surroundings, "cwd": env.BASE_DIR, "capture_output": True, "text": True}
    done = subprocess.run(words, **how, check=True, timeout=60)
    assert json.loads(done.stdout.splitlines()[-1]) == []
