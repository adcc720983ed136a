"""What a browser test needs from its server's database, done in a process of its own.

    python -m tests.browser.prepare WHO…       fill the tables of an empty database; prints codes and tokens as JSON
    python -m tests.browser.prepare --new-code
    python -m tests.browser.prepare --revoke-browsers
    python -m tests.browser.prepare --switch on|off
    python -m tests.browser.prepare --screens      a station of each purpose; prints a pairing code for each as JSON

WHO is `name=photo.jpg` for a person enrolled with a photo, or `name` alone for one enrolled as a colour.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from accounts.consent.consent import give_consent  # noqa: E402
from accounts.models import User  # noqa: E402  needs the apps
from recognition.enrol.enrolment import Photo, enrol  # noqa: E402
from recognition.models import Station, StationDevice  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.support.live import enrol as enrol_colour  # noqa: E402


def main(words):
    if words == ["--new-code"]:
        print(stations.new_pairing_code(Station.objects.get(slug="front-door"), by=None))  # noqa: T201
    elif words == ["--revoke-browsers"]:
        for device in StationDevice.objects.filter(kind="browser"):
            stations.revoke(device, by=None)
    elif words == ["--screens"]:
        print(json.dumps(dict(screens())))  # noqa: T201
    elif words[:1] == ["--switch"]:
        Station.objects.update(active=words[1] == "on")
    elif words[:1] == ["--rests-after"]:
        Station.objects.update(idle_after=int(words[1]))
    elif words[:1] == ["--liveness"]:
        Station.objects.update(liveness=words[1])
    else:
        print(json.dumps(fill(words)))  # noqa: T201


def screens():
    """Entry and exit of a library, the kiosk of a class, lockers, and the door that there is."""
    from library.models import LibraryStation

    wanted = {"entry": "library", "exit": "library", "class": "attendance", "lockers": "lockers"}
    for slug, purpose in wanted.items():
        station = Station.objects.create(slug=slug, name=f"Kiosk {slug}", place="Main building", purpose=purpose)
        if purpose == "library":
            LibraryStation.objects.create(station=station, kind=slug)
    for station in Station.objects.all():
        yield station.slug, stations.new_pairing_code(station, by=None)


def fill(people):
    administrator = person("a-root", "Margaret", "Hamilton", role="administrator")
    policy = "off" if any("=" in word for word in people) else "passive"  # a photo stands before the camera then
    station = Station.objects.create(
        slug="front-door", name="Front door", place="Main building", purpose="reception", liveness=policy
    )
    for number, word in enumerate(people):
        name, _, photo = word.partition("=")
        somebody = person(f"p-{number}", name.title())
        if photo:
            enrol_photo(somebody, Path(photo), administrator)
        else:
            enrol_colour(somebody, name)
    return {"camera_token": stations.new_camera_token(station, by=administrator, name="Test camera")}


def person(id_number, first_name, last_name="", **fields):
    return User.objects.create_user(
        id_number, "correct horse battery", first_name=first_name, last_name=last_name, **fields
    )


def enrol_photo(somebody, path, administrator):
    give_consent(somebody, "reception", by=administrator)
    photos = [Photo(path.name, path.read_bytes())]
    done = enrol(somebody, photos, purposes=["reception"], by=administrator, source="upload")
    assert done.photos == 1, done


main(sys.argv[1:])
