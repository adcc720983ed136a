"""Many people at once: a folder, a ZIP, a ZIP with a CSV. And what an operator must not be able to send."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from unicodedata import normalize

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Consent, User
from accounts.roles import Purpose
from config.errors import Refused
from config.web.files import zip_guard
from recognition.enrol.bulk.bulk import BulkEntry, Plan, run
from recognition.enrol.bulk.folder import FilePhoto, names_from
from recognition.enrol.bulk.zip import people_in_zip
from recognition.models import FaceSample, FaceTemplate
from tests import conftest
from tests.support.faces import agrees, photos_of
from tests.support.fake_engine import picture

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]
CREATE = ("--create", "--consent", "library,attendance")


@pytest.fixture
def campus(tmp_path):
    """Two people with three photos each, an empty room among them, and what computers leave lying about."""
    for name, face in (("Ada_Lovelace", "ada"), ("Grace_Brewster_Hopper", "grace")):
        folder = tmp_path / name
        folder.mkdir()
        for photo in photos_of(face):
            (folder / photo.name).write_bytes(photo.data)
        (folder / ".DS_Store").write_bytes(b"x")
    (tmp_path / "Ada_Lovelace" / "room.jpg").write_bytes(picture())
    (tmp_path / "pairs.csv").write_text("first,second,same\n")
    return tmp_path


def told(capsys, command, *arguments):
    call_command(command, *map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def refused_with(capsys, command, *arguments):
    with pytest.raises(CommandError) as error:
        call_command(command, *map(str, arguments))
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
    return str(error.value)


def nobody_is_here():
    return not (User.objects.exists() or FaceSample.objects.exists() or Consent.objects.exists())


# --- A folder -------------------------------------------------------------------------------------
def test_a_folder_creates_people_records_consent_and_enrols(campus, capsys):
    report = told(capsys, "enrol_folder", campus, *CREATE)
    assert {key: report[key] for key in ("people", "created", "accepted", "rejected")} == {
        "people": 2,
        "created": 2,
        "accepted": 6,
        "rejected": 1,
    }
    assert report["seconds"] > 0
    room = next(photo for photo in report["photos"] if photo["path"].endswith("room.jpg"))
    assert (room["accepted"], room["reason"]) == (False, "No face was found in this photo.")
    grace = User.objects.get(id_number="Grace_Brewster_Hopper")
    assert (grace.first_name, grace.last_name) == ("Grace", "Brewster Hopper")
    assert not grace.has_usable_password()
    assert set(grace.consents.values_list("purpose", "standing")) == {("library", True), ("attendance", True)}
    assert FaceTemplate.objects.filter(person=grace, photos=3).count() == 2


def test_running_it_again_changes_nothing(campus, capsys):
    told(capsys, "enrol_folder", campus, *CREATE)
    again = told(capsys, "enrol_folder", campus, *CREATE)
    assert (again["people"], again["created"], again["accepted"]) == (2, 0, 6)
    assert {photo["code"] for photo in again["photos"]} == {"already_enrolled", "no_face"}
    assert FaceSample.objects.count() == 6


def test_a_dry_run_judges_everything_and_writes_nothing(campus, capsys):
    report = told(capsys, "enrol_folder", campus, *CREATE, "--dry-run")
    assert (report["people"], report["accepted"], report["rejected"]) == (2, 6, 1)
    assert nobody_is_here()


def test_without_create_strangers_stay_strangers(campus, capsys):
    report = told(capsys, "enrol_folder", campus, "--consent", "library")
    assert (report["people"], report["accepted"], report["rejected"]) == (0, 0, 7)
    assert report["photos"][0]["reason"] == "No one has the id number Ada_Lovelace."
    assert nobody_is_here()


def test_people_who_did_not_agree_are_not_enrolled(ada, grace, tmp_path, capsys):
    agrees(grace, Purpose.LOCKERS)
    for person, face in ((ada, "ada"), (grace, "grace")):
        (tmp_path / person.id_number).mkdir()
        (tmp_path / person.id_number / "1.jpg").write_bytes(picture(face))
    report = told(capsys, "enrol_folder", tmp_path)
    assert [photo["code"] for photo in report["photos"]] == ["no_consent", None]
    assert list(FaceTemplate.objects.values_list("person__id_number", "purpose")) == [("s-grace", "lockers")]


def test_a_person_without_a_single_good_photo_is_not_created(tmp_path, capsys):
    (tmp_path / "s-9").mkdir()
    (tmp_path / "s-9" / "room.jpg").write_bytes(picture())
    assert told(capsys, "enrol_folder", tmp_path, *CREATE)["people"] == 0
    assert nobody_is_here()


def test_a_folder_that_is_no_id_number_is_told_so(tmp_path, capsys):
    (tmp_path / "not an id!").mkdir()
    (tmp_path / "not an id!" / "1.jpg").write_bytes(picture("ada"))
    photo = told(capsys, "enrol_folder", tmp_path, *CREATE)["photos"][0]
    assert photo["code"] == "invalid_person"
    assert "'not an id!'" in photo["reason"]
    assert nobody_is_here()


def test_the_same_face_in_two_folders_of_one_run_is_warned_about(tmp_path, capsys):
    for name in ("s-1", "s-2"):
        (tmp_path / name).mkdir()
        for photo in photos_of("ada"):
            (tmp_path / name / photo.name).write_bytes(photo.data)
    warnings = told(capsys, "enrol_folder", tmp_path, *CREATE)["warnings"]
    assert [(w["id_number"], w["code"]) for w in warnings] == [("s-2", "looks_like_somebody_else")]


def test_id_numbers_that_differ_only_in_case_are_refused(tmp_path, capsys):
    for name in ("S-1", "s-1"):
        (tmp_path / name).mkdir()
    assert "s-1 occurs more than once" in refused_with(capsys, "enrol_folder", tmp_path, *CREATE)
    assert nobody_is_here()


def test_a_folder_that_is_not_there_or_empty_is_one_clear_line(tmp_path, capsys):
    assert "nowhere does not exist" in refused_with(capsys, "enrol_folder", tmp_path / "nowhere")
    assert "no sub-folders" in refused_with(capsys, "enrol_folder", tmp_path)
    assert "'lunch'" in refused_with(capsys, "enrol_folder", tmp_path, "--consent", "lunch")


def test_a_file_that_cannot_be_read_is_one_verdict(ada, tmp_path):
    agrees(ada, Purpose.LIBRARY)
    photos = [FilePhoto(tmp_path / "gone.jpg"), *photos_of("ada", 1)]
    verdicts = next(run([BulkEntry("s-ada", photos)], Plan("folder", None))).verdicts
    assert [verdict.code for verdict in verdicts] == ["unreadable", None]
    assert "No such file" in verdicts[0].reason


def test_a_huge_file_is_not_read_to_its_end(tmp_path, settings):
    settings.MAX_PHOTO_BYTES = 1_000
    (tmp_path / "huge.jpg").write_bytes(b"x" * 50_000)
    assert len(FilePhoto(tmp_path / "huge.jpg").data) == 1_001


def test_a_name_that_is_no_text_can_still_be_reported(tmp_path, capsys):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/s-\xff1"))
    folder.mkdir()
    (folder / "1.jpg").write_bytes(picture("ada"))
    assert told(capsys, "enrol_folder", tmp_path, *CREATE)["photos"][0]["code"] == "invalid_person"


@pytest.mark.parametrize(
    ("folder", "names"), [("Aaron_Peirsol", ("Aaron", "Peirsol")), ("s-1001", ("s-1001", "")), ("_", ("", ""))]
)
def test_a_folder_name_may_be_a_name(folder, names):
    assert names_from(folder) == names


def test_a_librarian_neither_adds_people_nor_enrols_for_the_lockers(librarian):
    with pytest.raises(Refused, match="not_allowed"):
        run([], Plan("zip", librarian, create=True))
    with pytest.raises(Refused, match="not_allowed"):
        run([], Plan("zip", librarian, consent=frozenset({Purpose.LOCKERS})))


def test_a_bulk_run_by_a_librarian_uses_only_the_consent_to_the_library(ada, librarian):
    agrees(ada, Purpose.LIBRARY, Purpose.LOCKERS)
    list(run([BulkEntry("s-ada", photos_of("ada"))], Plan("zip", librarian)))
    assert list(FaceTemplate.objects.values_list("purpose", flat=True)) == ["library"]


def test_standard_output_holds_nothing_but_the_document(campus):
    """In a process of its own: logs and the progress bar go elsewhere."""
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "from unittest.mock import patch\n"
        "import recognition.management.bulk_command as c\n"
        "c.run = lambda entries, plan: iter(())\n"
        f"call_command('enrol_folder', {str(campus)!r}, '--json')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True, timeout=60
    )
    assert json.loads(done.stdout)["people"] == 0


def test_bad_input_leaves_with_2_and_one_line_on_standard_error(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "enrol_folder", str(tmp_path / "nowhere"), "--json"],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().splitlines()[-1] == f"CommandError: The folder {tmp_path / 'nowhere'} does not exist."


def environment():
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}


# --- A ZIP ----------------------------------------------------------------------------------------
def zipped(files, **options):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


FILES = {
    "export/s-1/a.jpg": picture("ada"),
    "export/s-1/b.jpg": picture("ada", width=700),
    "export/s-2/a.jpg": picture("grace"),
    "__MACOSX/export/s-1/._a.jpg": b"x",
    "export/.hidden": b"x",
}


def shape(entries):
    return {entry.id_number: [photo.name for photo in entry.photos] for entry in entries}


def test_the_folder_of_a_photo_in_a_zip_names_the_person():
    assert shape(people_in_zip(zipped(FILES))) == {
        "s-1": ["export/s-1/a.jpg", "export/s-1/b.jpg"],
        "s-2": ["export/s-2/a.jpg"],
    }


def test_a_csv_says_which_photos_are_whose_and_gives_names():
    people = b"id_number;first_name;last_name;photos\r\nx-1;Ada;Lovelace;s-1/b.jpg;\r\n"
    people = people.replace(b"s-1/b.jpg;", b'"s-1/b.jpg; export/s-2/a.jpg"')
    entry = people_in_zip(zipped(FILES), people)[0]
    assert (entry.id_number, entry.first_name, entry.last_name) == ("x-1", "Ada", "Lovelace")
    assert [photo.name for photo in entry.photos] == ["export/s-1/b.jpg", "export/s-2/a.jpg"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_without_photos_takes_the_folder_of_that_name(encoding):
    entries = people_in_zip(zipped(FILES), "ID Number,First Name\ns-1,Åse\n\n".encode(encoding))
    assert shape(entries) == {"s-1": ["export/s-1/a.jpg", "export/s-1/b.jpg"]}
    assert entries[0].first_name == "Åse"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("said", ["Jörg_Müller/jörg.jpg", "Fotos/Jörg_Müller"])
def test_accents_in_the_names_of_files_are_written_in_two_ways(form, said):
    files = zipped({normalize(form, "Fotos/Jörg_Müller/jörg.jpg"): b"x"})
    [entry] = people_in_zip(files, f"id_number,photos\ns-1,{said}\n".encode())
    assert [photo.data for photo in entry.photos] == [b"x"]
    assert people_in_zip(files)[0].last_name == "Müller"


def test_a_photo_that_only_the_csv_knows_is_one_verdict(ada):
    entries = people_in_zip(zipped(FILES), b"id_number,photos\ns-ada,nowhere.jpg\n")
    agrees(ada, Purpose.LIBRARY)
    verdict = next(run(entries, Plan("zip", None))).verdicts[0]
    assert (verdict.name, verdict.code) == ("nowhere.jpg", "missing_photo")


def test_enrol_zip_does_the_whole(tmp_path, capsys):
    (tmp_path / "faces.zip").write_bytes(zipped(FILES))
    (tmp_path / "people.csv").write_text("id_number,first_name,last_name\ns-1,Ada,Lovelace\ns-2,Grace,Hopper\n")
    report = told(capsys, "enrol_zip", tmp_path / "faces.zip", "--csv", tmp_path / "people.csv", *CREATE)
    assert (report["people"], report["accepted"], report["rejected"]) == (2, 3, 0)
    assert User.objects.get(id_number="s-2").get_full_name() == "Grace Hopper"
    assert set(FaceSample.objects.values_list("source", flat=True)) == {"zip"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_a_csv_is_read_as_every_other_table_is(encoding):
    people = 'sep=|\r\nStudent ID|First name|photos\r\n"=""0021"""|Jörg|s-1/b.jpg; s-2\r\n'.encode(encoding)
    [entry] = people_in_zip(zipped(FILES), people)
    assert (entry.id_number, entry.first_name, len(entry.photos)) == ("0021", "Jörg", 2)


@pytest.mark.parametrize("create", [False, True])
def test_a_number_that_lost_its_zeros_adds_nobody(db, create):
    conftest.person("000771", "Zero")
    plan = Plan("zip", None, create=create, consent=frozenset({Purpose.LIBRARY}))
    [outcome] = run(people_in_zip(zipped({"771/a.jpg": b"x"})), plan)
    assert "Did you mean 000771?" in str(outcome.verdicts[0])
    assert not User.objects.filter(id_number="771").exists()


BAD_CSVS = {
    "line 2: This line has more cells": b"id_number,last_name,first_name\n1,King, Jr.,Martin\n",
    r"line 2: 2.1E\+13 is a number in scientific notation": b"id_number\n2.1E+13\n",
    "The column 'ID Number' appears twice": b"ID Number,id_number\n1,2\n",
    "no column id_number": b"number,name\n1,Ada\n",
    "a row has no id number": b"id_number,first_name\n,Ada\n",
    "it is empty": b"",
    "not text": b"\xff\x00\xff\xfe\x80",
    "larger": b"id_number\n" + b"x" * 5_000_001,
}


@pytest.mark.parametrize("why", BAD_CSVS)
def test_a_csv_that_cannot_be_used_says_why(why):
    with pytest.raises(Refused, match=f"bad_csv.*{why}"):
        people_in_zip(zipped(FILES), BAD_CSVS[why])


def test_an_id_number_twice_in_a_csv_stops_the_run_before_the_first_photo():
    entries = people_in_zip(zipped(FILES), b"id_number\ns-1\ns-2\ns-1\n")
    with pytest.raises(Refused, match=r"duplicate_id_number.*s-1"):
        run(entries, Plan("zip", None, create=True, consent=frozenset({Purpose.LIBRARY})))


# --- A hostile ZIP --------------------------------------------------------------------------------
def test_a_bomb_is_not_opened():
    with pytest.raises(Refused, match="zip_bomb"):
        people_in_zip(zipped({"s-1/a.jpg": b"\0" * 5_000_000}, compression=zipfile.ZIP_DEFLATED))


def test_a_lie_about_the_size_buys_nothing(settings):
    """The header says 100 bytes; no more than a photo's limit is ever unpacked."""
    settings.MAX_PHOTO_BYTES = 1_000
    data = bytearray(zipped({"s-1/a.jpg": b"\0" * 900_000}, compression=zipfile.ZIP_DEFLATED))
    where = data.rfind(b"PK\x01\x02") + 24
    data[where : where + 4] = (100).to_bytes(4, "little")
    with pytest.raises(Refused, match="damaged_zip"):
        _ = people_in_zip(bytes(data))[0].photos[0].data
    honest = zipped({"s-1/a.jpg": b"\0" * 900_000}, compression=zipfile.ZIP_DEFLATED)
    assert len(people_in_zip(honest)[0].photos[0].data) == 1_001


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "s-1/../../x.jpg", "C:/x.jpg", "s-1\\..\\x.jpg"])
def test_names_that_lead_out_of_the_archive_are_refused(name):
    with pytest.raises(Refused, match="unsafe_path"):
        people_in_zip(zipped({name: b"x"}))


def test_too_many_members_are_refused_before_their_list_is_read(monkeypatch):
    monkeypatch.setattr(zip_guard, "MAX_MEMBERS", 3)
    with pytest.raises(Refused, match="too_many_members"):
        people_in_zip(zipped({f"s-1/{number}.jpg": b"x" for number in range(4)}))
    monkeypatch.setattr(zip_guard, "MAX_MEMBERS", 20_000)
    monkeypatch.setattr(zip_guard, "MAX_LIST_BYTES", 60)
    with pytest.raises(Refused, match="too_many_members"):
        people_in_zip(zipped({f"s-1/{number}.jpg": b"x" for number in range(4)}))


def test_a_zip64_list_is_refused_unread():
    data = zipped({"s-1/a.jpg": b"x"})
    end = data.rfind(b"PK\x05\x06")
    with pytest.raises(Refused, match="too_many_members"):
        people_in_zip(data[:end] + b"PK\x06\x07" + bytes(16) + data[end:])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("s-1/a.jpg", b"x")
        archive.writestr("s-1/a.jpg", b"y")
    with pytest.raises(Refused, match="duplicate_member"):
        people_in_zip(data.getvalue())


def test_a_password_a_torn_file_and_no_zip_at_all_are_each_one_sentence():
    locked = bytearray(zipped({"s-1/a.jpg": b"x"}))
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Refused, match="encrypted_zip"):
        people_in_zip(bytes(locked))
    for junk in (b"", b"no zip", zipped(FILES)[:200], b"PK\x05\x06" + b"\xff" * 18):
        with pytest.raises(Refused) as refusal:
            people_in_zip(junk)
        assert refusal.value.code in ("not_a_zip", "too_many_members")
    torn = bytearray(zipped({"s-1/a.jpg": picture("ada")}))
    torn[200] ^= 0xFF
    with pytest.raises(Refused, match="damaged_zip"):
        _ = people_in_zip(bytes(torn))[0].photos[0].data


def test_a_zip_without_folders_names_nobody():
    with pytest.raises(Refused, match="no_people"):
        people_in_zip(zipped({"a.jpg": picture("ada")}))


def test_a_run_records_how_the_people_agreed(notices, ada, librarian):
    plan = Plan("zip", librarian, consent=frozenset({Purpose.LIBRARY}), how="in_person")
    list(run([BulkEntry("s-ada", photos_of("ada"))], plan))
    assert ada.consents.get().how == "in_person"
