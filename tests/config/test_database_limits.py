"""Nobody waits for ever for a database: neither for a slow statement, nor for a dead line, nor for a frozen server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

from config.ops.databases import timeouts
from tests.browser.serving import ROOT
from tests.conftest import absent
from tests.support.proxy import Proxy

SERVERS = {
    "postgres": ("postgres://postgres@127.0.0.1:{port}/postgres", 5432),
    "mysql": ("mysql://root@127.0.0.1:{port}/mysql", 3306),
}

ASK = """
import json, sys, time
import django
django.setup()
from django.db import connection, Error
with connection.cursor() as cursor:
    cursor.execute("SELECT 1")
print("open", flush=True)
sys.stdin.readline()
began, said = time.monotonic(), "answered"
try:
    with connection.cursor() as cursor:
        cursor.execute(sys.argv[1])
except Error as error:
    said = type(error).__name__
print(json.dumps([said, time.monotonic() - began]))
"""


class Client:
    """A process of its own with one connection, which then asks once more."""

    def __init__(self, url, sql="SELECT 1", seconds="1", program="-c"):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "DATABASE_STATEMENT_SECONDS": seconds,
            "REDIS_URL": "",
            "DEBUG": "true",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", ASK, sql], cwd=ROOT, env=environment, text=True, stdin=-1, stdout=-1
        )
        assert self.process.stdout.readline() == "open\n"

    def asks(self):
        out, _err = self.process.communicate("\n", timeout=60)
        return json.loads(out)


@pytest.fixture(params=SERVERS)
def line(request):
    address, port = SERVERS[request.param]
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        absent(f"no {request.param} server answers on port {port}")
    proxy = Proxy(("127.0.0.1", port))
    yield proxy, address.format(port=proxy.port)
    proxy.stop()


@pytest.mark.long
def test_a_frozen_server_is_given_up(line):
    proxy, url = line
    client = Client(url)
    proxy.swallow()
    said, took = client.asks()
    assert said in ("OperationalError", "InterfaceError") and took < 20


@pytest.mark.long
def test_a_statement_that_takes_too_long_is_given_up(line):
    _proxy, url = line
    said, took = Client(url, "SELECT pg_sleep(30)" if url.startswith("postgres") else "SELECT SLEEP(30)").asks()
    assert said == "OperationalError" and took < 20


@pytest.mark.long
def test_a_command_that_ends_by_itself_may_take_its_time(line):
    _proxy, url = line
    said, took = Client(url, "SELECT pg_sleep(3)" if url.startswith("postgres") else "SELECT SLEEP(3)", "0").asks()
    assert said == "answered" and took >= 2.9


@pytest.mark.parametrize(
    ("argv", "limit"),
    [
        (["/srv/.venv/bin/daphne", "config.asgi:application"], 8),
        (["manage.py", "db_worker"], 8),
        (["/srv/manage.py", "clock"], 8),
        (["manage.py", "migrate"], 0),
        (["manage.py", "reembed"], 0),
        (["manage.py"], 0),
        (["/x/site-packages/django/__main__.py", "migrate"], 0),
        (["/x/site-packages/daphne/__main__.py", "config.asgi:application"], 8),
        (["/srv/config/ops/launch/start.py", "8000"], 0),
    ],
)
def test_only_what_serves_for_ever_is_bounded(argv, limit):
    assert timeouts.statement_limit(argv, 8) == limit


def test_every_command_that_serves_for_ever_is_known():
    from django.core.management import get_commands

    assert set(timeouts.SERVING) <= {*get_commands(), "runserver"}


def test_limits_for_each_engine():
    postgres = timeouts.bounded({"ENGINE": "x.postgresql"}, 8)["OPTIONS"]
    assert (
        postgres["connect_timeout"] and postgres["tcp_user_timeout"] and "statement_timeout=8s" in postgres["options"]
    )
    assert "options" not in timeouts.bounded({"ENGINE": "x.postgresql"}, 0)["OPTIONS"]
    mysql = timeouts.bounded({"ENGINE": "x.mysql"}, 8)["OPTIONS"]
    assert {"connect_timeout", "read_timeout", "write_timeout"} <= set(mysql) and "max_statement_time" in mysql[
        "init_command"
    ]
    assert timeouts.bounded({"ENGINE": "x.mysql"}, 0)["OPTIONS"]["read_timeout"] > 3600
    assert timeouts.bounded({"ENGINE": "x.sqlite3"}, 8)["OPTIONS"] == {}


def test_what_the_address_says_itself_wins():
    given = {"connect_timeout": 9, "options": "-c search_path=site"}
    options = timeouts.bounded({"ENGINE": "x.postgresql", "OPTIONS": given}, 8)["OPTIONS"]
    assert options["connect_timeout"] == 9 and options["options"].endswith("-c search_path=site")
