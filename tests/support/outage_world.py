"""A small site on a real database server, for the test of outages; done in a process of its own.

python -m tests.support.outage_world fill     fills the tables; prints a cookie, a token and a session's number as JSON
python -m tests.support.outage_world watch    after a line on standard input: how many seconds worker and clock need
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402  needs the apps
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from accounts.mail.tasks import deliver  # noqa: E402
from accounts.models import User  # noqa: E402
from attendance.models import ClassSession, Course  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.support.live import enrol  # noqa: E402

PATIENCE = 60  # s


def fill():
    root = User.objects.create_user("a-root", "correct horse battery", first_name="Root", role="administrator")
    ada = User.objects.create_user("s-ada", "correct horse battery", first_name="Ada", role="member")
    demo = Station.objects.create(slug="demo", name="Demo", purpose="reception")
    enrol(ada, "ada")
    course = Course.objects.create(code="cs101", title="Algorithms")
    client = Client()
    client.force_login(root, backend="accounts.backends.RoleBackend")
    name = settings.SESSION_COOKIE_NAME
    return {
        "cookie": f"{name}={client.cookies[name].value}",
        "token": stations.new_camera_token(demo, by=root, name="Camera"),
        "session": class_now(course, timedelta(0), state="open").pk,
    }


def class_now(course, since, **state):
    begins = (timezone.now() - since).replace(microsecond=0)
    return ClassSession.objects.create(course=course, starts_at=begins, ends_at=begins + timedelta(hours=1), **state)


def watch():
    Course.objects.exists()  # connected
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    began, course = time.monotonic(), Course.objects.create(code=f"c-{time.time()}", title="Next")
    task, planned = deliver.enqueue(), class_now(course, timedelta(seconds=1))
    return {
        "worker": until(began, lambda: DBTaskResult.objects.get(pk=task.id).status == "SUCCESSFUL"),
        "clock": until(began, lambda: ClassSession.objects.get(pk=planned.pk).state == "open"),
    }


def until(began, wanted):
    while not wanted():
        assert time.monotonic() < began + PATIENCE, "it did not go on"
        time.sleep(0.1)
    return round(time.monotonic() - began, 1)


if __name__ == "__main__":
    print(json.dumps({"fill": fill, "watch": watch}[sys.argv[1]]()))  # noqa: T201
