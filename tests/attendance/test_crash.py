"""The plug is pulled in the middle of a class: nothing lost, nothing doubled, and the file mends itself."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.serving import run
from tests.support.migrated import ROOT, empty_database

PEOPLE = 60

# A class of its own, once.
SET_UP = f"""
import django; django.setup()
from accounts.models import User
from attendance.sessions import sessions
from attendance.models import Course, Enrollment
course = Course.objects.create(code="crash", title="Crash")
for number in range({PEOPLE}):
    person = User.objects.create(id_number=f"s{{number}}", first_name=f"P{{number}}")
    Enrollment.objects.create(course=course, person=person)
sessions.start_now(course, by=None)
"""

# Everybody arrives, one after the other; each arrival that was confirmed is printed. Told twice, it goes on.
ARRIVE = """
import django; django.setup()
from django.utils import timezone
from accounts.models import User
from attendance.roll import roll
from attendance.models import ClassSession
session = ClassSession.objects.get()
for person in User.objects.order_by("pk"):
    roll.record_arrival(session.pk, person, at=timezone.now(), source="card", nonce=person.id_number)
    print(person.id_number, flush=True)
"""

# The next start: the clock's first round.
RESTART = """
import django; django.setup()
from django.utils import timezone
from attendance.wiring import job_steps as clock
from attendance.roll import csv_file
from attendance.models import ClassSession
clock.mend_files(timezone.now())
session = ClassSession.objects.get()
print(csv_file.path_of(session).read_text() == "".join(csv_file.whole(session)))
print(*session.entries.filter(kind="seen").values_list("person__id_number", flat=True))
"""


@pytest.fixture
def site(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": empty_database(tmp_path / "crash.sqlite3"),
        "DEBUG": "true",
        "REDIS_URL": "",
        "ENV_FILE": os.devnull,
    }
    run("-c", SET_UP, environment=environment)
    return environment


def killed_after(confirmed, environment):
    """Kill -9 as soon as so many arrivals were confirmed; which ones were."""
    writer = subprocess.Popen(
        [sys.executable, "-c", ARRIVE], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    heard = [writer.stdout.readline().strip() for _ in range(confirmed)]
    writer.kill()
    heard += writer.communicate(timeout=30)[0].split()
    assert len(heard) < PEOPLE, "it was too fast to be killed"
    return heard


def after_a_restart(environment):
    same, *seen = run("-c", RESTART, environment=environment).split()
    return same == "True", seen


@pytest.mark.long
def test_what_was_confirmed_is_there_once_and_the_file_is_whole_again(site, tmp_path):
    confirmed = killed_after(12, site)
    [file] = (tmp_path / "attendance").rglob("*.csv")
    file.write_bytes(file.read_bytes()[:-25])  # the last line had not reached the disk
    same, seen = after_a_restart(site)
    assert same
    assert set(confirmed) <= set(seen)
    assert len(seen) == len(set(seen)) <= len(confirmed) + 1

    run("-c", ARRIVE, environment=site)  # the same messages again
    same, seen = after_a_restart(site)
    assert same
    assert sorted(seen) == sorted(f"s{number}" for number in range(PEOPLE))


# Killed when the class is closed in the database, and its last lines are not yet in the file.
CLOSE = """
import sys, time
import django; django.setup()
from attendance.roll import csv_file
from attendance.sessions import sessions
from attendance.models import ClassSession
def stop(pk):
    print("closed", flush=True)
    time.sleep(60)
csv_file.catch_up = csv_file.finish = stop
sessions.close_session(ClassSession.objects.get())
"""


@pytest.mark.long
def test_a_class_that_was_killed_as_it_closed_has_a_whole_file_soon(site):
    closer = subprocess.Popen([sys.executable, "-c", CLOSE], cwd=ROOT, env=site, stdout=subprocess.PIPE, text=True)
    assert closer.stdout.readline().strip() == "closed"
    closer.kill()
    closer.communicate(timeout=30)
    assert run("-c", RESTART, environment=site).split("\n")[0] == "True"
