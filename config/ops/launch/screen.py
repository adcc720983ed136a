"""What the processes of `make run` say: all of it in VAR_DIR/logs/processes.log, on the screen what is not routine."""

from __future__ import annotations

import logging
import os
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from honcho.printer import Printer

from config.ops import private_files

LARGEST = 2_000_000  # bytes of the log, before it is begun again; the one before is kept
ROUTINE = re.compile(
    r"(\d{4}-\d\d-\d\d [\d:,]+ )?(DEBUG|INFO)\b"  # a line of a log
    r"|[\w-]+ started \(pid="  # honcho
    r"|[\w-]+: (connected to|[\d.]+ pictures/s)"  # a camera that plays
)


class Screen(Printer):
    """honcho's printer, that leaves out what is routine, and all but honcho's own words once it is told to stop."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sys.stdout, colour=sys.stdout.isatty())
        self.stopping = False
        self._kept = _log(folder / "processes.log")

    def write(self, message: Any) -> None:
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        for line in text.splitlines():
            self._kept.info("%s %s | %s", message.time.strftime("%Y-%m-%d %H:%M:%S"), message.name or "system", line)
            if not self._left_out(message.name, line):
                super().write(message._replace(data=line))

    def _left_out(self, name: str | None, line: str) -> bool:
        return bool(ROUTINE.match(line)) or (self.stopping and name not in (None, "system"))


def _log(path: Path) -> logging.Logger:
    private_files.folder(path.parent)
    os.close(private_files.opener(str(path), os.O_WRONLY | os.O_CREAT))
    log = logging.Logger("processes")
    log.addHandler(RotatingFileHandler(path, maxBytes=LARGEST, backupCount=1, encoding="utf-8"))
    return log
