"""The processes of the Procfile, kept alive: `python -m config.ops.launch.processes PORT NAME…`.

honcho stops everything as soon as one process ends. Here that is so for `web` only: each other one is started again,
however it has ended, and the site goes on without it meanwhile.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager

from config.ops.env import BASE_DIR
from config.ops.launch.screen import Screen

NEEDED = "web"
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # s before a process is started again; twice as long each time
STEADY = 60.0  # s: one that has run for so long begins with the first pause again


class Keeper(Manager):
    """honcho's manager, for which only NEEDED ends the others."""

    def __init__(self, printer: Any = None) -> None:
        super().__init__(printer)
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}  # by name: when to start it again
        self._began: dict[str, float] = {}
        self._asked_to_stop = False

    def terminate(self) -> None:
        """honcho would break on a process that is just being started: it is waited for."""
        self._asked_to_stop = self._printer.stopping = True
        if self._all_started():
            super().terminate()

    def _start(self) -> None:
        super()._start()
        self._began = dict.fromkeys(self._processes, time.monotonic())

    def _any_stopped(self) -> bool:
        """honcho asks this ten times a second once all are started, and ends everything when it hears yes."""
        if self._asked_to_stop:
            super().terminate()
            return bool(super()._any_stopped())
        self._start_again()
        return self._has_ended(NEEDED)

    def _has_ended(self, name: str) -> bool:
        return self._processes[name].get("returncode") is not None

    def _start_again(self) -> None:
        for name in self._processes:
            if name == NEEDED or not self._has_ended(name):
                continue
            if name not in self._due:
                self.returncode = None  # what this process ended with is not what all of them end with
                self._due[name] = time.monotonic() + self._pause_of(name)
            elif time.monotonic() >= self._due[name]:
                self._start_one(name)

    def _pause_of(self, name: str) -> float:
        steady = time.monotonic() - self._began[name] >= STEADY
        pause = FIRST_PAUSE if steady else self._pauses.get(name, FIRST_PAUSE)
        self._pauses[name] = min(LONGEST_PAUSE, 2 * pause)
        self._system_print(f"{name} stopped. The others do not need it. It restarts in {pause:.0f} s\n")
        return pause

    def _start_one(self, name: str) -> None:
        del self._due[name]
        process = self._processes[name]
        del process["returncode"], process["pid"]
        self._began[name] = time.monotonic()
        process["process"] = multiprocessing.Process(name=name, target=process["obj"].run, args=(self.events, True))
        process["process"].start()


def main(port: str, *names: str) -> None:
    commands = parse_procfile((BASE_DIR / "Procfile").read_text()).processes
    keeper = Keeper(Screen(Path(os.environ.get("VAR_DIR") or BASE_DIR / "var") / "logs"))
    for name in names or commands:
        keeper.add_process(name, commands[name], env=os.environ | {"PORT": port})
    keeper.loop()
    sys.exit(keeper.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
