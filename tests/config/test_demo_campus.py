"""`make run` on a fresh machine: a campus of invented people that recognises portraits, also the second time."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import combinations, pairwise
from shutil import copytree

import cv2
import numpy as np
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.consent.consent import give_consent, standing_purposes
from accounts.roles import Purpose, Role
from attendance.models import Appeal, AttendanceRecord, ClassSession
from config.errors import Refused
from config.ops.registries.demo_parts import PARTS
from library.models import Hold, Loan
from lockers.models import Assignment
from recognition.demo import books_film, campus, film, passwords, phone_film, portraits
from recognition.demo.cast import ACCOUNTS, PLACES, SITTERS
from recognition.enrol.enrolment import Photo, enrol
from recognition.faces import identify
from recognition.live import liveness_service, pipeline
from recognition.management import system_checks
from recognition.models import FaceSample, Sighting, Station, StationDevice
from recognition.stations import stations
from recognition.stations.liveness_policy import words_for
from tests.support.fake_engine import BACKGROUND, encode, face_square
from tests.support.snapshots import possible, put_back, rows_now

# Its rows are made by the services that each database is asked about; one such campus is made on each.
pytestmark = pytest.mark.same_on_every_database

User = get_user_model()


def portrait(name: str, shot: film.Shot | None = None) -> bytes:
    """A picture of `name` (a coloured square, see FakeEngine), with the face where the film expects it."""
    centre, size = (shot.centre, shot.face) if shot else ((400, 400), 300)
    canvas = np.full((1200, 960, 3), BACKGROUND, np.uint8)
    left, top = centre[0] - size // 2, centre[1] - size // 2
    canvas[top : top + size, left : left + size] = face_square(name, size)
    return encode(canvas)


@pytest.fixture(scope="module")
def pictures():
    return {
        "obama.jpg": portrait("ada"),
        "obama2.jpg": portrait("ada", film.KNOWN),
        "obama3.jpg": portrait("ada", film.STRANGER),
        "biden.jpg": portrait("stranger", film.STRANGER),
        "astronaut.png": portrait("grace", film.GUEST),
    }


@pytest.fixture
def archives(monkeypatch, pictures):
    """What pip would bring, without pip: an archive and a wheel, with other things in them."""

    def bring(folder):
        with tarfile.open(folder / "face_recognition-1.3.0.tar.gz", "w:gz") as archive:
            _add(archive, "../../outside.txt", b"never unpacked")
            for name in portraits.MEMBERS.keys() - {"astronaut.png"}:
                _add(archive, portraits.MEMBERS[name], pictures[name])
        with zipfile.ZipFile(folder / "scikit_image-0.25.2-any.whl", "w") as wheel:
            wheel.writestr("skimage/__init__.py", "raise SystemExit")
            wheel.writestr(portraits.MEMBERS["astronaut.png"], pictures["astronaut.png"])

    monkeypatch.setattr(portraits, "_download", bring)
    return bring


def _add(archive, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


@pytest.fixture
def site(settings, tmp_path, db, monkeypatch):
    monkeypatch.setattr(books_film, "AWAY", 0.2)  # and so have the films of the library
    monkeypatch.setattr(books_film, "BETWEEN_RETURNS", 0.2)
    monkeypatch.setattr(film, "FPS", 3)  # frames that nobody looks at
    settings.VAR_DIR, settings.DEMO = tmp_path, True
    return tmp_path / "demo"


def parts(*names):
    """Only these apps make their part of the campus. What is held up in the films is there all the same."""
    silent = {name: replace(part, create=str) for name, part in PARTS.items() if name not in names}
    return PARTS.replaced(dict(PARTS.items()) | silent)


@pytest.fixture(scope="module")
def kept():
    """The campus of the first test that wants one: what was said, its rows, its files."""
    return {}


@pytest.fixture
def made(site, archives, kept, tmp_path_factory):
    """The campus as the command makes it, without what the apps add; gives what the command said."""
    if kept:
        put_back(kept["rows"])
        copytree(kept["files"], site)
        return kept["said"]
    said = create()
    if possible():
        kept |= {"said": said, "rows": rows_now(), "files": tmp_path_factory.mktemp("campus") / "demo"}
        copytree(site, kept["files"])
    return said


def create(*names) -> str:
    out = StringIO()
    with parts(*names):
        call_command("demo_campus", stdout=out, stderr=out)
    return out.getvalue()


def name_on(frame) -> list[str | None]:
    data = cv2.imencode(".jpg", frame)[1].tobytes()
    faces = identify.identify_image(data, purpose=Purpose.RECEPTION)
    return [face.person.name if face.person else None for face in sorted(faces, key=lambda face: face.box.x)]


def test_the_campus_has_a_cast_a_station_and_a_film(site, made):
    assert "Barack Obama: 2 photos enrolled." in made
    assert User.objects.filter(role=Role.MEMBER, affiliation="student").count() >= 18
    assert {user.role for user in User.objects.all()} == set(Role.values)
    assert Station.objects.get(slug="demo").purpose == Purpose.RECEPTION
    assert (site / "clip.avi").stat().st_size > 100_000
    assert not list(site.glob("*.part*"))


def test_the_film_shows_somebody_known_and_a_stranger_from_other_photos(site, made):
    frames = list(film.frames(site / "portraits"))

    def names(number, seconds=film.SECONDS / 2):
        return name_on(frames[round((number * film.SLOT + seconds) * film.FPS)])

    assert names(0) == [None]
    assert names(0, film.SECONDS + film.PAUSE / 2) == names(1) == []
    assert names(2) == ["Barack Obama"]
    assert names(6) == ["Barack Obama", None]
    enrolled = {photo for sitter in SITTERS for photo in sitter.photos}
    scripts = (film.ENTRANCE, film.LIBRARY, film.CLASSROOM)
    assert enrolled.isdisjoint(shot.photo for script in scripts for shots in script.scenes for shot in shots)


@pytest.fixture(scope="module")
def films(pictures, tmp_path_factory):
    """Every film of the campus as it is, by the name of its file: a picture for each second, in a loop."""
    folder = tmp_path_factory.mktemp("films")
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(film, "FPS", 3)
        scripts = campus.scripts(folder, [thing for part in PARTS for thing in part.things()])
        return {name: list(frames)[::fps] for name, fps, frames in scripts}


def test_every_station_with_a_camera_has_a_film_of_its_own(site, made):
    shown = [place.film for place in PLACES if place.film]
    assert len(shown) == len(set(shown)) == 6
    assert all((site / name).stat().st_size > 0 for name in shown)


def test_no_two_stations_show_the_same_picture_at_the_same_time(films):
    for second in range(round(film.LENGTH)):
        now = {name: pictures[second % len(pictures)] for name, pictures in films.items()}
        alike = [pair for pair in combinations(now, 2) if np.abs(now[pair[0]].astype(int) - now[pair[1]]).mean() < 1]
        assert not alike, f"{second} s: {alike}"


def test_no_film_stands_still_for_long(films):
    for name, pictures in films.items():
        moves = [bool((one != other).any()) for one, other in pairwise(pictures + pictures[:1])]
        longest = max(len(run) for run in "".join(".M"[moved] for moved in moves).split("M"))
        assert longest <= 12, name


def test_all_films_of_people_are_equally_long_so_that_they_stay_apart(films):
    lengths = {name: len(pictures) for name, pictures in films.items()}
    assert lengths["clip.avi"] == lengths["entry.avi"] == lengths["classroom.avi"] == lengths["exit.avi"] == film.LENGTH
    assert lengths["phone.avi"] == film.LENGTH
    assert {len(script.scenes) for script in (film.ENTRANCE, film.LIBRARY, film.CLASSROOM)} == {film.SCENES}


MARGIN = 1.0  # s by which two cameras may be apart: one of them has to connect first


def schedules():
    """When each photo is to be seen, by station."""
    things = [thing for part in PARTS for thing in part.things()]
    return {
        "clip.avi": film.appearances(film.ENTRANCE),
        "phone.avi": phone_film.appearances(),
        "entry.avi": film.appearances(film.LIBRARY),
        "classroom.avi": film.appearances(film.CLASSROOM),
        "exit.avi": books_film.appearances(things),
    }


def meet(one, other):
    return one.begins - MARGIN < other.ends and other.begins - MARGIN < one.ends


def later(one, seconds):
    return one._replace(begins=one.begins + seconds, ends=one.ends + seconds)


def at_two_places(plans):
    """Who would be seen at two stations at once, also where one film begins again before another one."""
    again = {name: [later(one, turn) for one in rows for turn in (0, film.LENGTH)] for name, rows in plans.items()}
    return [
        (first, second, one.photo, one.begins % film.LENGTH)
        for first, second in combinations(again, 2)
        for one in again[first]
        for other in again[second]
        if one.photo == other.photo and meet(one, other)
    ]


def test_in_any_moment_at_most_one_station_shows_a_person():
    plans = schedules()
    assert not at_two_places(plans)
    shown = {name: {one.photo for one in rows} for name, rows in plans.items()}
    assert shown["clip.avi"] == {"obama2.jpg", "biden.jpg"} and shown["phone.avi"] == {"obama2.jpg"}
    assert all(len(shown[name]) == 3 for name in ("entry.avi", "classroom.avi", "exit.avi"))
    late = [later(one, film.SLOT) for one in plans["clip.avi"]]
    assert at_two_places(plans | {"clip.avi": late}), "the calculation finds what it looks for"


def test_each_film_ends_before_it_begins_again():
    for name, rows in schedules().items():
        assert max(one.ends for one in rows) <= film.LENGTH - film.SECONDS / 4, name


def test_the_others_in_the_films_stay_strangers(site, made):
    frames = list(film.frames(site / "portraits", film.CLASSROOM))
    middle = [round((number * film.SLOT + film.SECONDS / 2) * film.FPS) for number in range(film.SCENES)]
    assert name_on(frames[middle[3]]) == [None, None]
    assert name_on(frames[middle[7]]) == ["Barack Obama", None]


def test_the_station_forgets_people_within_each_pause(site, made):
    assert Station.objects.get(slug="demo").forget_after < film.PAUSE


def test_the_film_can_be_played_and_moves(site, made):
    player = cv2.VideoCapture(str(site / "clip.avi"))
    frames = [player.read()[1] for _ in range(10)]
    player.release()
    assert frames[0].shape == (film.HEIGHT, film.WIDTH, 3)
    assert np.abs(frames[0].astype(int) - frames[9].astype(int)).mean() > 1


def test_enrolment_in_the_demo_has_consent_on_record(site, made):
    assert standing_purposes(User.objects.get(id_number="g-obama")) == set(campus.PURPOSES)
    assert not FaceSample.objects.exclude(person__id_number__in=[sitter.id_number for sitter in SITTERS]).exists()


def test_a_class_goes_on_with_weeks_of_history_behind_it(site, made):
    assert "History of Science, 20 people" in create("attendance")
    held = ClassSession.objects.filter(state="closed")
    assert held.count() >= 15
    assert {"present", "late", "absent"} <= set(AttendanceRecord.objects.values_list("status", flat=True))
    now = ClassSession.objects.get(state="open")
    assert now.records.filter(status="present").count() >= 12
    assert now.stations.get().slug == "classroom"
    assert now.records.filter(person__id_number="g-obama", status="expected").exists()  # the camera will see him
    create("attendance")
    assert ClassSession.objects.get(state="open") == now
    assert held.all().count() == held.count()


def test_just_after_midnight_the_guests_are_in_the_class_that_began_yesterday(site, made, monkeypatch):
    midnight = timezone.localtime().replace(hour=0, minute=3, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: midnight)
    create("attendance")
    now = ClassSession.objects.get(state="open")
    assert timezone.localdate(now.starts_at) == midnight.date() - timedelta(days=1)
    assert now.records.filter(person__id_number="g-obama", status="expected").exists()


@pytest.mark.on_every_database
def test_whoever_signs_in_as_the_member_finds_a_class_an_open_question_books_and_a_locker(site, archives):
    create("attendance", "library", "lockers")
    hana = User.objects.get(id_number="member")
    assert hana.attendance.filter(session__state="closed").count() >= 15
    assert hana.attendance.filter(status="excused", corrected=True).count() == 1
    assert Appeal.objects.get(answered_at=None).record.person == hana
    assert Loan.objects.filter(person=hana, open_slot=1).count() == 4
    assert Hold.objects.filter(person=hana, state="waiting").count() == 1
    assert Assignment.objects.filter(customer=hana, open_slot=1).exists()
    stayed = AttendanceRecord.objects.filter(session__state="closed").exclude(first_seen=None)
    assert all(record.last_seen - record.first_seen > timedelta(hours=1) for record in stayed)
    assert not stayed.filter(source="").exists()


def test_secrets_are_for_their_owner_only_and_passwords_work(site, made, client):
    for secret in ("passwords.txt", "demo.token"):
        assert stat.S_IMODE((site / secret).stat().st_mode) == 0o600
    kept = passwords.read(site / "passwords.txt")
    assert kept.keys() == {account.id_number for account in ACCOUNTS}
    for id_number, password in kept.items():
        assert client.login(id_number=id_number, username=id_number, password=password), id_number
    assert stations.authenticate((site / "demo.token").read_text().strip()).station.slug == "demo"


def test_a_second_time_changes_nothing(site, made, monkeypatch):
    def everything():
        files = {path: path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
        rows = [model.objects.count() for model in (User, Station, StationDevice, FaceSample, Sighting)]
        return files, rows, list(User.objects.values_list("password", flat=True))

    before = everything()
    monkeypatch.setattr(portraits, "_download", lambda folder: pytest.fail("fetched again"))
    create()
    assert everything() == before


def test_a_lost_password_file_means_new_passwords(site, made, client):
    (site / "passwords.txt").unlink()
    create()
    password = passwords.read(site / "passwords.txt")["admin"]
    assert client.login(username="admin", password=password)


def test_a_password_that_its_owner_changed_stays(site, made, client):
    teacher = User.objects.get(id_number="teacher")
    teacher.set_password("my own choice of words")
    teacher.save()
    create()
    assert client.login(username="teacher", password="my own choice of words")


def test_a_lost_camera_token_is_replaced_and_the_old_one_ended(site, made):
    old = (site / "demo.token").read_text().strip()
    (site / "demo.token").unlink()
    create()
    assert stations.authenticate((site / "demo.token").read_text().strip())
    with pytest.raises(Refused, match="revoked"):
        stations.authenticate(old)


def test_without_the_archives_the_campus_stands_and_says_so(site, monkeypatch):
    def offline(folder):
        raise Refused("no_archive", "no network")

    monkeypatch.setattr(portraits, "_download", offline)
    said = create()
    assert "The demo runs without faces. The portraits could not be fetched: no network." in said
    assert User.objects.filter(id_number="admin").exists()
    assert not (site / "clip.avi").exists()


def test_pip_itself_refuses_another_file(tmp_path, monkeypatch):
    wrong = tmp_path / "portraits.txt"
    wrong.write_text("face_recognition==1.3.0 --hash=sha256:" + "0" * 64)
    monkeypatch.setattr(portraits, "REQUIREMENTS", wrong)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "face_recognition-1.3.0.tar.gz").write_bytes(b"something else")
    with pytest.raises(Refused, match="DO NOT MATCH THE HASHES"):
        portraits.fetch(tmp_path / "portraits")
    assert list((tmp_path / "portraits").iterdir()) == []


def test_an_archive_without_a_portrait_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(portraits, "_download", lambda folder: None)
    with pytest.raises(Refused, match=r"not contain astronaut\.png"):
        portraits.fetch(tmp_path)


def test_a_real_site_gets_no_invented_people(site, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        create()
    assert not User.objects.exists()


# --- films are photographs ------------------------------------------------------------------------


def test_stations_with_films_ask_for_no_life_and_say_why_but_one_refuses_the_photograph(site, made):
    films = Station.objects.filter(is_film=True, view="walk_up")
    asks = films.get(liveness="passive")
    assert asks.slug == "picture-check" and (site / "phone.avi").exists()
    assert "names no one" in words_for(asks)
    for station in films.exclude(pk=asks.pk):
        assert station.liveness == "off" and "plays photographs" in words_for(station)
    assert system_checks.no_photograph_opens_a_station(None) == []


def test_the_phone_shows_a_photograph_of_somebody_who_is_known(site, made):
    assert name_on(next(phone_film.frames(site / "portraits"))) == ["Barack Obama"]


class Clock:
    """Five pictures a second, however slow this machine is."""

    now = 100.0

    def monotonic(self):
        return self.now


@pytest.mark.data
@pytest.mark.models
@pytest.mark.django_db(transaction=True)
def test_the_real_engine_finds_the_phone_out_and_names_nobody(settings, notices, data, real_engine, ada, monkeypatch):
    """The demo's own film, whose photograph is of somebody enrolled; where liveness is off it names him."""
    settings.LIFE_WATCH = "recognition.live.liveness_service.passive_watch"
    liveness_service.forget_models()  # another test may have left a stand-in for the networks
    clock = Clock()
    monkeypatch.setattr(pipeline, "time", clock)
    give_consent(ada, Purpose.RECEPTION, by=None)
    photos = [Photo(name, (data / "faces/portraits" / name).read_bytes()) for name in ("obama.jpg", "obama3.jpg")]
    enrol(ada, photos, purposes=[Purpose.RECEPTION], by=None, source="folder")
    named, suspected = {}, {}
    for policy in ("passive", "off"):
        station = Station.objects.create(slug=policy, name=policy, liveness=policy, is_film=True)
        results = [*watched(pipeline.StationPipeline(station), data / "faces/portraits", clock)]
        named[policy] = {event.person_id for result in results for event in result.announcements} - {None}
        suspected[policy] = [found.kind for result in results for found in result.suspicions]
    assert named == {"passive": set(), "off": {ada.pk}}
    assert suspected == {"passive": ["picture"], "off": []}


def watched(station, portraits_folder, clock, seconds=12):  # the whole film, once
    every = film.FPS / 5
    frames = list(phone_film.frames(portraits_folder))[: seconds * film.FPS]
    for number in range(seconds * 5):
        clock.now += 0.2
        jpeg = cv2.imencode(".jpg", frames[round(number * every)])[1].tobytes()
        yield station.process(jpeg, timezone.now())
