"""The first start on a machine: secrets of its own, only what is missing, and a word when the server answers."""

from __future__ import annotations

import http.server
import socket
import stat
import threading

import pytest

from config.ops import env
from config.ops.launch import announce, first_env, start


def as_environment(monkeypatch, text):
    for line in text.splitlines():
        if line and not line.startswith("#"):
            monkeypatch.setenv(*line.split("=", 1))


def test_the_first_env_file_starts_a_demo_with_secrets_of_its_own(tmp_path, monkeypatch):
    path = tmp_path / ".env"
    assert first_env.write(path) is True
    as_environment(monkeypatch, path.read_text())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert env.flag("DEBUG")
    assert env.flag("DEMO")
    problems = env.production_problems(
        debug=False, secret_key=env.text("SECRET_KEY"), face_keys=env.keyring("FACE_KEYS", ""), hosts=["example.org"]
    )
    assert problems == []


def test_an_env_file_is_never_overwritten(tmp_path):
    path = tmp_path / ".env"
    path.write_text("FACE_KEYS=the only copy")
    assert first_env.write(path) is False
    assert path.read_text() == "FACE_KEYS=the only copy"


def test_every_machine_gets_other_secrets():
    assert first_env.fresh() != first_env.fresh()


def test_a_port_in_use_is_told_before_anything_is_done():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not start.port_is_free(port)
        with pytest.raises(SystemExit, match=f"make run PORT={port + 1}"):
            start.main(port)
    assert start.port_is_free(port)


def test_links_in_emails_lead_to_the_chosen_port_and_the_demos_emails_become_files(tmp_path, monkeypatch):
    for name in ("SITE_URL", "EMAIL_URL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEMO", "true")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    start.own_defaults(8765)
    assert env.text("SITE_URL") == "http://127.0.0.1:8765"
    assert env.email("EMAIL_URL", "")["EMAIL_FILE_PATH"] == str(tmp_path / "demo" / "mail")


def test_what_somebody_has_set_stays_and_a_site_without_a_demo_prints_its_emails(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://doors.example.org")
    monkeypatch.setenv("EMAIL_URL", "")
    monkeypatch.delenv("EMAIL_URL")
    monkeypatch.setenv("DEMO", "false")
    start.own_defaults(8765)
    assert env.text("SITE_URL") == "https://doors.example.org"
    assert env.text("EMAIL_URL") == ""
    assert announce.mail_folder() == ""


def test_the_camera_starts_only_when_there_is_something_to_show(settings, tmp_path):
    settings.VAR_DIR, settings.DEMO = tmp_path, True
    assert start.processes() == ["web", "worker"]
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "clip.avi").touch()
    assert start.processes() == ["web", "worker", "cameras"]
    settings.DEMO = False
    assert start.processes() == ["web", "worker"]


@pytest.fixture
def server():
    """Says 503 to the first question and 200 afterwards, as a server that is just starting."""

    class Handler(http.server.BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self):
            Handler.asked += 1
            self.send_response(200 if Handler.asked > 1 else 503)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def test_addresses_and_passwords_are_told_once_the_server_answers(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("EMAIL_URL", f"filemail:///{tmp_path / 'mail'}")
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "passwords.txt").write_text("# id number, password, role\nadmin  s3cret  administrator\n")
    announce.main(server)
    said = capsys.readouterr().out
    assert f"{server}/kiosk/" in said
    assert "admin  s3cret  administrator" in said
    assert "# id number" not in said
    assert str(tmp_path / "mail") in said


def test_a_server_that_never_answers_is_told_too(monkeypatch, capsys):
    monkeypatch.setattr(announce, "PATIENCE", 0)
    assert announce.wait_for("http://127.0.0.1:9", patience=0.01) is False
