"""A bank for the officers' browser test, made in a process of its own: doors in every state, people in every queue.

python -m tests.browser.prepare_lockers_desk
"""

from __future__ import annotations

from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  needs the apps

from accounts.credentials.pins import set_pin  # noqa: E402
from accounts.models import User  # noqa: E402
from lockers.access import attempts, keys  # noqa: E402
from lockers.assignments import registration  # noqa: E402
from lockers.doors import doors, openings  # noqa: E402
from lockers.models import Locker, Lockout  # noqa: E402
from lockers.rules.doors import DoorState  # noqa: E402
from tests.support.lockers import KIOSK, bank, given, key_of, locker, shut  # noqa: E402

TRACE = {
    "passed": False,
    "reason": "flat_picture",
    "blinks": [[3, 5]],
    "yaw_min": -24.6,
    "yaw_max": 3.0,
    "passive_score": None,
    "trace": {"challenge": ["blink", "turn_left"], "frames": 71},
}


def person(id_number, first_name, last_name, **fields):
    return User.objects.create_user(
        id_number, "correct horse battery", first_name=first_name, last_name=last_name, **fields
    )


def main():
    officer = person("o-edsger", "Edsger", "Dijkstra", role="locker_officer")
    other = person("o-anita", "Anita", "Borg", role="locker_officer")
    ada, grace = person("s-ada", "Ada", "Lovelace", card_barcode="CARD-7"), person("s-grace", "Grace", "Hopper")
    set_pin(ada, "2718", by=ada)
    long = person("c-200", "Maximiliana Theodora", "von Hohenstein-Wittgenstein")
    seven = given(ada, "7", joint=[grace])
    vault = given(long, "12", kind="vault")
    for number in ("1", "2", "3", "4", "5", "6", "8", "9"):
        locker(number)
    locker("10", out_of_service=True, note="The hinge is being repaired")
    locker("11", kind="vault")
    states = {"2": DoorState.LOCKED, "3": DoorState.JAMMED, "4": DoorState.UNAVAILABLE, "5": DoorState.LOCKED}
    for number, state in states.items():
        doors.reported(Locker.objects.get(number=number), state)
    for who in (ada, grace):
        keys.redeem(key_of(who, seven).code, seven, station=KIOSK)
        shut(seven)
    failed = attempts.start(grace, seven, station=KIOSK, lane="face")
    attempts.note(failed, "asked")
    attempts.fail(failed, "flat_picture", liveness=TRACE)
    failed = attempts.start(ada, seven, station=KIOSK, lane="face")
    near = {"distance": 0.4121, "threshold": 0.278, "metric": "euclidean", "frames": 6}
    attempts.fail(failed, "no_match", liveness=TRACE | {"passed": True}, distances=near)
    Lockout.objects.filter(person=ada).update(failures=6, until=timezone.now() + timedelta(minutes=4))
    Lockout.objects.filter(person=grace).update(failures=50, disabled_at=timezone.now())
    openings.override(vault, by=other, reason="Smoke comes out of the vault; the fire brigade stands here")
    registration.wait(bank(), grace, by=officer)
    registration.wait(bank(), ada, by=officer, kind="vault")


main()
