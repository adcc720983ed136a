"""A bank with a guarded vault for a browser test: its customer, two officers with PINs.

python -m tests.browser.prepare_lockers_bank     prints a pairing code for the kiosk, and the customer's key
"""

from __future__ import annotations

import django

django.setup()

from accounts.credentials.pins import set_pin  # noqa: E402
from accounts.models import User  # noqa: E402  needs the apps
from lockers.access import duress  # noqa: E402
from lockers.bank import access_times  # noqa: E402
from lockers.models import Locker  # noqa: E402
from lockers.rules.doors import DoorState  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.support.lockers import KIOSK, bank, given, key_of, locker  # noqa: E402

ALWAYS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def person(id_number, first_name, last_name, **fields):
    made = User.objects.create_user(
        id_number, "correct horse battery", first_name=first_name, last_name=last_name, **fields
    )
    set_pin(made, "2718", by=None)
    return made


def main():
    if not Locker.objects.exists():
        person("o-edsger", "Edsger", "Dijkstra", role="locker_officer")
        person("o-anita", "Anita", "Borg", role="locker_officer")
        ada = person("s-ada", "Ada", "Lovelace", card_barcode="CARD-7")
        given(ada, "12", kind="vault", door=DoorState.LOCKED)
        for number in "123456":
            locker(number, door=DoorState.LOCKED)
        access_times.set_bank_hours(bank(), ALWAYS, by=None)
        duress.choose(ada, by=ada, pin="2718", duress_pin="5309")
    code = stations.new_pairing_code(Station.objects.get(slug=KIOSK), by=None)
    print(code, key_of(User.objects.get(id_number="s-ada"), Locker.objects.get(number="12")).code)  # noqa: T201


main()
