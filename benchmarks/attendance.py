"""Reports over a million records: what a browser waits for, and what it costs the server's memory."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.report import Row
from benchmarks.site import manage, serving, temporary_site

SESSIONS, PEOPLE = 2_000, 500
RECORDS = SESSIONS * PEOPLE
YEARS = {"from": "2026-01-01", "to": "2027-12-31"}
A_DAY = {"from": "2026-01-05", "to": "2026-01-05"}
MIB = 1024


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        cookie = _filled(env)
        with serving(env) as server:
            browser = _Browser(server.address, server.pid, cookie)
            browser.take("csv", A_DAY)  # imports and the first connection are no part of it
            yield from _csv(browser)
            yield from _pages(browser)
        yield from _command(env)


def _csv(browser: _Browser) -> Iterator[Row]:
    taken = browser.take("csv", YEARS)
    assert taken.lines == RECORDS + 1, taken
    yield Row(f"report of {RECORDS:,} records as CSV: first line at the browser", taken.first, "s", at_most=1)
    yield Row("… the server's memory grows by", taken.grown, "MB", at_most=50)
    size = f"{taken.size / 1e6:.0f} MB"
    yield Row("… the whole file", taken.whole, "s", note=f"{size}, {RECORDS / taken.whole:,.0f} lines/s")


def _pages(browser: _Browser) -> Iterator[Row]:
    for words, path, query in (
        ("page with the first 50 of them", "", YEARS),
        ("page summed up by person", "", YEARS | {"kind": "people"}),
        ("page summed up by session", "", YEARS | {"kind": "sessions"}),
    ):
        yield Row(f"… {words}", browser.take(path, query).whole, "s", note=f"{RECORDS:,} records")
    yield Row("… analytics of all of them", browser.look("/attendance/analytics/", YEARS).whole, "s")


def _command(env: dict[str, str]) -> Iterator[Row]:
    file = Path(env["VAR_DIR"]) / "people.pdf"
    period = [word for name, day in YEARS.items() for word in (f"--{name}", day)]
    words = ["attendance_report", *period, "--kind", "people", "--format", "pdf", "--output", str(file), "--json"]
    said = json.loads(manage(env, *words))
    yield Row(f"… PDF summed up by person, {said['rows']:,} lines", said["seconds"], "s", note="attendance_report")


def _filled(env: dict[str, str]) -> str:
    surroundings = env | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    words = [sys.executable, "-m", "benchmarks.attendance_rows", str(SESSIONS), str(PEOPLE)]
    return subprocess.run(words, env=surroundings, capture_output=True, text=True, check=True).stdout.strip()


# --- a browser that looks at its watch ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    first: float  # s until the first byte of the answer's body
    whole: float  # s
    size: int  # bytes
    lines: int
    grown: float  # MB by which the server's memory was larger at its peak than before


class _Browser:
    def __init__(self, address: str, pid: int, cookie: str) -> None:
        self.address, self.pid, self.cookie = address, pid, cookie

    def take(self, form: str, query: dict[str, str]) -> Taken:
        return self.look(f"/attendance/reports/{form}/" if form else "/attendance/reports/", query)

    def look(self, path: str, query: dict[str, str]) -> Taken:
        with _peak_of(self.pid) as grown:
            began = time.perf_counter()
            connection = http.client.HTTPConnection(self.address, timeout=600)
            connection.request("GET", f"{path}?{urlencode(query)}", headers={"Cookie": f"sessionid={self.cookie}"})
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            piece = answer.read(1)
            first, size, lines = time.perf_counter() - began, 0, 0
            while piece:
                size, lines = size + len(piece), lines + piece.count(b"\n")
                piece = answer.read1(256 * 1024)
            whole = time.perf_counter() - began
            connection.close()
        return Taken(first, whole, size, lines, grown[0])


@contextmanager
def _peak_of(pid: int) -> Iterator[list[float]]:
    """Afterwards holds by how many MB the process was larger at its peak than before."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the peak so far
    before, grown = _status(pid, "VmRSS"), [0.0]
    yield grown
    grown[0] = (_status(pid, "VmHWM") - before) / MIB


def _status(pid: int, name: str) -> int:
    """In KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
