"""“Try it with your own face”: a visitor of the demo is enrolled, greeted, asked for life, and leaves nothing."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.credentials.pins import check_pin
from accounts.models import Consent, User
from config.errors import Refused
from config.ops.jobs import registry
from config.ops.registries.demo_parts import PARTS
from recognition.demo import campus
from recognition.demo.try_it import access, stages, visitors
from recognition.liveness.passive.judging import LIVING
from recognition.models import FaceSample, FaceTemplate, Sighting, Station
from tests.support.faces import photos_of
from tests.support.fake_engine import picture
from tests.support.fake_life import PRINTED, STILL
from tests.support.traces import in_database, in_files

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]
NAME = "Zqvisitora"


@pytest.fixture(autouse=True)
def demo(settings, tmp_path, notices):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    settings.ALLOWED_HOSTS = ["*"]
    stages.forget_all()
    Station.objects.create(slug="try-it", name="Try it", purpose="reception")
    yield
    stages.forget_all()


def browser(host="localhost", **fields):
    return Client(HTTP_HOST=host, **fields)


def begun(client=None, name=NAME):
    client = client or browser()
    answer = client.post("/try-it/", {"name": name, "agrees": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/try-it/photos/")
    return client


def visitor_of(client):
    return visitors.of(client.cookies[access.COOKIE].value)


def photographed(client, who="ada"):
    files = [SimpleUploadedFile(photo.name, photo.data, "image/jpeg") for photo in photos_of(who)]
    return client.post("/try-it/photos/save/", {"purposes": "reception", "photos": files})


def shown(client, *names, times=1, path="/try-it/station/look/", **drawing):
    for _ in range(times):
        answer = client.post(path, picture(*names, **drawing), content_type="image/jpeg")
    return answer.json()


def enrolled():
    client = begun()
    assert photographed(client).json()["accepted"] == 3
    return client


# --- the way through ------------------------------------------------------------------------------


def test_a_visitor_is_photographed_greeted_and_told_the_numbers():
    client = enrolled()
    assert client.get("/try-it/station/").status_code == 200
    said = shown(client, "ada", times=8)
    assert said["title"] == f"Welcome, {NAME}", said
    assert said["greeted"]
    wanted = round(100 / (1 + math.exp(-LIVING)))
    assert any(line.startswith(f"Liveness score: 97 %. A station needs at least {wanted} %") for line in said["lines"])
    assert any("you blinked" in line for line in said["lines"])
    assert any(line.startswith("Distance to your photos: 0.0") for line in said["lines"])
    sighting = Sighting.objects.get()
    assert (sighting.station.slug, sighting.person) == ("try-it", visitor_of(client))


def test_a_photograph_of_the_visitor_is_not_greeted_and_staff_hear_of_it():
    said = shown(enrolled(), "ada", light=PRINTED, times=8)
    assert not said["greeted"] and said["title"] == "Not greeted"
    assert list(Sighting.objects.values_list("outcome", "person")) == [("suspicion", None)]


def test_somebody_who_only_looks_is_asked_to_blink(monkeypatch):
    said = shown(enrolled(), "ada", light=STILL, times=8)
    assert not said["greeted"] and not Sighting.objects.exists()


def test_each_visitor_is_known_by_their_own_browser_only():
    first = enrolled()
    second = begun(name="Other")
    assert photographed(second, "grace").json()["accepted"] == 3
    said = shown(second, "ada", times=8)
    assert not said["greeted"] and NAME not in str(said)
    assert shown(first, "ada", times=8)["greeted"]


def test_whom_else_a_visitor_looks_like_is_told_to_no_visitor():
    enrolled()
    twin = begun(name="Twin")
    answer = photographed(twin)
    assert answer.json()["accepted"] == 3 and NAME not in answer.content.decode()


# --- the challenge --------------------------------------------------------------------------------


class FakeSession:
    def __init__(self, result, progress):
        self._result, self._progress = result, progress

    def progress(self):
        return self._progress

    def feed(self, image, at):
        return self._progress

    def result(self):
        return self._result


def test_the_challenge_comes_after_the_greeting_and_not_before():
    client = enrolled()
    answer = client.post("/try-it/challenge/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_greeted")
    answer = client.post("/try-it/challenge/answer/", picture("ada"), content_type="image/jpeg")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_challenge")


@pytest.mark.parametrize(("face", "opens"), [("ada", True), ("grace", False)])
def test_whoever_passes_is_compared_with_the_visitors_photos(monkeypatch, face, opens):
    client = enrolled()
    assert shown(client, "ada", times=8)["greeted"]
    session = FakeSession(passed_by(face), progress("passed"))
    monkeypatch.setattr(stages.liveness_service, "require_ready", lambda: None)
    monkeypatch.setattr(stages.liveness_service, "issue", lambda now: None)
    monkeypatch.setattr(stages.liveness_service, "begin", lambda challenge: session)
    session._progress = progress("step", step="blink")
    assert client.post("/try-it/challenge/").json()["title"] == "Blink."
    session._progress = progress("passed")
    said = shown(client, "ada", path="/try-it/challenge/answer/")
    assert said["over"] and said["passed"] is opens
    assert ("would have opened" in said["lines"][-1]) is opens
    again = shown(client, "ada", path="/try-it/challenge/answer/")
    assert again["lines"] == said["lines"], "a late picture changes nothing"


def progress(state, step=None):
    from recognition.liveness import Progress

    return Progress(state, step, 0, 3, None, None, 5.0)


def passed_by(face):
    import numpy as np

    from recognition.liveness import Capture, LivenessResult
    from tests.support.fake_engine import FakeEngine, hue_of

    vector = np.asarray(FakeEngine()._vector(hue_of(face)), np.float32)
    return LivenessResult(True, None, (), (), -20.0, 20.0, None, (Capture(vector, 1.0, 0.0),) * 3, {})


# --- nothing is left ------------------------------------------------------------------------------


def test_delete_everything_leaves_nothing(tmp_path):
    client = enrolled()
    shown(client, "ada", times=8)
    who = visitor_of(client)
    words = [NAME, who.id_number]
    assert len(in_database(words)) > 2
    answer = client.post("/try-it/delete/")
    assert (
        answer.headers["Location"] == "/try-it/deleted/"
        and "deleted" in client.get("/try-it/deleted/").content.decode()
    )
    assert in_database(words) == [] and in_files(tmp_path, words) == []
    for model in (User, FaceSample, FaceTemplate, Sighting, Consent):
        assert not model.objects.exists(), model
    assert stages._stages == {}
    assert client.post("/try-it/delete/").status_code == 302, "twice is harmless"


def test_after_half_an_hour_a_visitor_is_gone_and_a_younger_one_stays():
    old, young = begun(), begun(name="Young")
    first, second = visitor_of(old), visitor_of(young)
    User.objects.filter(pk=first.pk).update(date_joined=timezone.now() - timedelta(minutes=30))
    assert visitors.of(old.cookies[access.COOKIE].value) is None, "the pages end before the job has come by"
    assert visitors.purge(timezone.now()) == 1
    assert list(User.objects.all()) == [second]
    assert registry.find("recognition.visitors")


def test_the_next_start_of_the_demo_deletes_them_all(settings, monkeypatch):
    begun()
    monkeypatch.setattr(campus, "_show", lambda say: None)
    with PARTS.replaced({}):
        campus.create(lambda words: None, lambda words: None)
    assert not visitors.visitors().exists()


def test_nobody_else_is_ever_deleted(ada, settings):
    lookalikes = [
        User.objects.create_user(number) for number in ("try-it-1", "try-it-" + "0" * 23, "xtry-it-" + "0" * 24)
    ]
    teacher = User.objects.create_user("try-it-" + "0" * 24, role="teacher")
    assert visitors.purge_all() == 0
    assert User.objects.filter(pk__in=[ada.pk, teacher.pk, *[one.pk for one in lookalikes]]).count() == 5
    settings.DEMO = False
    begun_before = User.objects.create_user("try-it-" + "a" * 24, date_joined=timezone.now() - timedelta(days=1))
    assert visitors.purge(timezone.now()) == 0 and User.objects.filter(pk=begun_before.pk).exists()


# --- who may not ----------------------------------------------------------------------------------

PATHS = ("", "photos/", "photos/judge/", "photos/save/", "station/", "station/look/", "challenge/", "challenge/answer/")


@pytest.mark.parametrize("path", [*PATHS, "delete/", "deleted/"])
def test_on_any_other_site_there_is_no_such_page(settings, path):
    client = begun()
    settings.DEMO = False
    assert client.get(f"/try-it/{path}").status_code == 404
    assert client.post(f"/try-it/{path}", {"agrees": "on"}).status_code == 404
    assert "try-it" not in client.get("/").content.decode() + client.get("/sign-in/").content.decode()


def test_start_page_and_sign_in_lead_there():
    for path in ("/", "/sign-in/"):
        assert 'href="/try-it/"' in browser().get(path).content.decode()


def test_without_consent_nothing_is_stored():
    answer = browser().post("/try-it/", {"name": NAME})
    assert answer.status_code == 400 and "have not agreed" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("host", ["demo.example.org", "192.168.1.7", "localhost.example.org"])
def test_where_browsers_give_no_camera_it_is_said_and_nobody_begins(host):
    client = browser(host)
    assert "on the machine itself" in client.get("/try-it/").content.decode()
    assert client.post("/try-it/", {"agrees": "on"}).status_code == 403
    assert not User.objects.exists()
    assert begun(Client(HTTP_HOST="127.0.0.1:8000"))


def test_a_visitor_has_no_account_and_opens_no_door():
    who = visitor_of(enrolled())
    assert not who.has_usable_password() and not who.pin and not who.card_barcode and not who.email
    assert who.role == "member" and not who.is_staff
    assert set(FaceTemplate.objects.values_list("purpose", flat=True)) == {"reception"}
    with pytest.raises(Refused):
        check_pin(who, "")
    client = enrolled()
    for path in ("/home/", "/me/", "/enrol/", "/stations/", "/admin/"):
        assert client.get(path).status_code in (302, 403, 404), path
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("cookie", ["", "try-it-" + "0" * 24, "x:y:z"])
def test_a_cookie_that_was_made_up_is_nobodys(cookie):
    enrolled()
    client = browser()
    client.cookies[access.COOKIE] = cookie
    assert client.get("/try-it/photos/").headers["Location"] == "/try-it/"
    answer = client.post("/try-it/station/look/", picture("ada"), content_type="image/jpeg")
    assert (answer.status_code, answer.json()["code"]) == (403, "visit_over")
    assert client.post("/try-it/delete/").status_code == 302 and FaceSample.objects.exists()


def test_at_most_four_at_once_and_twelve_beginnings_an_hour_from_one_address():
    clients = [begun() for _ in range(visitors.AT_ONCE)]
    answer = browser().post("/try-it/", {"agrees": "on"})
    assert answer.status_code == 429 and "Other visitors" in answer.content.decode()
    for _ in range(visitors.BEGINNINGS - visitors.AT_ONCE):
        clients[0].post("/try-it/delete/")
        begun(clients[0])
    clients[0].post("/try-it/delete/")
    answer = clients[0].post("/try-it/", {"agrees": "on"})
    assert answer.status_code == 429 and "too often" in answer.content.decode()


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"\xff\xd8\xff" + b"0" * 50, b"\xff\xd8\xff" + b"0" * 3_000_000])
def test_rubbish_instead_of_a_picture_is_refused_in_words(body):
    client = enrolled()
    for path in ("/try-it/station/look/", "/try-it/photos/judge/"):
        answer = client.post(path, body, content_type="image/jpeg")
        assert answer.status_code < 500 and answer.json()


def test_more_photos_than_enough_are_refused():
    client = enrolled()
    codes = [photographed(client).json().get("code") for _again in range(visitors.MOST_PHOTOS)]
    assert codes[0] is None, "the same photos again are kept once"
    files = [
        SimpleUploadedFile(photo.name, photo.data, "image/jpeg") for photo in photos_of("ada", visitors.MOST_PHOTOS)
    ]
    answer = client.post("/try-it/photos/save/", {"purposes": "reception", "photos": files})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_photos")
    assert FaceSample.objects.count() == 3


def test_a_picture_that_was_overtaken_is_not_looked_at():
    client = enrolled()
    stage = stages.of(visitor_of(client).pk)
    shown(client, "ada", path="/try-it/station/look/?n=1000")
    before = stage.pipeline._last_at
    shown(client, "ada", path="/try-it/station/look/?n=999")
    assert stage.pipeline._last_at == before
    shown(client, "ada", path="/try-it/station/look/?n=1001")
    assert stage.pipeline._last_at > before


def test_before_there_are_photos_the_station_leads_back():
    assert begun().get("/try-it/station/").headers["Location"] == "/try-it/photos/"


def test_what_was_seen_of_a_visitor_leaves_the_memory_too(monkeypatch):
    client = enrolled()
    shown(client, "ada", times=8)
    [stage] = stages._stages.values()
    stage.since -= visitors.LIVES.total_seconds() + 1
    enrolled_again = visitor_of(enrolled())
    stages.of(enrolled_again.pk)
    assert stage not in stages._stages.values()
