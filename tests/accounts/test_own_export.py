"""Download my data: everything of mine that an app knows, nothing of anyone else, after the password, and logged."""

import csv
import io
import json
import zipfile

import pytest
from auditlog.models import LogEntry
from django.apps import apps

from accounts.people import own_export
from accounts.roles import Purpose
from library.circulation import loans
from recognition.models import BiometricAccess
from tests.support.faces import enrolled
from tests.support.library import book

PASSWORD = "correct horse battery"


@pytest.fixture
def reader(ada, grace, notices):
    enrolled(ada, "ada", Purpose.LIBRARY)
    loans.check_out(book("B-1"), to=ada, by=None)
    loans.check_out(book("B-2", title="Emma"), to=grace, by=None)
    return ada


def downloaded(client, person, password=PASSWORD):
    client.force_login(person)
    return client.post("/me/download/", {"password": password})


def opened(answer):
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_it_has_a_table_for_each_area_and_ones_own_photos(client, reader):
    files = opened(downloaded(client, reader))
    [me] = json.loads(files.read("person.json"))
    assert (me["id_number"], me["email"]) == ("s-ada", "ada@example.org")
    [loan] = csv.DictReader(io.StringIO(files.read("library-loans.csv").decode()))
    assert loan["barcode"] == "B-1"
    photos = [name for name in files.namelist() if name.startswith("photos/")]
    assert photos and files.read(photos[0])[:2] == b"\xff\xd8"


def test_nothing_of_others_no_password_and_no_vector_is_in_it(client, reader):
    files = opened(downloaded(client, reader))
    text = b"".join(files.read(name) for name in files.namelist() if not name.startswith("photos/")).decode()
    assert "Emma" not in text and "Grace" not in text
    assert reader.password not in text and "embedding" not in text


def test_an_open_screen_is_not_enough(client, reader):
    answer = downloaded(client, reader, "wrong")
    assert "This is not your password" in answer.content.decode()
    assert not BiometricAccess.objects.filter(action="photos_downloaded").exists()


def test_each_download_is_logged(client, reader):
    downloaded(client, reader)
    assert BiometricAccess.objects.get(action="photos_downloaded").person_id_number == "s-ada"
    assert LogEntry.objects.filter(action=LogEntry.Action.ACCESS, object_pk=str(reader.pk)).count() == 1


def test_every_app_with_facts_about_people_contributes():
    assert [name for name, _areas in own_export.AREAS.items()] == [
        "accounts", "recognition", "attendance", "library", "lockers", "visitors", "bell"
    ]  # fmt: skip


def test_every_area_names_its_file_once_and_shows_only_columns():
    areas = [area for areas in own_export.AREAS for area in areas]
    assert len({area.name for area in areas}) == len(areas)
    person = apps.get_model("accounts", "User")(pk=1)
    for area in areas:
        str(area.rows(person).values_list(*area.columns.values()).query)


def test_a_cell_that_reads_as_a_formula_is_none(client, reader):
    reader.first_name = "=1+1"
    reader.save()
    files = opened(downloaded(client, reader))
    [me] = csv.DictReader(io.StringIO(files.read("person.csv").decode()))
    assert not me["first_name"].startswith("=")
