"""Lists of people as registrars' programs really write them, through the admin's import page."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
import tablib

from accounts.models import Department, User
from accounts.people.resources import PersonResource
from tests.conftest import person
from tests.support.workbooks import claiming_a_million_rows, workbook

CASES = Path(__file__).resolve().parents[1] / "data/people"
IMPORT = "/admin/accounts/user/import/"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def desk(client, administrator):
    Department.objects.create(code="012", name="Computer science")
    client.force_login(administrator)
    return client


def upload(client, content, name="people.csv", kind="0"):
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = name
    return client.post(IMPORT, {"import_file": file, "format": kind, "resource": "0"})


def confirm(client, page):
    assert page.status_code == 200
    assert page.context.get("confirm_form"), text_of(page)
    return client.post("/admin/accounts/user/process_import/", page.context["confirm_form"].initial)


def text_of(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def refused(client, content, sentence, **how):
    """The page says so, and nothing can be confirmed or has changed."""
    before = list(User.objects.order_by("pk").values())
    page = upload(client, content, **how)
    assert sentence in text_of(page)
    assert page.context.get("confirm_form") is None
    assert list(User.objects.order_by("pk").values()) == before
    return page


def case(name):
    return (CASES / name).read_bytes()


# --- letters and separators ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        case("p_cp1252.csv"),
        case("p_sep.csv"),
        case("p_sep.csv").decode("utf-8-sig").encode("utf-16"),
        case("p_sep.csv").decode("utf-8-sig").encode("utf-16-le"),
        case("p_sep.csv").decode("utf-8-sig").encode("utf-16-be"),
        case("p_sep.csv").decode("utf-8-sig").replace(";", "|").encode("cp1252"),
        case("p_sep.csv").replace(b";", b"\t").replace(b"sep=\t\r\n", b""),
        case("p_sep.csv").replace(b"\r\n", b"\r"),
        "ID Number,First Name,Surname\np3,Jo\u0308rg,\u00a0Mu\u0308ller\u200b\n".encode(),
    ],
)
def test_every_writing_of_the_same_list_is_read(desk, content):
    confirm(desk, upload(desk, content))
    assert User.objects.get(id_number__in=["p1", "p3"]).get_full_name() == "Jörg Müller"


def test_a_workbook_is_known_by_what_is_in_it_not_by_what_was_chosen(desk):
    confirm(desk, upload(desk, workbook(["id_number", "first_name"], ["p1", "Jo"]), kind="0"))
    confirm(desk, upload(desk, "id_number,first_name\np2,Ann\n", kind="1"))
    assert User.objects.filter(id_number__in=["p1", "p2"]).count() == 2


def test_blank_lines_before_the_names_are_passed_over(desk):
    confirm(desk, upload(desk, case("p_blankhdr.csv")))
    assert User.objects.get(id_number="p16").first_name == "Jo"


@pytest.mark.parametrize("content", ["p16,Jo\np17,Ann\n", "\n\n", "Jo\nAnn\n", workbook(["p1", "Jo"]), workbook()])
def test_a_file_without_names_of_columns_gets_one_sentence_and_400(desk, content):
    page = refused(desk, content, "")
    assert page.status_code == 400
    assert "one of them must be id_number" in text_of(page) or "is empty" in text_of(page)


def test_lines_are_numbered_as_in_the_file(desk):
    page = refused(desk, "\n\nid_number,first_name\n\n\np1,Jo\np2,\n", "This field cannot be blank.")
    [row] = page.context["result"].invalid_rows
    assert row.number + 1 == 7


# --- columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["email,email", "email, Email", "e-mail,EMAIL ", "e_mail,email\u00a0"])
def test_the_same_column_twice_is_refused_by_its_name(desk, ada, header):
    content = case("p_dup.csv").decode().replace("email,email", header)
    page = refused(desk, content, "appears twice")
    assert page.status_code == 400
    assert f"The column '{header.partition(',')[0]}'" in text_of(page)


def test_two_columns_that_may_both_be_meant_are_a_question(desk):
    refused(
        desk, "No,Student number,first_name\n1,p1,Jo\n", "The columns 'No', 'Student number' could each be id_number"
    )


def test_our_own_name_of_a_column_counts_before_others(desk):
    page = upload(desk, "No,id_number,first_name\n1,p1,Jo\n")
    assert "These columns were ignored: No." in text_of(page)
    confirm(desk, page)
    assert User.objects.filter(id_number="p1").exists()
    assert not User.objects.filter(id_number="1").exists()


def test_a_line_with_more_cells_than_names_is_refused_with_its_number(desk):
    page = refused(desk, case("p_comma.csv"), "This line has more cells than there are column names")
    [row] = page.context["result"].invalid_rows
    assert row.number + 1 == 2
    table = workbook(["id_number", "last_name", "first_name"], ["p5", "King", " Jr.", "Martin"])
    refused(desk, table, "This line has more cells than there are column names")


# --- numbers ------------------------------------------------------------------------------------


@pytest.fixture
def zero(desk):
    confirm(desk, upload(desk, case("p_zero1.csv")))
    return User.objects.get(id_number="000771")


@pytest.mark.parametrize("number", ["771", "0771", "７７１", '="771"', "\u00a0771 "])
def test_zeros_that_a_spreadsheet_ate_are_a_question(desk, zero, number):
    quoted = number.replace('"', '""')
    refused(desk, f'id_number,first_name,last_name\n"{quoted}",Zero,Lead\n', "Did you mean 000771?")


def test_zeros_that_were_eaten_earlier_are_a_question_too(desk):
    person("771", "Zero", last_name="Lead")
    refused(desk, "id_number,first_name\n000771,Zero\n", "Did you mean 771?")
    refused(desk, "id_number,first_name\n0055,Emmy\n55,Emmy\n", "Did you mean 0055?")


def test_a_number_of_a_workbook_is_read_as_it_is_shown(desk, zero):
    rows = (["id_number", "first_name", "card_barcode"], [771, "Zoë", 21])
    confirm(desk, upload(desk, workbook(*rows, formats={"A2": "000000", "C2": "0000"}), kind="1"))
    zero.refresh_from_db()
    assert (zero.first_name, zero.card_barcode) == ("Zoë", "0021")
    refused(desk, workbook(*rows), "Did you mean 000771?", kind="1")


def test_the_person_s_own_card_that_lost_its_zeros_is_a_question(desk, zero):
    refused(desk, "id_number,first_name,card_barcode\n000771,Zero,21\n", "Did you mean 0021?")
    refused(desk, "id_number,first_name,card_barcode\np9,New,021\n", "Did you mean 0021?")


def test_wide_digits_and_hard_blanks_are_the_same_person(desk, zero):
    confirm(desk, upload(desk, "id_number,first_name\n\u00a0００0771\u200b,Zoë\n"))
    zero.refresh_from_db()
    assert zero.first_name == "Zoë"
    assert not User.objects.filter(first_name="Zoë").exclude(pk=zero.pk).exists()


def test_small_and_large_letters_are_the_same_person(desk, ada):
    confirm(desk, upload(desk, "id_number,last_name\nS-ADA,King\n"))
    ada.refresh_from_db()
    assert (ada.id_number, ada.last_name) == ("s-ada", "King")


@pytest.mark.parametrize("column", ["id_number", "card_barcode"])
@pytest.mark.parametrize("cell", ["2.10061E+13", "2,10061E+13", "3E+13", "771.0", "2026-11-03", "11-Mar", "#REF!"])
def test_what_a_spreadsheet_spoiled_is_never_stored(desk, column, cell):
    values = {"id_number": "p1", "card_barcode": "77", "first_name": "Jo"} | {column: cell}
    refused(desk, f"{';'.join(values)}\n{';'.join(values.values())}\n", "Format the column as text")


def test_a_day_or_a_formula_error_in_a_workbook_is_no_number(desk):
    import datetime

    refused(desk, workbook(["id_number", "first_name"], [datetime.date(2026, 11, 3), "Jo"]), "is a date")
    refused(desk, workbook(["id_number", "first_name"], [True, "Jo"]), "is yes or no")
    refused(desk, workbook(["id_number", "first_name"], ["p1", "#N/A"]), "is a spreadsheet error")


@pytest.mark.parametrize("cell", ['"=""0021"""', "='0021'", '="0021"'])
def test_a_wrapped_card_is_unwrapped_or_refused(desk, cell):
    page = upload(desk, f"id_number,first_name,card_barcode\np1,Jo,{cell}\n")
    if page.context.get("confirm_form"):
        confirm(desk, page)
    assert set(User.objects.filter(id_number="p1").values_list("card_barcode", flat=True)) <= {"0021"}


def test_a_department_that_lost_its_zero_is_a_question(desk):
    refused(desk, "id_number,first_name,department\np1,Jo,12\n", "Did you mean 012?")


def test_a_card_twice_in_the_file_is_named(desk):
    page = refused(desk, "id_number,first_name,card_barcode\np1,Jo,77\np2,Ann,77\n", "is in this file more than once")
    assert [row.number + 1 for row in page.context["result"].invalid_rows] == [2, 3]


# --- what an empty cell does --------------------------------------------------------------------


def test_what_empty_cells_erase_is_counted_before_it_happens(desk, ada, grace):
    User.objects.filter(pk=ada.pk).update(card_barcode="77")
    page = upload(desk, "id_number,email,card_barcode\ns-ada,,\ns-grace,,\n")
    both = sum(bool(who.email) for who in (ada, grace))
    assert f"Empty cells in this file clear these fields: email {both}, card_barcode 1" in text_of(page)
    assert "An empty cell clears that field" in text_of(desk.get(IMPORT))
    confirm(desk, page)
    ada.refresh_from_db()
    assert (ada.email, ada.card_barcode) == ("", None)


def test_nothing_is_said_where_nothing_is_erased(desk, ada):
    page = upload(desk, "id_number,last_name\ns-ada,King\n")
    assert "Empty cells in this file" not in text_of(page)


# --- large and lying workbooks ------------------------------------------------------------------


def test_a_sheet_that_claims_a_million_rows_is_two_lines(desk):
    page = upload(desk, claiming_a_million_rows(["id_number", "first_name"], ["p1", "Jo"]), kind="1")
    confirm(desk, page)
    assert User.objects.filter(id_number="p1").exists()


def test_a_formula_without_a_result_is_said_with_its_cell(desk):
    page = refused(
        desk, workbook(["id_number", "first_name"], ["p1", '="J"&"o"']), "Cell B2 contains a formula", kind="1"
    )
    assert page.status_code == 400


def test_lines_in_merged_cells_are_refused_and_nothing_is_erased(desk, ada, grace):
    rows = (["id_number", "email"], ["s-ada", "a@example.org"], ["s-grace", None])
    table = workbook(*rows, change=lambda book: book.active.merge_cells("B2:B3"))
    refused(desk, table, "This line contains merged cells", kind="1")


# --- the look, the import, the way out and in ---------------------------------------------------


def test_the_look_writes_nothing_and_holds_no_lock(desk, ada):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        upload(desk, "id_number,last_name\ns-ada,King\np1,\n" + "".join(f"x{n},Y\n" for n in range(20)))
    said = [query["sql"].split()[0] for query in asked if "accounts_user" in query["sql"]]
    assert set(said) == {"SELECT"}


def test_what_the_file_does_not_name_is_not_written_back(desk, ada):
    page = upload(desk, "id_number,last_name\ns-ada,King\n")
    User.objects.filter(pk=ada.pk).update(email="new@example.org", pin_failures=3)
    confirm(desk, page)
    ada.refresh_from_db()
    assert (ada.last_name, ada.email, ada.pin_failures) == ("King", "new@example.org", 3)


@pytest.mark.parametrize("kind", ["0", "1"])
def test_what_was_exported_changes_nothing_when_it_comes_back(desk, ada, kind):
    person(
        "000771", "=1+1", last_name="  Zero", card_barcode="0021", email="zero@example.org", valid_until="2199-01-01"
    )
    person("12.0", "Jo\u0308rg", last_name="Two  Blanks\u00a0Here", guardian_name="'=x", guardian_email="no address")
    person("2.5E13", "-Dash", last_name="Line\nBreak", card_barcode="3.1E+13")
    person("771", "Another", last_name="Seven", card_barcode="21")
    before = list(User.objects.order_by("pk").values())
    content = desk.post("/admin/accounts/user/export/", {"format": kind, "resource": "0"}).content
    page = upload(desk, content, kind=kind)
    assert {row.import_type for row in page.context["result"].rows} == {"skip"}, text_of(page)
    confirm(desk, page)
    assert list(User.objects.order_by("pk").values()) == before


def test_new_people_stand_in_the_audit_log_under_who_imported_them(desk, administrator):
    from auditlog.models import LogEntry

    confirm(desk, upload(desk, "id_number,first_name\np1,Jo\np2,Ann\n"))
    for who in User.objects.filter(id_number__in=["p1", "p2"]):
        entry = LogEntry.objects.get_for_object(who).get()
        assert (entry.action, entry.actor, entry.changes["id_number"][1]) == (0, administrator, who.id_number)


def test_ten_times_as_many_new_people_are_not_ten_times_as_many_writes(desk):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = upload(desk, "id_number,first_name\n" + "".join(f"p{n},Jo\n" for n in range(60)))
    with CaptureQueriesContext(connection) as asked:
        confirm(desk, page)
    writes = [query["sql"] for query in asked if query["sql"].startswith("INSERT") and "session" not in query["sql"]]
    assert len(writes) <= 4, "people, their audit entries, and the admin's own log"


def test_a_data_set_with_a_column_twice_is_refused_too(db):
    result = PersonResource().import_data(
        tablib.Dataset(["p1", "Jo", "Ann"], headers=["id_number", *2 * ["first_name"]])
    )
    assert "The column 'first_name' appears twice." in str(result.base_errors[0].error)
    assert not User.objects.exists()
