"""Our client against a server that is not ours and too large for CI: invenio-sip2. How to: see foreign_invenio.py."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.sip2 import client_to

PYTHON = os.environ.get("INVENIO_PYTHON", "")
REDIS = os.environ.get("INVENIO_REDIS", "redis://127.0.0.1:6379/9")
pytestmark = pytest.mark.skipif(not PYTHON, reason="run by hand: INVENIO_PYTHON names no Python with invenio-sip2")


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    script = Path(__file__).resolve().parents[2] / "support" / "foreign_invenio.py"
    server = subprocess.Popen([PYTHON, script, str(number), REDIS], stderr=subprocess.DEVNULL)
    try:
        _wait_for(number)
        yield number
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(number):
    for _time in range(240):
        try:
            socket.create_connection(("127.0.0.1", number), timeout=1).close()
            return
        except OSError:
            time.sleep(0.25)
    pytest.fail("invenio-sip2 does not start")


def test_our_client_borrows_renews_and_returns_at_invenio(port, settings):
    settings.TIME_ZONE = "UTC"
    us = client_to(port)
    assert us.status().get("AM") == "Invenio"
    assert us.patron("s-ada").get("AE") == "Ada Lovelace"
    lent = us.check_out("s-ada", "B-1")
    assert (lent.title, lent.due.year) == ("Titre de B-1: « Émile »", 2030)
    assert us.has("s-ada", "B-1") and not us.has("s-ada", "B-2")
    assert us.look_at("B-1").due == lent.due
    assert us.renew("s-ada", "B-1").due == lent.due
    assert us.check_in("B-1").fixed["ok"] == "1"
    assert not us.has("s-ada", "B-1")
    us.close()
