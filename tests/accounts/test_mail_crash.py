"""A worker is killed while it is sending: the rest goes out, and the letter in its hand is neither lost nor doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from django.db import connection

from accounts.mail import outbox, sending
from accounts.mail.smtp import message
from accounts.models import OutgoingMail
from tests.browser.serving import run
from tests.support.mailing import Mailbox, at, free_port, listening, only
from tests.support.migrated import ROOT, empty_database

LETTERS, FATAL = 6, 3  # the worker dies with the third in its hand

SET_UP = f"""
import django; django.setup()
from accounts.mail import outbox
for number in range({LETTERS}):
    outbox.enqueue("attendance.appeal_answered", key=f"k{{number}}", to=f"p{{number}}@example.org", context={{}})
"""

# The next round of the clock, eleven minutes later; then what an administrator does with what is unclear.
LOOK = """
import django; django.setup()
import json, sys
from datetime import timedelta
from django.utils import timezone
from accounts.mail import outbox
from accounts.mail.delivery import OUTBOX
from accounts.models import OutgoingMail
OUTBOX.reclaim(timezone.now() + timedelta(minutes=11))
print(json.dumps(dict(OutgoingMail.objects.values_list("key", "state"))))
if "again" in sys.argv:
    outbox.send_again(OutgoingMail.objects.get(state="unclear"))
"""


@pytest.fixture
def site(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": empty_database(tmp_path / "mail.sqlite3"),
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "MAIL_QUIET_HOURS": "",
        "DEBUG": "true",
        "REDIS_URL": "",
        "ENV_FILE": os.devnull,
    }
    run("-c", SET_UP, environment=environment)
    return environment


def worker(environment, *options):
    command = [sys.executable, "manage.py", "db_worker", "--no-reload", "--no-startup-delay", *options]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def states(environment, *words):
    return json.loads(run("-c", LOOK, *words, environment=environment).splitlines()[0])


@pytest.mark.long
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(site):
    with listening(int(site["EMAIL_URL"].rsplit(":", 1)[1]), Mailbox()) as server:
        victim = worker(site)

        def pull_the_plug(smtp):
            if len(server.letters) == FATAL:
                os.kill(victim.pid, signal.SIGKILL)

        server.hook = pull_the_plug
        assert victim.wait(60) == -signal.SIGKILL
        assert len(server.letters) == FATAL

        server.hook = None
        found = states(site)
        [unclear] = [key for key, state in found.items() if state == "unclear"]
        assert sorted(found.values()) == ["sent"] * (FATAL - 1) + ["unclear"] + ["waiting"] * (LETTERS - FATAL)

        run("-c", "import django; django.setup()\nfrom accounts.mail import tasks\ntasks.wake()", environment=site)
        assert worker(site, "--batch").wait(60) == 0
        assert states(site, "again") == {f"k{n}": "sent" for n in range(LETTERS)} | {unclear: "unclear"}
        arrived = [letter["Message-ID"] for letter in server.letters]
        assert sorted(arrived) == sorted(message.message_id(f"k{n}") for n in range(LETTERS))

        assert worker(site, "--batch").wait(60) == 0
        assert set(states(site).values()) == {"sent"}
        assert server.last()["Message-ID"] == message.message_id(unclear)  # a mailbox knows the copy


@pytest.fixture
def own_kinds():
    with only():
        yield


@pytest.mark.django_db(transaction=True)
def test_workers_that_run_at_the_same_time_send_each_letter_once(settings, ada, own_kinds):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.MAIL_QUIET_HOURS = None
    for number in range(20):
        outbox.enqueue("test.news", key=f"k{number}", person=ada, context={"name": "Ada", "news": "x"})
    with listening(settings.EMAIL_PORT, Mailbox()) as server:
        workers = [threading.Thread(target=deliver_and_hang_up) for _ in range(4)]
        for one in workers:
            one.start()
        for one in workers:
            one.join(60)
    assert OutgoingMail.objects.filter(state="sent", tries=1).count() == 20
    assert len({letter["Message-ID"] for letter in server.letters}) == len(server.letters) == 20


def deliver_and_hang_up():
    try:
        sending.deliver_due(at(1))
    finally:
        connection.close()
