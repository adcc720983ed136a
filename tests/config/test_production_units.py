"""The services of docs/production.md: each process has one, it starts again for ever, and its files are its own."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys

import pytest
from django.core.management import get_commands, load_command_class

from config.ops import env
from config.ops.logs import masking
from tests.conftest import absent
from tests.production_env import DOCUMENT

TEXT = DOCUMENT.read_text()
UNITS = dict(re.findall(r"```ini\n# /etc/systemd/system/(\S+\.service)\n(.*?)```", TEXT, re.DOTALL))
COMMANDS = ("db_worker", "clock", "watch_doors", "sip2_server", "library_gates", "camera_agent")


def parsed(name):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read_string(UNITS[name])
    return unit


def test_every_process_has_a_unit():
    started = " ".join(parsed(name)["Service"]["ExecStart"] for name in UNITS)
    assert "daphne" in started
    for command in COMMANDS:
        assert f"manage.py {command}" in started, command


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_again_for_ever_and_keeps_its_files_to_itself(name):
    unit = parsed(name)
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    service = unit["Service"]
    assert (service["Restart"], service["UMask"], service["PrivateTmp"]) == ("always", "0077", "yes")
    assert int(service["RestartSec"]) >= 1
    assert service["User"] == "ostiary" and unit["Install"]["WantedBy"] == "multi-user.target"


def test_the_web_unit_leaves_the_log_of_requests_to_us():
    assert "-v 0" in parsed("ostiary-web.service")["Service"]["ExecStart"]
    procfile = (env.BASE_DIR / "Procfile").read_text()
    assert "daphne -v 0" in procfile


def test_nginx_hides_the_same_addresses_as_we_do():
    hidden = re.search(r"\(\?<known>([^)]*)\)", TEXT)[1].split("|")
    assert {f"/{before}" for before in masking.BEFORE_SECRETS} == set(hidden)


@pytest.mark.parametrize("name", [name for name in UNITS if name != "ostiary-web.service"])
def test_what_a_unit_starts_takes_these_options(name):
    command, *options = parsed(name)["Service"]["ExecStart"].split("manage.py ")[1].split()
    known = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    known.parse_args(options)  # SystemExit for what it does not know


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_it(name, tmp_path):
    if shutil.which("systemd-analyze") is None:
        absent("systemd-analyze is not here")
    text = re.sub(r"/opt/ostiary/\.venv/bin/\w+", sys.executable, UNITS[name])
    text = text.replace("/opt/ostiary", str(env.BASE_DIR)).replace("User=ostiary", "User=root")
    path = tmp_path / name.replace("@.", "@door.")
    path.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, timeout=60)
    assert name.split(".")[0].rstrip("@") not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr
