"""Testing a camera: what it sends, in plain words; who may, which machines are asked, and no password anywhere."""

from __future__ import annotations

import ipaddress
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache

from config.errors import Refused
from recognition.admin import camera_test_page
from recognition.models import BiometricAccess
from recognition.stations.camera import probe, probing
from tests.support.fake_engine import picture

PAGE = "/stations/test-a-camera/"
SECRET = "tiger-7"


class Camera(BaseHTTPRequestHandler):
    asked: list = []

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Authorization")))
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/snapshot")
            self.end_headers()
        elif self.path == "/locked":
            self.send_error(401)
        elif self.path == "/page":
            self._send(b"<html>no picture</html>")
        elif self.path == "/stream":
            self._send(
                b"".join(b"--x\r\nContent-Type: image/jpeg\r\n\r\n" + picture("ada") + b"\r\n" for _ in range(5))
            )
        else:
            self._send(picture("ada"))

    def _send(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given):
        """Quiet."""


@pytest.fixture
def camera(settings):
    settings.CAMERA_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    cache.clear()
    Camera.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator)
    return client


def test_an_administrator_sees_picture_size_light_and_advice(camera, signed_in):
    page = signed_in.post(PAGE, {"address": f"http://{camera}/snapshot"})
    found = page.context["found"]
    assert (found.width, found.height, found.fps, page.status_code) == (640, 480, 0.0, 200)
    assert found.face and 10 < found.light < 100
    assert b"data:image/jpeg;base64," in page.content and b"640 \xc3\x97 480" in page.content
    assert page["Cache-Control"].count("no-store")


def test_no_password_is_shown_logged_or_stored(camera, signed_in, caplog):
    caplog.set_level(logging.DEBUG)
    address = f"http://admin:{SECRET}@{camera}/snapshot?pwd={SECRET}"
    page = signed_in.post(PAGE, {"address": address})
    assert Camera.asked[-1][1].startswith("Basic ") and page.context["found"]
    look = BiometricAccess.objects.get(action="camera_tested")
    assert look.detail == {"camera": f"http://{camera}/snapshot"}
    assert SECRET not in page.content.decode() + caplog.text + str(look.detail)
    page = signed_in.post(PAGE, {"address": f"http://admin:{SECRET}@{camera}/{'x' * 600}"})
    assert page.status_code == 400 and SECRET not in page.content.decode()


@pytest.mark.parametrize(
    ("path", "code"),
    [("/locked", "password"), ("/elsewhere", "not_a_camera"), ("/page", "no_picture")],
)
def test_what_goes_wrong_is_said_in_plain_words(camera, path, code):
    with pytest.raises(Refused) as refused:
        probing.probe(f"http://{camera}{path}")
    assert refused.value.code == code
    assert len(Camera.asked) == 1, "no redirect is followed"


def test_a_stream_is_looked_at_picture_by_picture(camera):
    found = probing.probe(f"http://{camera}/stream")
    assert (found.width, found.height) == (640, 480)
    assert [len(one) for one in probe.jpegs(iter([b"x" + picture("ada")[:50], picture("ada")[50:] + b"y"]))]


def test_an_rtsp_camera_that_is_not_there_is_said_so(camera):
    with pytest.raises(Refused) as refused:
        probing.probe(f"rtsp://admin:{SECRET}@127.0.0.1:1/stream2")
    assert refused.value.code == "not_opened" and SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://127.0.0.1/x", "not_inside"),
        ("http://169.254.169.254/latest/", "not_inside"),
        ("rtsp://[::1]/x", "not_inside"),
        ("rtsp://[::ffff:127.0.0.1]/x", "not_inside"),
        ("http://8.8.8.8/x", "not_inside"),
        ("http://localhost:6379/", "not_inside"),
        ("file:///etc/passwd", "bad_address"),
        ("/etc/passwd", "bad_address"),
        ("concat:a|b", "bad_address"),
        ("rtsp://10.0.0.9:notaport/", "bad_address"),
        ("http://10.0.0.9/a b", "bad_address"),
        ("17", "bad_address"),
        ("http://no-such-host.invalid/", "unknown_host"),
    ],
)
def test_only_cameras_of_the_sites_own_networks_are_asked(monkeypatch, address, code):
    monkeypatch.setattr(probing, "_run", lambda wanted: pytest.fail("asked"))
    with pytest.raises(Refused) as refused:
        probing.probe(address)
    assert refused.value.code == code


def test_a_name_is_looked_up_once_and_its_number_asked():
    wanted = probing.wanted_of("rtsp://me:se%40cret@10.0.0.9/stream2?x=1")
    assert wanted == {"kind": "rtsp", "address": "rtsp://me:se%40cret@10.0.0.9:554/stream2?x=1"}
    assert probing.wanted_of("https://10.0.0.9/x")["number"] == "10.0.0.9"
    assert probing.wanted_of("0") == {"kind": "usb", "address": "0"}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("rtsp://a:b@10.0.0.9/s?c=1", "rtsp://10.0.0.9/s"),
        ("rtsp://a:b?c@10.0.0.9/s", "rtsp://…"),
        ("rtsp://a:b@c@10.0.0.9/s", "rtsp://10.0.0.9/s"),
        ("http://10.0.0.9/s?u=a@b", "http://…"),
        ("0", "0"),
        ("a:tiger@host", ""),
    ],
)
def test_what_may_be_a_secret_is_not_shown(typed, shown):
    assert probing.shown(typed) == shown


def test_one_test_at_a_time_and_a_few_for_each_person(camera, signed_in, monkeypatch):
    cache.add(camera_test_page.RUNNING, 1, 60)
    assert "Another camera" in signed_in.post(PAGE, {"address": f"http://{camera}/snapshot"}).context["refusal"]
    cache.clear()
    monkeypatch.setattr(camera_test_page, "TESTS", 0)
    assert "Too many tests" in signed_in.post(PAGE, {"address": f"http://{camera}/snapshot"}).context["refusal"]
    assert not Camera.asked


@pytest.mark.parametrize("who", ["librarian", "teacher", "officer", "ada"])
def test_no_one_else_may(client, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == client.post(PAGE, {"address": "0"}).status_code == 403
