"""A library desk for a browser test, done in a process of its own: a librarian, readers, books in every state.

python -m tests.browser.prepare_desk
"""

from __future__ import annotations

from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  needs the apps

from accounts.models import User  # noqa: E402
from library.circulation import holds, loans  # noqa: E402
from library.visits import visits  # noqa: E402
from tests.support.library import book, station  # noqa: E402

LONG = "The Expedition of Humphry Clinker, in three volumes, with notes and an index of persons and places"


def person(id_number, first_name, last_name, **fields):
    return User.objects.create_user(
        id_number, "correct horse battery", first_name=first_name, last_name=last_name, **fields
    )


def main():
    person("l-ranganathan", "Shiyali", "Ranganathan", role="librarian")
    ada, grace = person("s-ada", "Ada", "Lovelace", card_barcode="CARD-7"), person("s-grace", "Grace", "Hopper")
    station("exit")
    now = timezone.now()
    book("LIB-1", "Middlemarch", location="Fiction A")
    book("LIB-2", LONG, location="Fiction A")
    book("LIB-3", "Emma", location="Fiction B")
    for number in range(4, 10):
        loans.check_out(book(f"LIB-{number}", f"{LONG} {number}"), to=grace, at=now - timedelta(days=30 + number))
    ready = book("LIB-10", "Frankenstein; or, The Modern Prometheus")
    loans.check_out(ready, to=grace)
    holds.place(ready.title, ada)
    loans.give_back(ready)
    wanted = book("LIB-11", "Wuthering Heights")
    loans.check_out(wanted, to=grace)
    past = book("LIB-12", "Persuasion")
    for days in (50, 20):
        loans.check_out(past, to=ada, at=now - timedelta(days=days))
        loans.give_back(past, at=now - timedelta(days=days - 9))
    visits.enter(grace)


main()
