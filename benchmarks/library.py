"""The library's exits: a scan, a finish with ten books, and fifty exits that want the same copies at once."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.classroom import in_site
from benchmarks.report import Row
from benchmarks.site import on_server, temporary_site

# Runs inside the temporary site. Through the services that the kiosk's endpoints call, in threads of their own.
MEASURE = """
import json, random, sys, time
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from accounts.models import User
from config.errors import Refused
from library.circulation import loans
from library.kiosk import actions as kiosk
from library.kiosk import at_exit
from library.visits import visits
from library.models import Copy, LibraryStation, Loan, Title
from recognition.models import Station
KIOSKS, COPIES = 50, 200
title = Title.objects.create(title="Bench")
people = [User.objects.create(id_number=f"s{n}", first_name=f"P{n}", password="!") for n in range(KIOSKS)]
for n in range(KIOSKS):
    place = Station.objects.create(slug=f"exit-{n}", name="Exit", purpose="library", roster_rule="library")
    LibraryStation.objects.create(station=place, kind="exit")
    visits.enter(people[n])
Copy.objects.bulk_create([Copy(title=title, barcode=f"B-{n}") for n in range(COPIES)])
reverse("home")  # as in a server that has answered before: the addresses of the whole site are loaded
Copy.objects.bulk_create([Copy(title=title, barcode=f"M-{n}") for n in range(200)])
scans, finishes = [], []
for n in range(20):
    visits.enter(people[0])
    kiosk.greet_at_exit(people[0], "exit-0", lane="card", at=timezone.now())
    for book in range(10):
        began = time.perf_counter()
        kiosk.scan("exit-0", loans.by_barcode(f"M-{10 * n + book}"))
        scans.append(1000 * (time.perf_counter() - began))
    began = time.perf_counter()
    kiosk.finish("exit-0")
    finishes.append(1000 * (time.perf_counter() - began))
visits.enter(people[0])
before = Loan.objects.count()
def serve(n):
    broken = []
    try:
        kiosk.greet_at_exit(people[n], f"exit-{n}", lane="card", at=timezone.now())
        for barcode in random.Random(n).sample([f"B-{c}" for c in range(COPIES)], 20):
            try:
                kiosk.scan(f"exit-{n}", loans.by_barcode(barcode))
            except Refused:
                pass
        kiosk.finish(f"exit-{n}")
    except Exception as error:
        broken.append(repr(error)[:200])
    finally:
        connection.close()
    return broken
began = time.perf_counter()
with ThreadPoolExecutor(KIOSKS) as pool:
    broken = sum(pool.map(serve, range(KIOSKS)), [])
took = time.perf_counter() - began
open_loans = list(Loan.objects.filter(open_slot=1, copy__barcode__startswith="B-").values_list("copy_id", flat=True))
scans.sort(); finishes.sort()
print(json.dumps({"scan": scans[int(0.95 * len(scans))], "finish": finishes[int(0.95 * len(finishes))], "took": took,
    "loans": len(open_loans), "double": len(open_loans) - len(set(open_loans)), "broken": broken}))
"""


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        yield from measured(env, "SQLite")
    for kind, name in (("postgres", "PostgreSQL"), ("mysql", "MariaDB")):
        with on_server(kind) as there:
            if there is not None:
                yield from measured(there, name)


def measured(env: dict[str, str], database: str) -> Iterator[Row]:
    made = in_site(env, MEASURE)
    yield Row(f"library on {database}: one scan, p95", made["scan"], "ms", at_most=300)
    yield Row(f"library on {database}: finish with 10 books, p95", made["finish"], "ms", at_most=150)
    what = f"library on {database}: 50 exits at once on the same 200 copies"
    yield Row(f"{what}, copies lent twice", made["double"], "", at_most=0, note=f"{made['loans']} lent")
    yield Row(f"{what}, exits that broke", len(made["broken"]), "", at_most=0, note="; ".join(made["broken"][:1]))
    yield Row(f"{what}, all done after", made["took"], "s")
