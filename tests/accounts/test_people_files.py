"""People in and out of spreadsheets."""

import contextlib
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.admin.imports import PeopleFiles
from accounts.models import Department, User
from accounts.people.spreadsheets import AnyCsv, forget_old_uploads
from accounts.roles import Role
from config.errors import Refused
from config.tables import neutral
from config.tables.incoming.cells import plain

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = pytest.mark.same_on_every_database

IMPORT = "/admin/accounts/user/import/"
CSV, XLSX = "0", "1"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def desk(client, administrator):
    Department.objects.create(code="cs", name="Computer science")
    client.force_login(administrator)
    return client


def upload(client, content, kind=CSV, name="people.csv"):
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = name
    return client.post(IMPORT, {"import_file": file, "format": kind, "resource": "0"})


def confirm(client, page):
    return client.post("/admin/accounts/user/process_import/", page.context["confirm_form"].initial)


def problems(page):
    """Every sentence that the page shows, by line of the file."""
    result = page.context["result"]
    lines = {row.number + 1: [s for many in row.error_dict.values() for s in many] for row in result.invalid_rows}
    for row in result.invalid_rows:
        for sentence in lines[row.number + 1]:
            assert sentence in page.content.decode().replace("&#x27;", "'")
    return lines


def workbook(*rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_registrars_list_becomes_people_after_a_look_at_it(desk):
    page = upload(
        desk,
        "id_number,first_name,last_name,email,role,affiliation,department,valid_until,card_barcode,active\n"
        "s-1,Emmy,Noether,emmy@example.org,member,student,cs,2027-09-30,77,yes\n"
        "t-1,Alan,Turing,,Teacher,Employee,,,,\n",
    )
    assert "Emmy" in page.content.decode()
    assert not User.objects.filter(id_number="s-1").exists(), "looking must not import"

    assert confirm(desk, page).status_code == 302
    emmy, alan = User.objects.get(id_number="s-1"), User.objects.get(id_number="t-1")
    assert (emmy.department.code, str(emmy.valid_until), emmy.card_barcode) == ("cs", "2027-09-30", "77")
    assert (alan.role, alan.affiliation, alan.card_barcode) == ("teacher", "employee", None)
    assert not emmy.has_usable_password()


def test_a_known_id_number_is_changed_and_missing_columns_stay(desk, ada):
    confirm(desk, upload(desk, "id_number,last_name\ns-ada,King\n"))
    ada.refresh_from_db()
    assert (ada.last_name, ada.first_name, ada.email) == ("King", "Ada", "ada@example.org")
    assert ada.check_password("correct horse battery")


def test_guardians_come_with_the_list_and_leave_with_it(desk, ada):
    confirm(desk, upload(desk, "id_number,guardian_name,guardian_email\ns-ada,Lady Byron,byron@example.org\n"))
    ada.refresh_from_db()
    assert (ada.guardian_name, ada.guardian_email) == ("Lady Byron", "byron@example.org")
    assert "Lady Byron,byron@example.org" in exported(desk).content.decode()
    wrong = problems(upload(desk, "id_number,guardian_email\ns-ada,no address\n"))
    assert "valid email" in str(wrong[2]).lower()


def test_the_preview_shows_old_and_new(desk, ada):
    page = upload(desk, "id_number,last_name\ns-ada,<b>King</b>\n").content.decode()
    assert "<del>Lovelace</del> <ins>&lt;b&gt;King&lt;/b&gt;</ins>" in page
    assert "style=" not in page, "the page's security policy forbids inline styles"


def test_an_excel_file_with_numbers_dates_and_empty_lines(desk):
    import datetime

    content = workbook(
        ["ID_number", "First_name", "Valid_until", "Card_barcode"],
        [1001, "Grace", datetime.datetime(2027, 9, 30), 4006381333931],
        [None, None, None, None],
        [1002.0, "Hedy", "2027-01-01", None],
        [None, None, None, None],
    )
    confirm(desk, upload(desk, content, XLSX, "people.xlsx"))
    grace = User.objects.get(id_number="1001")
    assert (str(grace.valid_until), grace.card_barcode) == ("2027-09-30", "4006381333931")
    assert User.objects.get(id_number="1002").first_name == "Hedy"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_are_understood(desk, separator):
    confirm(desk, upload(desk, f"\ufeffid_number{separator}first_name\r\ns-7{separator}Zoë\r\n"))
    assert User.objects.get(id_number="s-7").first_name == "Zoë"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("s-1,Emmy,not-an-address,,,,", "Enter a valid email address."),
        ("s-1,Emmy,,rector,,,", "'rector' is not one of: administrator, teacher"),
        ("s-1,Emmy,,,alchemy,,", "No department has the code 'alchemy'."),
        ("s-1,Emmy,,,,30.9.2027,", "'30.9.2027' is not a date. Write it like 2026-09-30."),
        ("s-1,Emmy,,,,,perhaps", "'perhaps' is not yes or no."),
        ("s 1,Emmy,,,,,", "Use up to 32 letters, digits"),
        (",Emmy,,,,,", "This field cannot be blank."),
        ("s-1,,,,,,", "This field cannot be blank."),
    ],
)
def test_a_bad_line_gets_one_clear_sentence_and_nothing_is_imported(desk, line, sentence):
    page = upload(desk, f"id_number,first_name,email,role,department,valid_until,active\ns-0,Good,,,,,\n{line}\n")
    [(number, sentences)] = problems(page).items()
    assert number == 3
    assert len(sentences) == 1
    assert sentences[0].startswith(sentence)
    assert page.context.get("confirm_form") is None
    assert not User.objects.filter(first_name__in=["Good", "Emmy"]).exists()


def test_the_same_id_number_twice_is_named_on_both_lines(desk, caplog):
    caplog.set_level("INFO")
    page = upload(desk, "id_number,first_name\ns-1,Emmy\ns-2,Alan\nS-1,Emil\n")
    assert set(problems(page)) == {2, 4}
    assert "more than once" in problems(page)[2][0]
    assert "A file of people was refused for 2 of its lines" in caplog.text


def test_two_people_cannot_share_a_card(desk, ada):
    User.objects.filter(pk=ada.pk).update(card_barcode="77")
    page = upload(desk, "id_number,first_name,card_barcode\ns-1,Emmy,77\n")
    assert problems(page) == {2: ["Person with this Card barcode already exists."]}


def test_a_membership_cannot_end_before_it_begins(desk):
    page = upload(desk, "id_number,first_name,valid_from,valid_until\ns-1,Emmy,2027-02-01,2027-01-01\n")
    assert problems(page) == {2: ["The membership cannot end before it begins."]}


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        ("name,mail\nEmmy,e@example.org\n", CSV, "one of them must be id_number"),
        (b"\xff\xfe\x00broken", CSV, "one of them must be id_number"),
        (b"PK but no workbook", XLSX, "not a readable ZIP file"),
        (b"id_number,first_name\np1,J\x00o\n", CSV, "it contains NUL characters"),
        ("p1,Jo,Mu\np2,Ann,Li\n", CSV, "one of them must be id_number"),
        ("<html><table></table></html>", CSV, "is a web page or XML"),
        ("", CSV, "empty"),
        ("id_number,first_name\n", CSV, "No valid data to import"),
    ],
)
def test_a_file_that_is_no_list_of_people_gets_one_clear_sentence(desk, content, kind, sentence):
    page = upload(desk, content, kind)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert "Traceback" not in page.content.decode()


def test_a_workbook_that_would_unpack_to_something_huge_is_refused(desk, monkeypatch):
    monkeypatch.setattr("config.tables.incoming.workbook.MOST_UNPACKED", 1000)
    page = upload(desk, workbook(["id_number", "first_name"], ["s-1", "Emmy"]), XLSX)
    assert page.status_code == 400
    assert "is larger than 200 MB when unpacked" in page.content.decode()


def test_a_huge_file_is_refused(desk, monkeypatch):
    monkeypatch.setattr("accounts.admin.imports.MAX_UPLOAD", 10)
    assert "larger than" in upload(desk, "id_number,first_name\ns-1,Emmy\n").content.decode()


# --- Nobody climbs by a file ---


def test_a_file_cannot_make_an_administrator(desk, ada):
    page = upload(desk, "id_number,first_name,role\ns-ada,Ada,administrator\ns-9,New,administrator\n")
    assert set(problems(page)) == {2, 3}
    assert "cannot add or remove administrators" in problems(page)[2][0]


def test_a_file_cannot_unmake_an_administrator_but_may_carry_one_unchanged(desk, administrator):
    page = upload(desk, "id_number,role\na-root,member\n")
    assert set(problems(page)) == {2}
    page = upload(desk, "id_number,role,email\na-root,administrator,m@example.org\n")
    assert confirm(desk, page).status_code == 302
    administrator.refresh_from_db()
    assert (administrator.role, administrator.email) == (Role.ADMINISTRATOR, "m@example.org")


def test_password_pin_and_superuser_columns_are_not_taken(desk, ada):
    before = User.objects.values("password", "pin", "is_superuser").get(pk=ada.pk)
    page = upload(desk, "id_number,first_name,password,pin,is_superuser\ns-ada,Augusta,!stolen,!stolen,1\n")
    confirm(desk, page)
    assert User.objects.values("password", "pin", "is_superuser").get(pk=ada.pk) == before
    assert User.objects.get(pk=ada.pk).first_name == "Augusta"


@pytest.mark.parametrize("who", ["ada", "teacher", "librarian", "officer"])
@pytest.mark.parametrize("address", ["import", "process_import", "export"])
def test_only_administrators_import_and_export(client, request, who, address):
    client.force_login(request.getfixturevalue(who))
    answer = client.post(f"/admin/accounts/user/{address}/", {}, follow=True)
    assert answer.status_code in (403, 405), f"{who} may not {address}"
    assert not answer.headers.get("Content-Disposition")


# --- What lies between the look and the confirmation ---


def test_if_the_people_changed_meanwhile_nothing_is_imported(desk, ada):
    page = upload(desk, "id_number,first_name,card_barcode\ns-0,Good,\ns-1,Emmy,77\n")
    User.objects.filter(pk=ada.pk).update(card_barcode="77")
    answer = desk.post("/admin/accounts/user/process_import/", page.context["confirm_form"].initial, follow=True)
    assert "nothing was imported" in answer.content.decode()
    assert not User.objects.filter(id_number="s-0").exists()


def test_a_tidied_or_forged_upload_is_no_crash(desk):
    page = upload(desk, "id_number,first_name\ns-1,Emmy\n")
    forged = page.context["confirm_form"].initial | {"import_file_name": "../../../etc/passwd"}
    answer = desk.post("/admin/accounts/user/process_import/", forged, follow=True)
    assert "choose the file again" in answer.content.decode()


def test_an_upload_is_deleted_after_the_import_and_after_a_day(desk, tmp_path):
    confirm(desk, upload(desk, "id_number,first_name\ns-1,Emmy\n"))
    assert list((tmp_path / "uploads").iterdir()) == []
    upload(desk, "id_number,first_name\ns-2,Alan\n")
    [left] = (tmp_path / "uploads").iterdir()
    assert left.stat().st_mode & 0o077 == 0, "other users of the machine must not read it"
    import os

    os.utime(left, (0, 0))
    forget_old_uploads()
    assert not left.exists()


# --- Export ---


def exported(client, kind=CSV):
    return client.post("/admin/accounts/user/export/", {"format": kind, "resource": "0"})


def test_an_export_has_everybody_and_no_secret(desk, ada):
    ada.pin = "pbkdf2$secret"
    ada.save()
    answer = exported(desk)
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "s-ada,Ada,Lovelace,ada@example.org,member,student" in text
    assert "pbkdf2" not in text
    assert "md5" not in text


def test_an_export_can_be_imported_again_without_any_change(desk, ada, grace):
    User.objects.filter(pk=grace.pk).update(first_name="=1+1")
    page = upload(desk, exported(desk).content)
    assert {row.import_type for row in page.context["result"].rows} == {"skip"}


def test_a_name_that_is_a_formula_is_only_text_in_the_spreadsheet(desk, ada):
    User.objects.filter(pk=ada.pk).update(first_name="=HYPERLINK(1)", last_name="@SUM(1)")
    assert "'=HYPERLINK(1),'@SUM(1)" in exported(desk).content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(exported(desk, XLSX).content)).active
    cells = [cell for row in sheet for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]


@given(st.text(max_size=20))
def test_no_text_survives_as_a_formula(text):
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(alphabet="=+-@'ab1 ", max_size=10))
def test_marking_a_formula_is_undone_on_the_way_in(text):
    trimmed = text.strip()
    if not (trimmed[:1] == "'" and trimmed[1:2] in "=+-@"):
        assert plain(neutral(trimmed)) == trimmed


@given(st.lists(st.lists(st.text("ab;,\t\"'\n x1", max_size=5), min_size=1, max_size=4), min_size=1, max_size=5))
def test_no_csv_text_breaks_the_reader(rows):
    import csv

    file = io.StringIO()
    csv.writer(file).writerows(rows)
    with contextlib.suppress(Refused):
        AnyCsv().create_dataset(file.getvalue())


def test_the_admin_offers_csv_and_excel_and_nothing_else():
    assert [kind().get_title() for kind in PeopleFiles.formats] == ["csv", "xlsx"]
