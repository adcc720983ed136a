"""One line on the screen for each step of `make run`, with dots while it works: `python -m … NAME SENTENCE COMMAND…`.

What the step itself says is kept in VAR_DIR/logs/NAME.log, and shown in full when it fails. Only the standard library
is used: the first step installs everything else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import IO

from config.ops import private_files

DOT_EVERY = 5.0  # s; after MANY dots a slow network gets fewer
MANY = 16


def folder() -> Path:
    return private_files.folder(Path(os.environ.get("VAR_DIR") or "var") / "logs")


@contextmanager
def step(name: str, sentence: str) -> Iterator[list[str]]:
    """Prints of this process and its children go to the log. What is put into the list is said on the screen."""
    notes: list[str] = []
    log = folder() / f"{name}.log"
    began = time.monotonic()
    with _screen() as say:
        say(f"{sentence} ")
        try:
            with open(log, "w", opener=private_files.opener) as kept, _dots(say), _into(kept):
                yield notes
        except BaseException as error:
            say(_failure(log, error))
            raise
        say(f" {time.monotonic() - began:.0f} s\n" + "".join(f"  {note}\n" for note in notes))


def _failure(log: Path, error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return " stopped\n"
    return f" failed\n\n{log.read_text(errors='replace').rstrip()}\n\n"


@contextmanager
def _screen() -> Iterator[Callable[[str], None]]:
    """The terminal itself, whatever becomes of our own output meanwhile. It may be closed: then no one is told."""
    sys.stdout.flush()
    screen = os.dup(1)

    def say(text: str) -> None:
        with suppress(OSError):
            os.write(screen, text.encode())

    try:
        yield say
    finally:
        os.close(screen)


@contextmanager
def _dots(say: Callable[[str], None]) -> Iterator[None]:
    over = threading.Event()

    def dot() -> None:
        count = 0
        while not over.wait(DOT_EVERY if count < MANY else 6 * DOT_EVERY):
            count += 1
            say(".")

    thread = threading.Thread(target=dot, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _into(kept: IO[str]) -> Iterator[None]:
    """Also what is written past Python, as libraries in C do."""
    sys.stderr.flush()
    before = os.dup(1), os.dup(2)
    try:
        os.dup2(kept.fileno(), 1)
        os.dup2(kept.fileno(), 2)
        with redirect_stdout(kept), redirect_stderr(kept):
            yield
    finally:
        kept.flush()
        for number, was in enumerate(before, 1):
            os.dup2(was, number)
            os.close(was)


def main(name: str, sentence: str, *command: str) -> int:
    """The exit code of the command."""
    try:
        with step(name, sentence):
            subprocess.run(command, stdin=subprocess.DEVNULL, check=True)  # noqa: S603  the Makefile's own
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
