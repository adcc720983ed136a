"""A class for browser tests, made in the server's own database by a process of its own; prints ids and tokens as JSON.

python -m tests.browser.classroom [NUMBER]    a running session of `cs101` with Ada, Grace and NUMBER others
python -m tests.browser.classroom --stop
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  needs the apps

from accounts.credentials.pins import set_pin  # noqa: E402
from accounts.models import User  # noqa: E402
from attendance.models import ClassSession, Course, Enrollment  # noqa: E402
from attendance.sessions import sessions  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.support.live import enrol as enrol_colour  # noqa: E402

CARD = "4006381333931"


def main(words):
    if words == ["--stop"]:
        sessions.close_session(ClassSession.objects.get(state="open"))
    else:
        print(json.dumps(fill(int(words[0]) if words else 0)))  # noqa: T201


def fill(others):
    teacher = person("t-knuth", "Donald", "Knuth", role="teacher")
    ada = person("s-ada", "Ada", "Lovelace", card_barcode=CARD)
    grace = person("s-grace", "Grace", "Hopper")
    set_pin(grace, "2468", by=None)
    for one, colour in ((ada, "ada"), (grace, "grace")):
        enrol_colour(one, colour, "attendance")
    crowd = User.objects.bulk_create(
        User(id_number=f"m-{number}", first_name=f"Number{number:03}", last_name="Smith-Jones", password="!")
        for number in range(others)
    )
    room = Station.objects.create(
        slug="room-1", name="Room 1", purpose="attendance", view="room", roster_rule="class_now"
    )
    door = Station.objects.create(slug="door", name="Door", purpose="attendance", roster_rule="class_now")
    course = Course.objects.create(code="cs101", title="Algorithms", sightings_needed=1)
    course.teachers.add(teacher)
    course.stations.set([room, door])
    Enrollment.objects.bulk_create(Enrollment(course=course, person=one) for one in [ada, grace, *crowd])
    start = timezone.now().replace(microsecond=0) - timedelta(minutes=5)
    planned = ClassSession.objects.create(course=course, starts_at=start, ends_at=start + timedelta(hours=1))
    planned.stations.set([room, door])
    return {
        "session": sessions.open_session(planned, at=start).pk,
        "camera_token": stations.new_camera_token(room, by=None, name="Test camera"),
        "code": stations.new_pairing_code(door, by=None),
    }


def person(id_number, first_name, last_name, **fields):
    return User.objects.create_user(
        id_number, "correct horse battery", first_name=first_name, last_name=last_name, **fields
    )


main(sys.argv[1:])
