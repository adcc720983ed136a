"""What the schema promises, the API keeps: schemathesis tries every operation, as an administrator and as a teacher.

Every check that it knows: no server error, documented statuses, headers and bodies, wrong input refused, right input
taken, methods, sign-in, what was deleted is gone. The catch-all answer `default` is taken out of the schema before, so
each status has to be named. Longer, with other numbers, and SCHEMATHESIS_ARGS for its other options:

    SCHEMATHESIS_EXAMPLES=100 SCHEMATHESIS_SEED=7 .venv/bin/python -m pytest -n 0 -m long
    tests/config/api/test_schemathesis.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.servers.basehttp import WSGIRequestHandler
from knox.models import AuthToken
from rest_framework.throttling import ScopedRateThrottle

from config.ops.env import BASE_DIR
from tests.support.role_world import World

# What the schema promises is Python; test_api_fuzz.py sends strange values to each database.
pytestmark = [pytest.mark.long, pytest.mark.same_on_every_database]
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "3")
SEED = os.environ.get("SCHEMATHESIS_SEED", "1")
MORE = os.environ.get("SCHEMATHESIS_ARGS", "").split()
PATIENCE = 600 if EXAMPLES == "3" else 3600  # s
SIGNING = "^/api/v1/auth/"  # its operations end the very token that the others need


@pytest.fixture
def world(transactional_db, notices, monkeypatch):
    """Without limits, and without the 40 ms that each answer in two packets waits for."""
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", dict.fromkeys(("identify", "arrivals", "reports"), None))
    return World()


@pytest.fixture
def schema(live_server, tmp_path):
    """As it is served, without `default`."""
    served = requests.get(f"{live_server.url}/api/schema/", headers={"Accept": "application/json"}, timeout=30).json()
    for methods in served["paths"].values():
        for operation in methods.values():
            del operation["responses"]["default"]
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(served))
    return path


def run(server, schema, *options):
    """What schemathesis has to say, when it has anything to say."""
    command = [Path(sys.executable).with_name("schemathesis"), "run", schema, "--url", server.url, "--checks", "all"]
    steady = ["--seed", SEED, "--max-examples", EXAMPLES, "--generation-database", "none", "--no-color"]
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*map(str, command), *steady, "--continue-on-failure", *options, *MORE],
        cwd=BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("role", ["administrator", "teacher"])
def test_the_api_keeps_what_its_schema_says(world, live_server, schema, role):
    _row, token = AuthToken.objects.create(user=world.people[role])
    said = run(live_server, schema, "--header", f"Authorization: Token {token}", "--exclude-path-regex", SIGNING)
    assert not said, said


@pytest.mark.timeout(PATIENCE)
def test_signing_in_keeps_what_the_schema_says(world, live_server, schema):
    someone = world.people["teacher"].id_number
    said = run(live_server, schema, "--auth", f"{someone}:correct horse battery", "--include-path-regex", SIGNING)
    assert not said, said
