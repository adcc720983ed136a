"""What `make run` keeps alive: only the web process ends the site, however the others end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from honcho.environ import parse_procfile

from config.ops import env
from config.ops.launch import processes

STARTER = """
import sys
from config.ops.launch import processes
processes.FIRST_PAUSE = 0.1
processes.BASE_DIR = __import__("pathlib").Path(sys.argv[1])
processes.main("8000")
"""


@pytest.fixture
def keeping(tmp_path):
    """Starts a keeper for these commands; each leaves a line with its pid in `log` whenever it starts."""
    started = []

    def start(**commands):
        lines = [f"{name}: {command}" for name, command in commands.items()]
        (tmp_path / "Procfile").write_text("\n".join(lines))
        keeper = subprocess.Popen(
            [sys.executable, "-u", "-c", STARTER, str(tmp_path)],
            cwd=env.BASE_DIR,
            env={**os.environ, "LOG": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(keeper)
        return keeper

    yield start
    for keeper in started:
        keeper.terminate()
        keeper.wait(20)
        keeper.stdout.close()


def starts(folder, name):
    log = folder / name
    return log.read_text().split() if log.exists() else []


def until(condition, within=30):
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


STAY = 'echo $$ >> "$LOG/{}"; exec sleep 1000'


@pytest.mark.parametrize("ending", ["exit 0", "exit 1", "kill -TERM $$", "kill -KILL $$"])
def test_a_process_that_is_not_needed_is_started_again_however_it_ends(keeping, tmp_path, ending):
    keeper = keeping(web=STAY.format("web"), cameras=f'echo $$ >> "$LOG/cameras"; {ending}')
    until(lambda: len(starts(tmp_path, "cameras")) >= 3)
    assert keeper.poll() is None
    assert len(starts(tmp_path, "web")) == 1


def test_a_killed_worker_comes_back_and_the_site_stays(keeping, tmp_path):
    keeper = keeping(web=STAY.format("web"), worker=STAY.format("worker"))
    until(lambda: starts(tmp_path, "worker"))
    os.killpg(int(starts(tmp_path, "worker")[0]), signal.SIGKILL)
    until(lambda: len(starts(tmp_path, "worker")) == 2)
    assert keeper.poll() is None


def test_when_the_web_process_ends_everything_ends_with_its_code(keeping, tmp_path):
    keeper = keeping(web="sleep 1; exit 3", worker=STAY.format("worker"))
    assert keeper.wait(30) == 3
    (worker,) = starts(tmp_path, "worker")
    with pytest.raises(ProcessLookupError):
        os.kill(int(worker), 0)


def test_asked_to_stop_all_of_it_stops(keeping, tmp_path):
    keeper = keeping(web=STAY.format("web"), cameras="exit 1")
    until(lambda: starts(tmp_path, "web"))
    keeper.terminate()
    assert keeper.wait(30) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(starts(tmp_path, "web")[0]), 0)


def test_pauses_grow_to_half_a_minute_and_begin_again_for_one_that_ran_well():
    keeper = processes.Keeper()
    keeper._began = {"cameras": time.monotonic()}
    assert [keeper._pause_of("cameras") for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    keeper._began = {"cameras": time.monotonic() - processes.STEADY}
    assert keeper._pause_of("cameras") == 1


def test_the_procfile_can_be_read_and_names_the_needed_process():
    found = parse_procfile((env.BASE_DIR / "Procfile").read_text()).processes
    assert list(found) == ["web", "worker", "cameras"] and processes.NEEDED in found
