"""A library for a browser test, done in a process of its own: stations, books, and Ada inside, known by her colour.

python -m tests.browser.prepare_library KIND [outside]     prints a pairing code for the station of this kind
"""

from __future__ import annotations

import sys

import django

django.setup()

from accounts.models import User  # noqa: E402  needs the apps
from library.models import Copy, Title  # noqa: E402
from library.visits import visits  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.support.library import book, station  # noqa: E402
from tests.support.live import enrol  # noqa: E402

BOOKS = {
    "LIB-000001": "Middlemarch",
    "LIB-000002": "The Expedition of Humphry Clinker, in three volumes, with notes",
    "LIB-000003": "Emma",
    "LIB-000004": "Oxford English Dictionary",
}


def main(kind, where="inside"):
    if not Title.objects.exists():
        for barcode, title in BOOKS.items():
            book(barcode, title)
        Copy.objects.filter(barcode="LIB-000004").update(status="reference")
        ada = User.objects.get(id_number="p-0")
        enrol(ada, "ada", "library")
    slug = f"library-{kind}"
    place = Station.objects.filter(slug=slug).first() or station(kind)
    if where == "inside":
        visits.enter(User.objects.get(id_number="p-0"))
    print(stations.new_pairing_code(place, by=None))  # noqa: T201


main(*sys.argv[1:])
