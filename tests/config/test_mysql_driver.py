"""MySQL and MariaDB with what pip brings: no compiler, no headers."""

from __future__ import annotations

import importlib.metadata
import inspect
import subprocess
import sys
import tomllib

import pymysql
import pytest

from config.ops import env

SAY = """
from config.ops.databases import mysql
print(mysql.choose_driver())
import django.db.backends.mysql.base as base
print(base.Database.__name__, base.version >= (1, 4, 3))
"""


@pytest.fixture
def without_mysqlclient(tmp_path, monkeypatch):
    """A machine on which it was never compiled."""
    (tmp_path / "MySQLdb.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_without_mysqlclient_django_speaks_through_pymysql(without_mysqlclient):
    done = subprocess.run([sys.executable, "-c", SAY], cwd=env.BASE_DIR, capture_output=True, text=True)
    assert done.stdout.split() == ["PyMySQL", "pymysql", "True"], done.stderr


def test_mysqlclient_is_used_where_somebody_has_compiled_it():
    try:
        importlib.metadata.distribution("mysqlclient")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("mysqlclient is not installed")
    done = subprocess.run([sys.executable, "-c", SAY], cwd=env.BASE_DIR, capture_output=True, text=True)
    assert done.stdout.split()[:2] == ["mysqlclient", "MySQLdb"], done.stderr


def test_the_driver_comes_with_the_plain_requirements_and_is_a_wheel_for_every_machine():
    project = tomllib.loads((env.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert any(line.lower().startswith("pymysql") for line in project["dependencies"])
    wheel = importlib.metadata.distribution("pymysql").read_text("WHEEL")
    assert "Root-Is-Purelib: true" in wheel and "none-any" in wheel


def test_ci_installs_no_headers_for_a_database():
    assert "libmariadb-dev" not in (env.BASE_DIR / ".ci" / "run").read_text()


def test_a_ping_never_connects_again_behind_djangos_back():
    """What Django has set for the session, such as the isolation of transactions, would be gone."""
    ping = inspect.signature(pymysql.connections.Connection.ping)
    assert ping.parameters["reconnect"].default is False
