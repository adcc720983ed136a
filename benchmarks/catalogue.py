"""How fast a catalogue of 50,000 records comes in, how much memory that takes, and how fast it is searched."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Row
from benchmarks.site import temporary_site

SAMPLES = Path(__file__).resolve().parents[2] / "shared/data/catalog/pymarc/marc.dat"
COUNT = 50_000

# Runs inside the temporary site: imports the file twice, then searches.
MEASURE = """
import json, resource, sys, time
import django; django.setup()
from django.conf import settings
settings.DEBUG = False  # or every query would be kept
from library.catalogue.imports import take
from library.catalogue.search import search
from library.circulation.views.titles import Counted
path, count = sys.argv[1], int(sys.argv[2])
memory = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
made = {"imports": [], "searches": {}}
for _turn in range(2):
    began, worked, half, outcomes = time.perf_counter(), time.process_time(), 0, {}
    with open(path, "rb") as file:
        for verdict in take(file, dry_run=False):
            outcomes[verdict.code] = outcomes.get(verdict.code, 0) + 1
            half = memory() if verdict.number == count // 2 else half
    took, work = time.perf_counter() - began, time.process_time() - worked
    made["imports"].append(
        {"rate": count / took, "work": count / work, "growth": memory() - half, "outcomes": outcomes}
    )
for query in ("lisp", "perl programming 49", "9780133708752", "graham", "nothing such", "the"):
    began = time.perf_counter()
    page = Counted(search(query)).page(1)
    list(page)
    made["searches"][query] = (1000 * (time.perf_counter() - began), page.paginator.count)
print(json.dumps(made))
"""


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        yield from measured(env, "SQLite")


def measured(env: dict[str, str], database: str, count: int = COUNT) -> Iterator[Row]:
    """`env` is that of a migrated, empty site."""
    with tempfile.TemporaryDirectory() as folder:
        path = generated(count, Path(folder))
        words = [sys.executable, "-c", MEASURE, str(path), str(count)]
        env = env | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        run = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    made = json.loads(run.stdout)
    what = f"catalogue on {database}: {count} MARC records"
    for name, turn in zip(("imported", "imported again"), made["imports"], strict=True):
        note = f"{turn['work']:.0f} for each second of processor; {turn['outcomes']}"
        yield Row(f"{what} {name}", turn["rate"], "/s", at_least=1000, note=note)
        yield Row(f"{what} {name}, growth of memory in the second half", turn["growth"], "MB", at_most=20)
    slowest = max(made["searches"], key=lambda query: made["searches"][query][0])
    took, found = made["searches"][slowest]
    yield Row(f"{what}, slowest of six searches", took, "ms", note=f"{slowest!r}: {found} found")


def generated(count: int, folder: Path) -> Path:
    """A file of `count` different records with a copy each, made from the twenty of the sample."""
    from pymarc import Field, Indicators, MARCReader, Subfield

    with SAMPLES.open("rb") as file:
        samples = list(MARCReader(file))
    path = folder / "generated.mrc"
    with path.open("wb") as file:
        for number, record in zip(range(count), itertools.cycle(samples), strict=False):
            record["001"].data = f"{number}"
            record["245"].subfields[0] = Subfield("a", f"{record['245'].subfields[0].value[:60]} {number}")
            record.remove_fields("020", "852")
            record.add_field(Field("852", Indicators(" ", " "), [Subfield("p", f"B{number:07}"), Subfield("c", "A")]))
            file.write(record.as_marc())
    return path
