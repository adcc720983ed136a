"""The import page: choose a file, look at each verdict, confirm."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from attendance.models import Course, Enrollment
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.oneroster import package, zipped
from tests.support.workbooks import workbook

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
PAGE = "/attendance/import/"
APPLY = "/attendance/import/apply/"
TABLE = b"course,id_number,group\ncs101,s-grace,A\ncs101,nobody,B\n"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def cs101(ada, teacher):
    return campus.course(ada, teacher=teacher)


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(who, backend="accounts.backends.RoleBackend")
        return client

    return sign_in


def upload(client, data=TABLE, page=PAGE, name="roster.csv", **chosen):
    return client.post(page, {"file": SimpleUploadedFile(name, data), **chosen})


def token_of(answer):
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def waiting(folder):
    return list((folder / "uploads").iterdir())


def test_a_teacher_looks_first_and_then_imports(as_, teacher, cs101, grace, tmp_path):
    client = as_(teacher)
    looked = upload(client)
    page = looked.content.decode()
    assert "Nothing has been changed yet." in page
    assert "No one has the id number nobody." in page
    assert "Import 1 line" in page
    assert cs101.enrollments.count() == 1
    assert len(waiting(tmp_path)) == 1
    done = client.post(APPLY, {"token": token_of(looked)})
    assert "1 line was imported" in done.content.decode()
    assert cs101.enrollments.get(person=grace).group == "A"
    assert waiting(tmp_path) == []


def test_a_roster_for_one_course_needs_no_column_for_it(as_, teacher, cs101, grace):
    client = as_(teacher)
    page = "/attendance/courses/cs101/import/"
    assert "Import a roster: Algorithms" in client.get(page).content.decode()
    looked = upload(client, b"id_number\ns-grace\n", page)
    client.post(APPLY, {"token": token_of(looked)})
    assert cs101.enrollments.filter(person=grace).exists()


def test_somebody_else_s_course_is_not_there(as_, cs101, grace):
    stranger = person("t-perlis", "Alan", Role.TEACHER)
    client = as_(stranger)
    assert client.get("/attendance/courses/cs101/import/").status_code == 404
    page = upload(client).content.decode()
    assert "or it is not one of yours" in page
    assert "No line can be imported. Correct the file, then try again." in page
    assert not cs101.enrollments.filter(person=grace).exists()


def test_a_teacher_adds_nobody_and_sets_up_no_courses(as_, teacher, cs101):
    client = as_(teacher)
    assert 'name="create"' not in client.get(PAGE).content.decode()
    upload(client, b"course,id_number,first_name\ncs101,s-9,Alan\n", create="on")
    answer = upload(client, zipped(package()), name="roster.zip")
    assert answer.status_code == 400
    assert "Only administrators can import a OneRoster package" in answer.content.decode()
    assert not Course.objects.filter(code="ALG-A").exists()
    assert Enrollment.objects.count() == 1


def test_an_administrator_imports_a_package_and_adds_its_people(as_, administrator):
    client = as_(administrator)
    looked = upload(client, zipped(package()), name="export.zip", create="on")
    assert "enrollments.csv" in looked.content.decode()
    client.post(APPLY, {"token": token_of(looked)})
    assert set(Course.objects.values_list("code", flat=True)) == {"ALG-A", "ALG-B"}
    again = upload(client, zipped(package()), name="export.zip", create="on")
    assert "There is nothing to import. Everything is already up to date." in again.content.decode()
    assert 'name="token"' not in again.content.decode()


def test_whoever_is_missing_in_the_file_leaves_when_that_is_chosen(as_, teacher, cs101, ada, grace):
    client = as_(teacher)
    looked = upload(client, end_missing="on")
    assert "Is not in the file, so the enrolment ends." in looked.content.decode()
    client.post(APPLY, {"token": token_of(looked)})
    assert cs101.enrollments.get(person=ada).until < timezone.localdate()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "roster.csv is empty."),
        (b"name\nAda\n", "one of them must be id_number"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xd9", "not a text table"),
        (b"PK\x03\x04", "not a readable ZIP file"),
        (b"course,id_number\n", "The file has no lines"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_beside_it(as_, teacher, cs101, data, sentence, tmp_path):
    assert sentence in upload(as_(teacher), data).content.decode()
    assert not (tmp_path / "uploads").exists()


def test_a_file_that_is_too_large_is_refused(as_, teacher, cs101, monkeypatch):
    monkeypatch.setattr("attendance.imports.forms.MAX_UPLOAD", 10)
    answer = upload(as_(teacher))
    assert answer.status_code == 400
    assert "larger than 10 MB" in answer.content.decode()
    monkeypatch.undo()
    monkeypatch.setattr("attendance.imports.views.MOST_LINES", 1)
    assert "There is more than 1 line." in upload(as_(teacher)).content.decode()


def test_a_long_file_shows_what_matters_first(as_, teacher, cs101, monkeypatch):
    monkeypatch.setattr("attendance.imports.views.SHOWN", 1)
    page = upload(as_(teacher), b"course,id_number\ncs101,s-ada\ncs101,nobody\n").content.decode()
    assert "No one has the id number nobody." in page
    assert "1 more line is not shown." in page


def test_an_upload_is_imported_by_its_uploader_within_the_hour_and_unchanged(
    as_, teacher, administrator, cs101, grace, monkeypatch
):
    token = token_of(upload(as_(teacher)))
    client = as_(administrator)
    assert client.post(APPLY, {"token": token}).status_code == 404
    client = as_(teacher)
    assert client.post(APPLY, {"token": token[:-2] + "xx"}).status_code == 404
    assert client.post(APPLY, {}).status_code == 404
    monkeypatch.setattr("attendance.imports.uploads.LIVES", timedelta(seconds=-1))
    assert client.post(APPLY, {"token": token}).status_code == 404
    assert not cs101.enrollments.filter(person=grace).exists()
    monkeypatch.undo()
    assert client.post(APPLY, {"token": token}).status_code == 200
    assert client.post(APPLY, {"token": token}).status_code == 404


def test_a_teacher_who_lost_the_course_meanwhile_imports_nothing(as_, teacher, cs101, grace):
    client = as_(teacher)
    token = token_of(upload(client))
    cs101.teachers.clear()
    page = client.post(APPLY, {"token": token}).content.decode()
    assert "or it is not one of yours" in page
    assert not cs101.enrollments.filter(person=grace).exists()


def test_names_in_a_file_are_only_shown(as_, teacher, cs101):
    page = upload(as_(teacher), b"course,id_number\ncs101,<script>alert(1)</script>\n").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_students_have_no_such_page(as_, ada, cs101):
    client = as_(ada)
    assert client.get(PAGE).status_code == 403
    assert client.post(APPLY, {"token": "x"}).status_code == 403


def test_a_question_is_shown_with_its_line_and_nothing_is_done(as_, administrator, cs101):
    person("000881", "Olaf")
    client = as_(administrator)
    page = upload(client, b"\ncourse,id_number,first_name\ncs101,881,Olaf\ncs101,King, Jr.,Martin\n", create="on")
    text = page.content.decode()
    assert '<td class="num">3</td>' in text
    assert "Is it 000881?" in text
    assert "This line has more cells than there are column names" in text
    assert 'name="token"' not in text


def test_sheets_that_were_not_read_are_named_on_the_page(as_, teacher, cs101, grace):
    data = workbook(
        ["course", "id_number"],
        ["cs101", "s-grace"],
        change=lambda book: book.create_sheet("Remarks").append(["x"]),
    )
    page = upload(as_(teacher), data, name="roster.xlsx").content.decode()
    assert "Not read: Remarks." in page
