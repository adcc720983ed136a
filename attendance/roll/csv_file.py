"""The CSV file of a session: written line by line as things happen, and always equal to the database.

Each line carries its number from the database. Before lines are added, what a crash left half written is cut off, and
everything that the file lacks is added in order: so a missed write mends itself with the next one. On close the file is
written again, whole, and takes the old one's place in one step.
"""

from __future__ import annotations

import csv
import fcntl
import io
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from attendance.models import ClassSession, RollEntry
from config.live.news import clock
from config.ops import private_files
from config.tables import neutral

log = logging.getLogger("ostiary.attendance")

PAGE = 2000  # lines in memory at once
LONGEST_LINE = 8192  # bytes; the longest cell is a reason of 500 letters
HEADER = (
    *("line", "time", "event", "id_number", "name", "status", "source", "station", "confidence", "by", "reason"),
    *("seen_by", "liveness", "life"),
)


def path_of(session: ClassSession) -> Path:
    start = timezone.localtime(session.starts_at)
    return (
        Path(settings.ATTENDANCE_CSV_DIR)
        / session.course.code
        / f"{start:%Y-%m-%d_%H%M}_{session.course.code}_{session.pk}.csv"
    )


def catch_up(session_id: int) -> None:
    """Add every line that the file lacks. Trouble with the disk is logged: the next call mends it."""
    session = ClassSession.objects.select_related("course").filter(pk=session_id).first()
    if session is None:
        return
    try:
        _catch_up(session)
    except OSError:
        log.exception("The CSV file of session %s could not be written", session_id)


def _catch_up(session: ClassSession) -> None:
    path = path_of(session)
    private_files.folder(path.parent)
    with _locked(path), open(path, "a+b", opener=private_files.opener) as file:
        last = _mend(file)
        lines = text_of(_entries(session, after=last), header=last == 0)
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())


def rewrite(session: ClassSession) -> Path:
    """Write the whole file again from the database, all or nothing."""
    path = path_of(session)
    private_files.folder(path.parent)
    part = path.with_suffix(".part")
    with _locked(path):
        with open(part, "w", encoding="utf-8", newline="", opener=private_files.opener) as file:
            file.writelines(text_of(_entries(session)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    return path


def finish(session_id: int) -> None:
    """The session is over: its file is whole. Trouble with the disk is logged."""
    session = ClassSession.objects.select_related("course").get(pk=session_id)
    try:
        rewrite(session)
    except OSError:
        log.exception("The CSV file of session %s could not be written", session_id)


def remove(paths: Iterable[Path]) -> None:
    """The files of sessions that are gone, and the folders that are empty then."""
    for path in paths:
        path.unlink(missing_ok=True)
        path.with_suffix(".lock").unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


def whole(session: ClassSession) -> Iterator[str]:
    """The file's text from the database alone."""
    return text_of(_entries(session))


def text_of(entries: Iterable[RollEntry], *, header: bool = True) -> Iterator[str]:
    if header:
        yield _line(HEADER)
    for entry in entries:
        yield _line(_cells(entry))


def _entries(session: ClassSession, *, after: int = 0) -> Iterator[RollEntry]:
    """Every line with a greater number, a page at a time: a day at an entrance has many."""
    lines = session.entries.select_related("person", "by").order_by("pk")
    while page := list(lines.filter(pk__gt=after)[:PAGE]):
        yield from page
        after = page[-1].pk


def _cells(entry: RollEntry) -> tuple[object, ...]:
    return (
        entry.pk,
        clock(entry.at),
        entry.kind,
        entry.person.id_number if entry.person else "",
        entry.person.get_full_name() if entry.person else "",
        entry.status,
        entry.source,
        entry.station,
        "" if entry.confidence is None else f"{entry.confidence:.2f}",
        entry.by.id_number if entry.by else "",
        entry.reason,
        entry.seen_by if entry.kind == RollEntry.Kind.SEEN else "",
        entry.liveness,
        "" if entry.life is None else f"{entry.life:.2f}",
    )


def _line(cells: Iterable[object]) -> str:
    """One physical line, whatever stands in the cells: that is how a half-written one is known."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([neutral(_on_one_line(cell)) for cell in cells])
    return buffer.getvalue()


def _on_one_line(cell: object) -> object:
    return " ".join(cell.split()) if isinstance(cell, str) else cell


def _mend(file: IO[bytes]) -> int:
    """Cut off a line that was not finished; the number of the last whole one, 0 for a file that begins again."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_LINE))
    tail = file.read()
    ended = tail.rfind(b"\n") + 1
    begun = tail.rfind(b"\n", 0, ended - 1) + 1 if ended else 0
    number = tail[begun:ended].split(b",")[0]
    whole_part = size - len(tail) + ended
    file.truncate(whole_part if number.isdigit() else 0)
    return int(number) if number.isdigit() else 0


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One writer at a time, also among processes."""
    with open(path.with_suffix(".lock"), "w", opener=private_files.opener) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
