"""A bank for a browser test, made in a process of its own: lockers, and the singer of the film as the owner of one.

python -m tests.browser.prepare_lockers DATA     prints a pairing code for the kiosk
"""

from __future__ import annotations

import sys

import cv2
import django

django.setup()

from accounts.consent.consent import give_consent  # noqa: E402
from accounts.credentials.pins import set_pin  # noqa: E402
from accounts.roles import Purpose  # noqa: E402  needs the apps
from lockers.models import Locker  # noqa: E402
from recognition.enrol.enrolment import Photo, enrol  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.conftest import person  # noqa: E402
from tests.support.liveness.clips import film  # noqa: E402
from tests.support.lockers import KIOSK, bank, given, locker  # noqa: E402

SEATS = {88: (80, 20), 95: (110, 20), 110: (150, 20), 121: (200, 0), 154: (130, 0), 160: (110, 0)}  # frame: left, top
SIZE = (240, 180)


def photos(data):
    """Frames of the film that are not those of the clip, cut to his head and enlarged."""
    for number, (x, y) in SEATS.items():
        cut = film(data, "head_turns")[number][y : y + SIZE[1], x : x + SIZE[0]]
        large = cv2.resize(cut, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
        jpeg = cv2.imencode(".jpg", cv2.cvtColor(large, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
        yield Photo(f"{number}.jpg", jpeg.tobytes())


def main(data):
    if not Locker.objects.exists():
        bank()
        singer = person("c-100", "Manuel", last_name="Customer", card_barcode="CARD-100")
        mine = given(singer, "7")
        for number in "123456":
            locker(number)
        set_pin(singer, "2468", by=None)
        give_consent(singer, Purpose.LOCKERS, by=None)
        result = enrol(singer, list(photos(data)), purposes=[Purpose.LOCKERS], by=None, source="folder")
        print(mine, result, file=sys.stderr)  # noqa: T201
    print(stations.new_pairing_code(Station.objects.get(slug=KIOSK), by=None))  # noqa: T201


main(*sys.argv[1:])
