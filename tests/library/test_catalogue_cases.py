"""Catalogues as tables, through the command: what is spoiled stays out, and what is not spoken of stays."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from library.models import Copy, Title
from tests.support.library import book
from tests.support.workbooks import claiming_a_million_rows, workbook

pytestmark = pytest.mark.django_db
CASES = Path(__file__).resolve().parents[1] / "data/catalogue"


@pytest.fixture
def catalogue(tmp_path):
    """Both ways: the same verdicts. Gives them as (verdict, notes)."""

    def run(content, name="catalogue.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        looked, done = _said(path, "--dry-run"), _said(path)
        assert looked == done, "what the look says, the import does"
        return [(record["verdict"], " ".join(record["notes"])) for record in done]

    return run


def _said(path, *options):
    out = io.StringIO()
    call_command("import_catalogue", path, "--json", *options, stdout=out)
    return json.loads(out.getvalue())["records"]


def test_a_line_with_more_cells_than_names_is_refused(catalogue):
    [(verdict, why)] = catalogue((CASES / "c_extra.csv").read_bytes())
    assert (verdict, why.startswith("Line 2: This line has more cells")) == ("skipped", True)
    assert not Title.objects.exists()


def test_barcodes_that_became_a_power_of_ten_are_refused(catalogue):
    verdicts = catalogue((CASES / "c_sci.csv").read_bytes())
    assert [verdict for verdict, _why in verdicts] == ["skipped", "skipped"]
    assert all("3.00001E+13" in why and "Format the column as text" in why for _verdict, why in verdicts)
    assert not Copy.objects.exists()


@pytest.mark.parametrize("cell", ["3,00001E+13", "30001.0", "11-Mar", "2026-11-03", "#REF!", "=A1", "TRUE"])
def test_a_spoiled_barcode_makes_no_copy(catalogue, cell):
    [(verdict, _why)] = catalogue(f"title;barcode\nEmma;{cell}\n")
    assert verdict == "skipped"
    assert not Copy.objects.exists()


def test_a_record_number_that_lost_its_digits_makes_no_title(catalogue):
    assert catalogue("title;record id\nEmma;9.1E+13\n")[0][0] == "skipped"


@pytest.mark.parametrize("cell", ['"=""0021"""', "'0021", "００２１", "\u00a00021\u200b"])
def test_a_wrapped_barcode_is_unwrapped(catalogue, cell):
    catalogue(f"title,barcode\nEmma,{cell}\n")
    assert Copy.objects.get().barcode == "0021"


@pytest.mark.parametrize("barcode", ["21", "021", "00021"])
def test_a_barcode_that_lost_its_zeros_is_a_question(catalogue, barcode):
    book("0021")
    [(_verdict, why)] = catalogue(f"title,barcode\nEmma,{barcode}\n")
    assert "Did you mean 0021?" in why
    assert Copy.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("mark", ";|\t,")
def test_every_writing_of_a_table_is_read(catalogue, encoding, mark):
    text = "\r\n\r\nTitle;Authors;Barcode\r\nEmil und die Detektive;Erich Kästner;E-1\r\n".replace(";", mark)
    assert catalogue(text.encode(encoding))[0][0] == "new"
    assert Title.objects.get().authors == "Erich Kästner"


def test_a_first_line_may_name_the_separator(catalogue):
    catalogue("sep=~\r\ntitle~barcode\r\nMe, Myself; and I~C-8\r\n".encode("utf-16"))
    assert (Title.objects.get().title, Copy.objects.get().barcode) == ("Me, Myself; and I", "C-8")


def test_a_workbook_is_read_as_it_is_shown(catalogue):
    rows = (["Title", "ISBN", "Barcode"], ["Emma", 9780141439587, 21], ["Emil", 439023483, 30000112345678])
    assert [v for v, _why in catalogue(workbook(*rows, formats={"C2": "0000"}), name="c.xlsx")] == ["new", "new"]
    assert set(Copy.objects.values_list("barcode", flat=True)) == {"0021", "30000112345678"}
    assert set(Title.objects.values_list("isbn", flat=True)) == {"9780141439587", "9780439023481"}


def test_a_sheet_that_claims_a_million_rows_is_two_lines(catalogue):
    assert catalogue(claiming_a_million_rows(["title"], ["Emma"]), name="c.xlsx") == [("new", "")]


@pytest.mark.parametrize("header", ["title,barcode,Bar Code", "Title, title ,barcode"])
def test_a_column_twice_is_refused_by_its_name(catalogue, header):
    with pytest.raises(CommandError, match="appears twice"):
        catalogue(f"{header}\nEmma,1,2\n")


def test_columns_that_the_file_does_not_have_stay_and_empty_cells_are_told(catalogue):
    catalogue("title,authors,publisher,isbn\nEmma,Jane Austen,Penguin,9780141439587\n")
    assert catalogue("title,isbn,barcode\nEmma,9780141439587,E-1\n")[0][0] == "changed"
    emma = Title.objects.get()
    assert (emma.authors, emma.publisher, emma.copies.count()) == ("Jane Austen", "Penguin", 1)
    [(_verdict, why)] = catalogue("title,isbn,publisher\nEmma,9780141439587,\n")
    assert "Clears publisher" in why


def test_an_isbn_that_is_wrong_takes_none_away(catalogue):
    catalogue("title,isbn,recordid\nEmma,9780141439587,r1\n")
    catalogue("title,isbn,recordid\nEmma,9780141439588,r1\n")
    assert Title.objects.get().isbn == "9780141439587"


def test_comments_and_notes_of_a_table_are_those_of_people_s_lists(catalogue):
    [(verdict, why), other] = catalogue("# Export of 1 March\ntitle;barcode\nÉtude;1\nEmma;2\n".encode("cp1252"))
    assert verdict == "new"
    assert "Are these right: Étude?" in why
    assert other == ("new", "")


def test_sheets_that_were_not_read_are_named(catalogue):
    two = workbook(["title"], ["Emma"], change=lambda book: book.create_sheet("Annex").append(["title"]))
    assert "Not read: Annex." in catalogue(two, name="c.xlsx")[0][1]


# --- statuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Not for loan", "reference"),
        ("Reference only", "reference"),
        ("In-library use only", "reference"),
        ("Lost", "lost"),
        ("Missing", "lost"),
        ("Weeded", "withdrawn"),
        ("Checked out", "on_loan"),
        ("Available", "available"),
        ("In", "available"),
        ("", "available"),
    ],
)
def test_the_status_of_a_new_copy_is_that_of_the_file(catalogue, said, status):
    assert catalogue(f"title;barcode;status\nEmma;C-1;{said}\n") == [("new", "")]
    assert Copy.objects.get().status == status


def test_a_status_that_says_nothing_here_is_told(catalogue):
    [(verdict, why)] = catalogue("title;barcode;status\nEmma;C-1;At the bindery\n")
    assert (verdict, Copy.objects.get().status) == ("new", "available")
    assert "“At the bindery”" in why
    assert "recorded as available" in why
