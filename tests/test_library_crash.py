"""The plug is pulled while somebody finishes: all loans or none, and the basket is still there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.serving import run
from tests.migrated import ROOT, empty_database

BOOKS = 10

SET_UP = f"""
import django; django.setup()
from accounts.models import User
from library import baskets, visits
from library.models import Copy, Title
person = User.objects.create(id_number="ada", first_name="Ada")
visits.enter(person)
basket = baskets.open_for(person)
for number in range({BOOKS}):
    title = Title.objects.create(title=f"T{{number}}")
    Copy.objects.create(title=title, barcode=f"B-{{number}}")
    baskets.add(basket, f"B-{{number}}")
"""

# Finish, saying after each row what was written, and waiting there to be killed at the one that is asked for.
FINISH = """
import sys, time
import django; django.setup()
from django.db import connection
from accounts.models import User
from library import baskets
written = []
def told(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    if sql.startswith(("INSERT", "UPDATE")):
        written.append(sql)
        print(len(written), sql.split('"')[1], flush=True)
        if len(written) == int(sys.argv[1]):
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
    [(1, "library_loan"), (6, "library_loan"), (16, "library_circulationevent"), (27, "library_exitpass")],
    ids=["one loan", "six", "the journal", "the permission to leave"],
)
def test_a_finish_that_was_cut_off_has_lent_nothing_and_the_basket_comes_back(site, written, table):
    command = [sys.executable, "-c", FINISH, str(written)]
    finisher = subprocess.Popen(command, cwd=ROOT, env=site, stdout=subprocess.PIPE, text=True)
    heard = [finisher.stdout.readline() for _ in range(written)]
    finisher.kill()
    finisher.communicate(timeout=30)
    assert heard[-1].split() == [str(written), table], "it was killed in the middle"
    assert looked(site) == (0, BOOKS, 0, 1)

    assert f"finished {BOOKS} True" in run("-c", FINISH, "0", environment=site)
    assert looked(site) == (BOOKS, 0, 1, 0)
