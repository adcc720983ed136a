"""The plug is pulled while somebody finishes: all loans or none, and what follows them is done by any process that
lives."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.serving import run
from tests.support.migrated import ROOT, empty_database

BOOKS = 10

SET_UP = f"""
import django; django.setup()
from accounts.models import User
from library.kiosk import basket as baskets
from library.visits import visits
from library.models import Copy, Title
person = User.objects.create(id_number="ada", first_name="Ada", email="ada@example.org")
visits.enter(person)
basket = baskets.open_for(person)
for number in range({BOOKS}):
    title = Title.objects.create(title=f"T{{number}}")
    baskets.add(basket, Copy.objects.create(title=title, barcode=f"B-{{number}}"))
"""

# Finish, waiting to be killed after the row that is asked for: "6 library_loan" is the sixth of that table.
FINISH = """
import sys, time
import django; django.setup()
from django.db import connection
from accounts.models import User
from library.kiosk import basket as baskets
wait_at = sys.argv[1:]
written = []
def told(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    if sql.startswith(("INSERT", "UPDATE")):
        table = sql.split('"')[1]
        written.append(table)
        if wait_at == [str(written.count(table)), table]:
            print("waiting at", table, flush=True)
            time.sleep(60)
    return result
with connection.execute_wrapper(told):
    done = baskets.finish(User.objects.get())
print("finished", len(done.loans), done.permission.allowed, flush=True)
"""

LOOK = """
import django; django.setup()
from library.models import BasketLine, ExitPass, Loan, Visit
print(Loan.objects.count(), BasketLine.objects.filter(open_slot=1, basket__open_slot=1).count(),
      ExitPass.objects.count(), Visit.objects.filter(open_slot=1).count())
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


def looked(environment):
    """(loans, lines in the open basket, passes, people inside)"""
    return tuple(map(int, run("-c", LOOK, environment=environment).split()))


@pytest.mark.long
@pytest.mark.parametrize(
    ("written", "table"),
    [
        (1, "library_loan"),
        (6, "library_loan"),
        (5, "library_circulationevent"),
        (1, "accounts_outgoingmail"),
        (1, "library_exitpass"),
    ],
    ids=["one loan", "six", "the journal", "the receipt", "the permission to leave"],
)
def test_a_finish_that_was_cut_off_has_lent_nothing_and_the_basket_comes_back(site, written, table):
    command = [sys.executable, "-c", FINISH, str(written), table]
    finisher = subprocess.Popen(command, cwd=ROOT, env=site, stdout=subprocess.PIPE, text=True)
    heard = finisher.stdout.readline()
    finisher.kill()
    finisher.communicate(timeout=30)
    assert heard.split() == ["waiting", "at", table], "it was killed in the middle"
    assert looked(site) == (0, BOOKS, 0, 1)

    assert f"finished {BOOKS} True" in run("-c", FINISH, environment=site)
    assert looked(site) == (BOOKS, 0, 1, 0)


# --- killed after the loans are committed -------------------------------------------------------

# The gate is a file to which a line is added whenever it opens, in whatever process: a real door outside of it.
GATE = """
import pathlib, sys, time
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from library.kiosk import basket as baskets
from library.desk import desk
from library.visits import exit_passes as exits
from library.kiosk import pending_gates
from library.visits.gates import SimulatedGate
from library.models import ExitPass
from accounts.models import OutgoingMail, User
door, wait_at = pathlib.Path(sys.argv[1]), sys.argv[2]
def stop(point):
    if point == wait_at:
        print(point, flush=True)
        time.sleep(60)
opens = SimulatedGate.open
def opened(self, number, until):
    stop("before the gate")
    answer = opens(self, number, until)
    with door.open("a") as log: log.write(number + "\\n")
    stop("before its answer")
    return answer
SimulatedGate.open = opened
shown = exits.open_gate
def told(permission):
    stop("after the commit")
    return shown(permission)
exits.open_gate = told
"""
LEAVE = GATE + "baskets.finish(User.objects.get(), station='out')"
AFTERWARDS = (
    GATE
    + """
at = timezone.now() + timedelta(seconds=float(sys.argv[3]))
pending_gates.open_pending(at); pending_gates.open_pending(at)
print(ExitPass.objects.get().gate_answer or "-", exits.failed(at).count(), OutgoingMail.objects.count())
"""
)
BY_HAND = (
    GATE
    + """
ExitPass.objects.update(decided_at=timezone.now() - timedelta(seconds=90))
ExitPass.objects.exclude(used_at=None).update(used_at=timezone.now() - timedelta(seconds=90))
desk.open_again(ExitPass.objects.get())
print(exits.failed(timezone.now()).count(), ExitPass.objects.count())
"""
)


def killed(site, door, point):
    """Somebody leaves with their books, and the process dies at this point."""
    command = [sys.executable, "-c", LEAVE, str(door), point]
    leaver = subprocess.Popen(command, cwd=ROOT, env=site, stdout=subprocess.PIPE, text=True)
    assert leaver.stdout.readline().strip() == point
    leaver.kill()
    leaver.communicate(timeout=30)
    assert looked(site) == (BOOKS, 0, 1, 0), "the loans are committed"


def times_opened(door):
    return len(door.read_text().splitlines()) if door.exists() else 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("point", "seconds", "expected"),
    [
        ("after the commit", 5, ("opened 0 1", 1)),  # the next process opens, once
        ("after the commit", 61, ("- 1 1", 0)),  # too late: nobody stands there; the desk sees it
        ("before the gate", 20, ("- 1 1", 0)),  # nobody knows whether the gate has heard it
        ("before its answer", 20, ("- 1 1", 1)),  # it has opened: never by itself again
    ],
)
def test_after_a_kill_the_gate_opens_once_in_time_or_the_desk_opens(site, tmp_path, point, seconds, expected):
    door = tmp_path / "door"
    killed(site, door, point)
    said = run("-c", AFTERWARDS, str(door), "", str(seconds), environment=site).strip()
    assert (said, times_opened(door)) == expected


@pytest.mark.long
@pytest.mark.parametrize("point", ["after the commit", "before the gate"])
def test_after_a_kill_the_desk_opens_where_no_answer_is_written(site, tmp_path, point):
    door = tmp_path / "door"
    killed(site, door, point)
    assert run("-c", BY_HAND, str(door), "", environment=site).strip() == "0 2"
    assert times_opened(door) == 1
