"""Rosters as other systems really write them, through the command: what the look says, the import does."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from attendance.models import Course, Enrollment, SourcedId
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.oneroster import zipped
from tests.support.workbooks import claiming_a_million_rows, workbook

CASES = Path(__file__).resolve().parents[1] / "data/rosters"


@pytest.fixture
def courses(db, teacher):
    rooms = (campus.room(f"room-{number}") for number in range(1, 9))
    return {code: campus.course(code=code, station=next(rooms)) for code in ("bio1", "bio3", "0101")}


@pytest.fixture
def roster(tmp_path):
    """Both ways, with and without a look: the same verdicts."""

    def run(content, *options, name="roster.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        looked = _said(path, "--dry-run", *options)
        done = _said(path, *options)
        assert looked["lines"] == done["lines"], "what the look says, the import does"
        return {(line["file"], line["line"]): line for line in done["lines"]}

    return run


def _said(path, *options):
    out = io.StringIO()
    call_command("import_roster", path, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def case(name):
    return (CASES / name).read_bytes()


def package(name, **changed):
    """The files of a case, as texts, some of them changed by a function."""
    archive = zipfile.ZipFile(io.BytesIO(case(name)))
    files = {member.removesuffix(".csv"): archive.read(member).decode() for member in archive.namelist()}
    return zipped(files | {file: change(files[file]) for file, change in changed.items()})


def refused(verdicts, line, sentence, file="roster.csv"):
    verdict = verdicts[file, line]
    assert verdict["outcome"] == "refused", verdict
    assert sentence in verdict["message"], verdict
    return True


def enrolled():
    return sorted(Enrollment.objects.values_list("course__code", "person__id_number"))


MODES = pytest.mark.parametrize("options", [(), ("--create",)])


# --- who is meant -------------------------------------------------------------------------------


@pytest.fixture
def anna(db):
    return person("s1001", "Anna", last_name="Lind", email="family.lind@example.org")


def test_a_sibling_with_the_same_address_is_a_person_of_their_own(courses, anna, roster):
    refused(roster(case("r_sibling.csv")), 2, "No one has the id number s1002.")
    assert enrolled() == []
    roster(case("r_sibling.csv"), "--create")
    assert enrolled() == [("bio1", "s1002")]
    assert User.objects.get(id_number="s1002").get_full_name() == "Ben Lind"


@MODES
def test_the_same_name_and_address_under_another_number_is_a_question(courses, anna, roster, options):
    table = case("r_sibling.csv").replace(b"Ben", b"ANNA")
    refused(roster(table, *options), 2, "Is it Anna Lind (s1001)?")
    assert enrolled() == []
    assert not User.objects.filter(id_number="s1002").exists()


def test_one_number_with_two_names_in_one_file_adds_one_person_and_asks_for_the_other(courses, roster):
    rows = ["bio1,s7,Anna,Lind", "bio3,s7,Ben,Lind", "bio3,s7,Anna,Lind"]
    verdicts = roster("\n".join(["course,id_number,first_name,last_name", *rows]), "--create")
    refused(verdicts, 3, "Find out which is right.")
    assert enrolled() == [("bio1", "s7"), ("bio3", "s7")]
    assert User.objects.get(id_number="s7").first_name == "Anna"


@MODES
def test_a_number_with_quite_another_name_is_a_question(courses, anna, roster, options):
    table = "course,id_number,first_name,last_name\nbio1,s1001,Otto,Kraus\n"
    refused(roster(table, *options), 2, "Find out which is right.")
    assert enrolled() == []


@pytest.mark.parametrize("name", [",", "Anna,", ",Lind", "Anna,Berg", "ÁNNA,lind", "Lind,Anna", "Анна,Линд"])
def test_names_that_may_be_the_same_person_s_are_no_question(courses, anna, roster, name):
    roster(f"course,id_number,first_name,last_name\nbio1,s1001,{name}\n")
    assert enrolled() == [("bio1", "s1001")]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Jörg Müller", "Joerg Mueller"),
        ("Jörg Müller", "Jorg Muller"),
        ("Åse Ødegård", "Aase Oedegaard"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Joerg Mueller", "Jo\u0308rg Mu\u0308ller"),
    ],
)
def test_names_are_the_same_in_each_of_their_spellings(courses, roster, here, there):
    first, last = here.split()
    person("s8", first, last_name=last)
    header, line = "course,id_number,first_name,last_name", ",".join(["bio1", "s8", *there.split()])
    assert roster(f"{header}\n{line}\n")["roster.csv", 2]["outcome"] == "new"


@MODES
@pytest.mark.parametrize("number", ["881", "0881", "８８１", '"=""881"""', "881\u200b"])
def test_zeros_that_a_spreadsheet_ate_are_a_question_in_both_modes(courses, roster, options, number):
    person("000881", "Olaf", last_name="Zero")
    table = case("r_zero.csv").decode().replace("881", number)
    refused(roster(table, *options), 2, "Is it 000881?")
    assert User.objects.filter(first_name="Olaf").count() == 1
    assert enrolled() == []


def test_whoever_may_be_meant_is_not_missing(courses, roster):
    olaf = person("000881", "Olaf", last_name="Zero")
    kim = person("s-kim", "Kim")
    for who in (olaf, kim):
        Enrollment.objects.create(course=courses["bio3"], person=who)
    roster(case("r_zero.csv") + b"bio3,s-kim,,\n", "--end-missing")
    assert Enrollment.objects.get(person=olaf).until is None


def test_as_long_as_a_number_is_spoiled_nobody_is_missing(courses, anna, roster):
    Enrollment.objects.create(course=courses["bio3"], person=anna)
    kim = person("s-kim", "Kim")
    verdicts = roster(f"course,id_number\nbio3,{kim.id_number}\nbio3,2.1E+13\n", "--end-missing")
    refused(verdicts, 3, "Format the column as text")
    assert Enrollment.objects.get(person=anna).until is None


@MODES
@pytest.mark.parametrize("cell", ["2.10061E+13", "3E+13", "771.0", "2026-11-03", "#N/A", "TRUE"])
def test_a_spoiled_number_adds_nobody(courses, roster, options, cell):
    before = User.objects.count()
    refused(
        roster(f"course,id_number,first_name\nbio3,{cell},Jo\n", *options),
        2,
        "then try again" if cell[0] == "#" else "as text",
    )
    assert User.objects.count() == before


def test_a_workbook_shows_its_numbers(courses, roster):
    person("000881", "Olaf", last_name="Zero")
    rows = (["course", "id_number"], ["bio3", 881])
    assert refused(roster(workbook(*rows), "--create", name="r.xlsx"), 2, "Is it 000881?", file="r.xlsx")
    roster(workbook(*rows, formats={"B2": "000000"}), "--create", name="r.xlsx")
    assert enrolled() == [("bio3", "000881")]


@MODES
def test_a_course_that_lost_its_zero_is_a_question(courses, anna, roster, options):
    refused(roster("course,id_number\n101,s1001\n", *options), 2, "Did you mean 0101?")
    refused(roster("course,id_number\n1.01E+02,s1001\n", *options), 2, "scientific notation")
    roster('course,id_number\n"=""0101""",s1001\n', *options)
    assert enrolled() == [("0101", "s1001")]


# --- lines and columns --------------------------------------------------------------------------


@MODES
def test_more_cells_than_names_are_refused_with_their_line(courses, roster, options):
    refused(roster(case("r_comma.csv"), *options), 2, "This line has more cells than there are column names")
    assert not User.objects.filter(id_number="s2001").exists()


@pytest.mark.parametrize("header", ["id_number,ID Number", "id_number,Id_Number\u00a0", "No,Student number"])
def test_a_column_twice_or_unclear_is_refused_by_its_name(courses, roster, header):
    with pytest.raises(CommandError, match=r"appears twice|could each be id_number") as caught:
        roster(f"course,{header}\nbio3,1,s1001\n")
    assert caught.value.returncode == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_separators_and_letters_are_those_of_people_s_lists(courses, roster, encoding):
    table = "sep=|\r\ncourse|id_number|first_name|last_name\r\nbio3|s9|Jörg|Müller, Dr.\r\n".encode(encoding)
    roster(table, "--create")
    assert User.objects.get(id_number="s9").get_full_name() == "Jörg Müller, Dr."


@pytest.mark.parametrize("address", ["no address", "a@b", "x@example..org", "mailto:a@example.org"])
def test_an_e_mail_that_is_none_is_refused_as_in_people(courses, roster, address):
    table = f"course,id_number,first_name,email\nbio3,s9,Jo,{address}\n"
    refused(roster(table, "--create"), 2, "Enter a valid email address.")
    assert not User.objects.filter(id_number="s9").exists()


def test_a_name_that_is_too_long_is_refused_not_cut(courses, roster):
    refused(roster(f"course,id_number,first_name\nbio3,s9,{'x' * 90}\n", "--create"), 2, "at most 80 characters")


def test_a_sheet_that_claims_a_million_rows_is_two_lines(courses, anna, roster):
    roster(claiming_a_million_rows(["course", "id_number"], ["bio3", "s1001"]), name="r.xlsx")
    assert enrolled() == [("bio3", "s1001")]


# --- one line for each term ---------------------------------------------------------------------


def period(number):
    made = Enrollment.objects.get(person__id_number=number)
    return made.since, made.until


def turned(text):
    header, *rows = text.splitlines()
    return "\n".join([header, *reversed(rows)]) + "\n"


@pytest.mark.parametrize("change", [lambda text: text, turned])
def test_terms_of_one_enrolment_are_one_whatever_their_order(db, roster, change):
    verdicts = roster(package("reenrol.zip", enrollments=change), "--create", name="r.zip")
    assert period("50001") == (date(2026, 8, 20), date(2027, 6, 29))
    assert {verdict["outcome"] for verdict in verdicts.values()} <= {"new", "same"}
    assert any("The two are combined" in verdict["message"] for verdict in verdicts.values())
    again = roster(package("reenrol.zip"), name="r.zip")
    assert {verdict["outcome"] for verdict in again.values()} == {"same"}


def test_terms_of_a_table_are_one_enrolment_too(courses, anna, roster):
    rows = ["bio1,s1001,A,2026-08-20,2026-10-01", "bio1,s1001,,2026-11-02,2027-06-30"]
    for lines in (rows, rows[::-1]):
        roster("\n".join(["course,id_number,group,since,until", *lines]))
        assert period("s1001") == (date(2026, 8, 20), date(2027, 6, 30))
        assert Enrollment.objects.get().group == "A"


def test_a_term_without_an_end_has_none(courses, anna, roster):
    roster("course,id_number,since,until\nbio1,s1001,2026-08-20,2026-10-01\nbio1,s1001,2026-11-02,\n")
    assert period("s1001") == (date(2026, 8, 20), None)


@pytest.mark.parametrize("other", ["S9", "s9"])
def test_terms_of_a_new_person_are_one_whatever_the_case_of_the_number(courses, roster, other):
    header = "course,id_number,first_name,last_name,since,until\n"
    terms = f"bio1,S9,A,Bee,2026-02-01,2026-06-30\nBIO1,{other},A,Bee,2026-09-01,2027-01-31\n"
    roster(header + terms, "--create")
    enrolment = Enrollment.objects.get()
    assert (str(enrolment.since), str(enrolment.until)) == ("2026-02-01", "2027-01-31")


def test_ends_of_several_terms_are_one_end(db, roster):
    roster(case("reenrol.zip"), "--create", name="r.zip")
    for change in (str, turned):
        deleted = package(
            "reenrol.zip", enrollments=lambda text, c=change: c(text).replace(",,,k1", ",tobedeleted,,k1")
        )
        verdicts = roster(deleted, name="r.zip")
        assert {verdict["outcome"] for verdict in verdicts.values()} <= {"ended", "same"}
    assert period("50001")[1] < timezone.localdate()


def test_lines_that_contradict_each_other_are_all_refused(courses, anna, roster):
    verdicts = roster("course,id_number,group\nbio1,s1001,A\nbio1,s1001,B\n")
    assert refused(verdicts, 2, "Lines 2, 3 put the same person in different groups")
    assert refused(verdicts, 3, "different groups")
    assert enrolled() == []


# --- accounts that are gone ---------------------------------------------------------------------


@pytest.mark.parametrize(("said", "why"), [("N", "enabledUser is N"), ("disabled", "enabledUser is disabled")])
def test_whatever_is_not_yes_is_switched_off(db, roster, said, why):
    off = package("reenrol.zip", users=lambda text: text.replace("u1,,,true", f"u1,,,{said}"))
    refused(roster(off, "--create", name="r.zip"), 2, why, file="enrollments.csv")
    assert not User.objects.filter(first_name="Ann").exists()


@pytest.mark.parametrize("said", ["inactive", "deleted", "To be deleted"])
def test_an_account_with_another_status_is_not_added(db, roster, said):
    off = package("reenrol.zip", users=lambda text: text.replace("u1,,,true", f"u1,{said},,true"))
    refused(roster(off, "--create", name="r.zip"), 2, f"status is {said}", file="enrollments.csv")
    assert not User.objects.filter(first_name="Ann").exists()


@pytest.mark.parametrize("said", ["inactive", "deleted"])
def test_enrolments_with_another_status_enrol_nobody(db, roster, said):
    person("50001", "Ann", last_name="Ash")
    off = package("reenrol.zip", enrollments=lambda text: text.replace(",,,k1", f",{said},,k1"))
    roster(off, name="r.zip")
    assert enrolled() == []


def test_letters_that_were_guessed_in_a_package_are_said_with_their_file(db, tmp_path):
    path = tmp_path / "r.zip"
    path.write_bytes(package("reenrol.zip", users=lambda text: text.replace("Ash", "Åsh").encode("cp1252")))
    assert _said(path, "--dry-run")["notes"][0].startswith("users.csv: The file is not UTF-8")


@MODES
def test_accounts_that_are_gone_are_not_added_and_the_verdict_says_why(db, roster, options):
    verdicts = roster(case("disabled.zip"), *options, name="r.zip")
    for line in (2, 3):
        refused(verdicts, line, "disabled this account (enabledUser is false)", file="enrollments.csv")
    refused(verdicts, 4, "deleted this account (status is tobedeleted)", file="enrollments.csv")
    assert not User.objects.filter(id_number__in=["50001", "50002", "u1", "u2"]).exists()


def test_whom_the_other_system_has_deleted_leaves(db, roster):
    roster(case("reenrol.zip"), "--create", name="r.zip")
    gone = package("reenrol.zip", users=lambda text: text.replace("u1,,,true", "u1,tobedeleted,,true"))
    verdicts = roster(gone, name="r.zip")
    assert verdicts["enrollments.csv", 2]["outcome"] == "ended"
    assert "tobedeleted" in verdicts["enrollments.csv", 2]["message"]


def test_whose_account_is_switched_off_stays_but_is_not_enrolled_again(db, roster):
    person("50001", "Ann", last_name="Ash")
    refused(roster(case("disabled.zip"), name="r.zip"), 2, "They are not enrolled.", file="enrollments.csv")
    roster(case("reenrol.zip"), "--create", name="r.zip")
    verdicts = roster(case("disabled.zip"), name="r.zip")
    assert verdicts["enrollments.csv", 2]["outcome"] == "same"
    assert "enabledUser is false" in verdicts["enrollments.csv", 2]["message"]


# --- ids of the other system --------------------------------------------------------------------


def with_user(**fields):
    """The re-enrolment package, its student's fields changed."""
    names = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName"
    old = dict(zip([*names.split(","), "middleName", "identifier", "email"], ANN.split(","), strict=False))

    def users(text):
        return text.replace(ANN, ",".join((old | fields).values()))

    def enrollments(text):
        return text.replace(",u1,", f",{fields.get('sourcedId', 'u1')},")

    return package("reenrol.zip", users=users, enrollments=enrollments)


ANN = "u1,,,true,o1,student,ann1,,Ann,Ash,,50001,ann@example.org"


def test_an_id_elsewhere_that_is_somebody_else_s_number_here_is_not_them(anna, roster):
    roster(with_user(sourcedId="s1001"), "--create", name="r.zip")
    assert ("ALG-1", "50001") in enrolled()
    assert not Enrollment.objects.filter(person=anna).exists()
    assert SourcedId.objects.get(sourced_id="s1001").person.id_number == "50001"


def test_two_new_users_with_one_number_are_a_question_in_both_runs(db, roster):
    def twice(text):
        return text + text.splitlines()[1].replace("u1,", "u9,", 1) + "\n"

    def both(text):
        return text + text.splitlines()[1].replace(",u1,", ",u9,").replace("e1", "e9", 1) + "\n"

    verdicts = roster(package("reenrol.zip", users=twice, enrollments=both), "--create", name="r.zip")
    assert [v["code"] for v in verdicts.values() if v["outcome"] == "refused"] == ["same_person"]
    assert User.objects.filter(id_number="50001").count() == 1


@MODES
def test_without_a_number_such_an_id_is_a_question(anna, roster, options):
    verdicts = roster(with_user(sourcedId="s1001", identifier=""), *options, name="r.zip")
    refused(verdicts, 2, "s1001 is Anna Lind (s1001) here, but the file has the name Ann Ash", file="enrollments.csv")
    assert not Enrollment.objects.filter(person=anna).exists()


def test_without_a_number_an_id_and_an_agreeing_name_are_enough(anna, roster):
    roster(with_user(sourcedId="s1001", identifier="", givenName="Anna", familyName="Lind"), "--create", name="r.zip")
    assert ("ALG-1", "s1001") in enrolled()


@MODES
def test_an_id_elsewhere_that_lost_its_zeros_is_a_question(db, roster, options):
    person("000881", "Ann", last_name="Ash")
    verdicts = roster(with_user(sourcedId="881", identifier="", username="", email=""), *options, name="r.zip")
    refused(verdicts, 2, "Is it 000881?", file="enrollments.csv")
    assert User.objects.filter(first_name="Ann").count() == 1


def test_an_id_of_an_earlier_import_against_a_number_is_a_question(anna, roster):
    roster(case("reenrol.zip"), "--create", name="r.zip")
    verdicts = roster(with_user(identifier="s1001"), name="r.zip")
    refused(verdicts, 2, "Correct one of them", file="enrollments.csv")


def test_users_with_one_id_or_shifted_cells_are_refused_where_they_are_used(db, roster):
    double = package("reenrol.zip", users=lambda text: text + ANN.replace("Ann,Ash", "Otto,Kraus") + ",,,,,\n")
    refused(roster(double, "--create", name="r.zip"), 2, "is in lines 2 and 4", file="enrollments.csv")
    comma = package("reenrol.zip", users=lambda text: text.replace("Ash,,50001", "Ash, Jr.,,50001"))
    refused(roster(comma, "--create", name="r.zip"), 2, "users.csv, line 2: This line has more", file="enrollments.csv")
    assert not User.objects.filter(first_name="Ann").exists()


def test_a_column_twice_in_a_package_is_said_with_its_file(db, roster):
    twice = package("reenrol.zip", users=lambda text: text.replace(",sms,", ",Email,"))
    with pytest.raises(CommandError, match=r"users.csv: The column 'email' appears twice"):
        roster(twice, name="r.zip")


@pytest.mark.parametrize("column", ["identifier", "sourcedId"])
def test_spoiled_ids_elsewhere_add_nobody(db, roster, column):
    refused(
        roster(with_user(**{column: "2.10061E+13"}), "--create", name="r.zip"), 2, "as text", file="enrollments.csv"
    )
    assert not User.objects.filter(first_name="Ann").exists()


def test_a_class_code_that_lost_zeros_or_digits_makes_no_course(courses, roster):
    for code, sentence in (("101", "Did you mean 0101?"), ("2.1E+13", "as text")):
        made = package("reenrol.zip", classes=lambda text, code=code: text.replace("ALG-1", code))
        refused(roster(made, "--create", name="r.zip"), 2, sentence, file="classes.csv")
    assert Course.objects.count() == 3


def test_a_teacher_s_number_without_zeros_is_a_question(db, roster):
    person("0050002", "Bob", Role.TEACHER, last_name="Birch")
    refused(roster(case("reenrol.zip"), "--create", name="r.zip"), 4, "Is it 0050002?", file="enrollments.csv")
