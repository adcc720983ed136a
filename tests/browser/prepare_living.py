"""A class or a library for a browser test with a real face: the person of blinks.mp4, enrolled from frames of it.

python -m tests.browser.prepare_living class|library     prints a pairing code for the kiosk, or for the entry
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  needs the apps

from accounts.consent.consent import give_consent  # noqa: E402
from accounts.models import User  # noqa: E402
from attendance.models import ClassSession, Course, Enrollment  # noqa: E402
from attendance.sessions import sessions  # noqa: E402
from recognition.enrol.enrolment import Photo, enrol  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.browser import living_films  # noqa: E402
from tests.conftest import person  # noqa: E402
from tests.support.library import station  # noqa: E402

NUMBER = "s-1"


def main(kind):
    who = User.objects.filter(id_number=NUMBER).first() or person(NUMBER, "Vincent")
    purpose = "attendance" if kind == "class" else "library"
    if not who.face_templates.filter(purpose=purpose).exists():
        give_consent(who, purpose, by=None)
        result = enrol(
            who, [Photo(*one) for one in living_films.photos()], purposes=[purpose], by=None, source="folder"
        )
        print(result, file=sys.stderr)  # noqa: T201
    place = Station.objects.filter(purpose=purpose).first() or (_class(who) if kind == "class" else station("entry"))
    print(stations.new_pairing_code(place, by=None))  # noqa: T201


def _class(who):
    place = Station.objects.create(slug="door", name="Door", purpose="attendance", roster_rule="class_now")
    course = Course.objects.create(code="cs101", title="Algorithms", sightings_needed=1)
    course.stations.set([place])
    Enrollment.objects.create(course=course, person=who)
    start = timezone.now().replace(microsecond=0) - timedelta(minutes=5)
    planned = ClassSession.objects.create(course=course, starts_at=start, ends_at=start + timedelta(hours=1))
    planned.stations.set([place])
    sessions.open_session(planned, at=start)
    return place


main(*sys.argv[1:])
