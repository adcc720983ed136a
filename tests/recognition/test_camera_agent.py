"""The camera agent: what it keeps, when it waits, and when it gives up."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recognition.stations.camera import agent as agents
from recognition.stations.camera import link
from recognition.stations.camera.agent import _jpeg
from recognition.stations.camera.link import CameraLink
from recognition.stations.camera.source import CameraSource
from recognition.stations.camera.status import StatusLine
from recognition.stations.camera.trouble import Backoff, GiveUp, Lost, Occupied
from tests.browser import clips
from tests.browser.serving import ROOT, run, serving
from tests.support.fake_engine import picture


@pytest.fixture
def clip(tmp_path):
    return str(clips.of_colours(tmp_path / "ada.mjpeg", "ada", seconds=1, fps=25))


# --- the source -----------------------------------------------------------------------------------


def test_only_the_newest_frame_is_kept(clip):
    source = CameraSource(clip)
    source.open()
    source.play()
    number, frame = source.newest(0, timeout=5)
    assert frame.shape == (480, 640, 3)
    time.sleep(0.4)  # a slow network: the film goes on
    later, _frame = source.newest(number, timeout=5)
    source.stop()
    assert later > number + 3


def test_a_file_is_played_at_its_own_speed_and_ends(clip):
    source = CameraSource(clip)
    source.open()
    began = time.monotonic()
    source.play()
    while not source.finished:
        source.newest(10**9, timeout=0.1)
    assert time.monotonic() - began > 0.7


def test_a_looped_file_does_not_end(clip):
    source = CameraSource(clip, loop=True)
    source.open()
    source.play()
    time.sleep(1.6)
    assert not source.finished and source.newest(25, timeout=5)[0] > 25
    source.stop()


def test_a_film_in_step_begins_where_the_clock_says(tmp_path, monkeypatch):
    writer = cv2.VideoWriter(str(tmp_path / "long.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for number in range(60):
        writer.write(np.full((48, 64, 3), 4 * number, np.uint8))
    writer.release()
    monkeypatch.setattr("recognition.stations.camera.source.time.time", lambda: 6 * 1000 + 3.05)
    source = CameraSource(str(tmp_path / "long.avi"), loop=True, in_step=True)
    source.open()
    assert source._first.read()[1].mean() == pytest.approx(4 * 30, abs=3)


@pytest.mark.parametrize(
    ("address", "words"),
    [("/nowhere.mp4", "nowhere.mp4 does not exist"), (__file__, "cannot be opened"), ("97", "camera 97 was not found")],
)
def test_a_source_that_waiting_would_not_heal_is_given_up(address, words):
    with pytest.raises(GiveUp, match=words):
        CameraSource(address).open()


def test_an_agent_without_a_camera_says_how_to_name_one(monkeypatch):
    monkeypatch.delenv("OSTIARY_CAMERA_SOURCE", raising=False)
    with pytest.raises(CommandError, match="--source or in OSTIARY_CAMERA_SOURCE") as caught:
        call_command("camera_agent", station="gate", server="http://127.0.0.1:1", token="t")
    assert caught.value.returncode == 2


def test_the_password_of_a_camera_is_never_shown():
    assert CameraSource("rtsp://admin:secret@10.0.0.9/stream").name == "rtsp://…@10.0.0.9/stream"


# --- pictures and waiting -------------------------------------------------------------------------


def test_a_picture_is_made_as_small_as_the_station_wants_it():
    noise = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3), np.uint8)
    data = _jpeg(noise, {"frame_width": 640, "max_frame_bytes": 150_000})
    assert len(data) <= 150_000
    assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape == (360, 640, 3)


def test_waiting_grows_to_ten_seconds_and_is_never_twice_the_same():
    backoff = Backoff()
    waits = [backoff.seconds() for _ in range(8)]
    assert 0.75 <= waits[0] <= 1.25 and 6 <= waits[-1] <= 10
    assert len(set(waits)) == 8
    backoff.reset()
    assert backoff.seconds() <= 1.25


@pytest.mark.parametrize(
    ("server", "origin", "address"),
    [
        ("https://ostiary.example.org", "https://ostiary.example.org", "wss://ostiary.example.org/ws/station/"),
        ("http://10.0.0.5:8000/", "http://10.0.0.5:8000", "ws://10.0.0.5:8000/ws/station/"),
    ],
)
def test_the_sockets_address_follows_from_the_servers(server, origin, address):
    assert link._addresses(server) == (origin, address)


@pytest.mark.parametrize(
    "server", ["nonsense", "10.0.0.5:8000", "ftp://files.example.org", "https://", "http://door:abc", ""]
)
def test_an_address_that_is_none_is_given_up(server):
    with pytest.raises(GiveUp, match="is not a valid address"):
        CameraLink(server, "token", "front-door")


@pytest.mark.parametrize(("code", "kind"), [("revoked", GiveUp), ("replaced", Occupied), ("station_off", Lost)])
def test_a_goodbye_that_is_final_ends_the_agent_and_any_other_does_not(code, kind):
    assert isinstance(link._farewell({"code": code, "message": "Goodbye."}), kind)


def test_without_a_terminal_only_what_happened_is_written():
    out = io.StringIO()
    status = StatusLine(out, "front-door")
    status.say("connected to Front door")
    for _ in range(50):
        status.answered({"kind": "frame", "state": "looking", "faces": []}, 0.03)
    status.wait("no picture")
    status.wait("no picture")
    assert out.getvalue() == "front-door: connected to Front door\nfront-door: no picture\n"


class Place:
    """A link to a station that somebody else speaks for, until it has been asked a few times."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def open(self):
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"station": {"name": "Front door", "frame_width": 64, "max_frame_bytes": 9999}, "taken": answer}

    def ask(self, jpeg):
        raise Occupied if self.answers else GiveUp("the story ends here")

    def close(self):
        pass


@pytest.mark.parametrize(
    ("gives_way", "answers"),
    [
        (False, (False, True, True, False)),  # it sends, is replaced, asks twice, and is there again
        (False, (True, True, False)),  # anyone who starts a camera takes the place; once replaced, it waits
        (True, (True, True, False)),  # a film waits from the start
        (False, (False, Lost("no network"), True, False)),  # and the network goes meanwhile
    ],
)
def test_a_replaced_camera_asks_until_the_place_is_free(clip, monkeypatch, gives_way, answers):
    monkeypatch.setattr(agents, "ASK_EVERY", 0.01)
    monkeypatch.setattr(Backoff, "seconds", lambda self: 0.01)
    place, out = Place(*answers), io.StringIO()
    with pytest.raises(GiveUp, match="the story ends here"):
        agents.Agent(CameraSource(clip, loop=True), place, StatusLine(out, "hall"), fps=60, gives_way=gives_way).run()
    assert place.asked == len(answers)
    assert out.getvalue().count("reconnects when the station is free") == 1


# --- against a real server ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def agent(server, *arguments, token=None):
    environment = {**server.environment, "OSTIARY_CAMERA_TOKEN": token or server.facts["camera_token"]}
    return subprocess.Popen(
        [sys.executable, "manage.py", "camera_agent", "--server", server.url, *arguments],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def sightings(server):
    count = "import django; django.setup(); from recognition.models import Sighting; print(Sighting.objects.count())"
    return int(run("-c", count, environment=server.environment))


@pytest.mark.long
def test_a_file_is_streamed_to_its_end(server, tmp_path):
    empty_hall = str(clips.of_colours(tmp_path / "hall.mjpeg", seconds=1, fps=25))
    done = agent(server, "--station", "front-door", "--source", empty_hall)
    _out, errors = done.communicate(timeout=60)
    assert (done.returncode, errors) == (0, "front-door: connected to Front door\n")


@pytest.mark.long
def test_the_person_in_a_film_is_recorded_once_however_long_it_runs(server, clip):
    assert sightings(server) == 0
    running = agent(server, "--station", "front-door", "--source", clip, "--loop")
    deadline = time.monotonic() + 60
    while not (seen := sightings(server)) and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(1.0)
    running.terminate()
    assert running.wait(10) == 0
    assert (seen, sightings(server)) == (1, 1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("station", "token", "words"),
    [
        ("front-door", "wrong", "The server does not know this token."),
        ("back-door", None, "This token belongs to the station front-door, not to back-door."),
    ],
)
def test_a_wrong_token_or_station_is_one_clear_line_and_exit_2(server, clip, station, token, words):
    done = agent(server, "--station", station, "--source", clip, token=token)
    _out, errors = done.communicate(timeout=60)
    assert done.returncode == 2
    assert words in errors and len(errors.splitlines()) == 1


@pytest.mark.long
def test_the_agent_survives_a_server_that_goes_away_and_ends_cleanly_on_sigterm(tmp_path, clip):
    with serving(tmp_path / "server", "ada") as server:
        running = agent(server, "--station", "front-door", "--source", clip, "--loop")
        wait_for(running, "connected to Front door")
        server.stop()
        wait_for(running, "trying again in")
        server.start()
        wait_for(running, "connected to Front door")
        running.terminate()
        assert running.wait(10) == 0


@pytest.mark.long
def test_a_camera_that_is_replaced_waits_and_comes_back_when_its_place_is_free(server, clip):
    running = agent(server, "--station", "front-door", "--source", clip, "--loop")
    wait_for(running, "connected to Front door")
    other = CameraLink(server.url, server.facts["camera_token"], "front-door")
    other.open()
    other.ask(picture("ada"))
    wait_for(running, "reconnects when the station is free")
    for _ in range(8):  # longer than a camera waits before it asks
        other.ask(picture("ada"))
        time.sleep(1)
    assert running.poll() is None
    other.close()
    wait_for(running, "connected to Front door")
    running.terminate()
    assert running.wait(10) == 0


def wait_for(process, words, within=40):
    deadline = time.monotonic() + within
    os.set_blocking(process.stderr.fileno(), False)
    while time.monotonic() < deadline:
        line = process.stderr.readline()
        if words in line:
            return
        assert process.poll() is None, line
        time.sleep(0.02)
    raise AssertionError(f"never said: {words}")
