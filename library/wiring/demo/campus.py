"""Puts the demo's library into the database, once: its catalogue, its stations, and six weeks of readers.

Past `backends.ledger()`: what never happened is told to no library system.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from library.circulation import holds, loans
from library.models import Copy, Hold, LibraryStation, Loan, Title
from library.rules.lending import CopyStatus
from library.visits import visits
from library.wiring.demo import books

ENTRY, EXIT, RETURN = "library-entry", "library-exit", "library-return"
PLACES = "ground floor", "first floor", "second floor"
DAYS = 42
READERS, INSIDE, WAITING = 16, 4, 3
MEMBER, MEMBERS_VISITS = "member", (25, 9)  # the person who signs in as the member has books; days ago
REFERENCE_EVERY = 23  # titles


def create() -> str:
    """One line about it."""
    if not Title.objects.filter(source_key__startswith="demo:").exists():
        _shelves()
    _stations()
    if not Loan.objects.exists():
        _story()
    out = Loan.objects.filter(open_slot=1).count()
    return f"Library: {Title.objects.count()} titles, {Copy.objects.count()} copies, {out} on loan."


# --- shelves and stations -------------------------------------------------------------------------


@transaction.atomic
def _shelves() -> None:
    for row, fact in enumerate(books.facts(), 1):
        title = Title.objects.create(source_key=f"demo:{row}", **_fields(fact))
        status = CopyStatus.AVAILABLE if row % REFERENCE_EVERY else CopyStatus.REFERENCE
        Copy.objects.bulk_create(
            Copy(title=title, barcode=books.barcode(row, number), location=PLACES[row % 3], status=status)
            for number in range(1, 2 + row % 3)
        )


def _fields(fact: books.Fact) -> dict[str, Any]:
    return {
        "title": fact["title"],
        "authors": fact["author"],
        "isbn": fact["isbn"] or None,
        "year": int(fact["year"]) if fact["year"] else None,
        "language": fact["language"],
        "subjects": fact["subject"],
        "call_number": fact["call_number"],
    }


def _stations() -> None:
    """What each station is for. At the demo's exit leaving is finishing: no one is there to press a button."""
    station: Any = LibraryStation._meta.get_field("station").related_model
    keep, finish = LibraryStation.WhenLeft
    for slug, kind, when_left in (
        (ENTRY, LibraryStation.Kind.ENTRY, keep),
        (EXIT, LibraryStation.Kind.EXIT, finish),
        (RETURN, LibraryStation.Kind.RETURN, keep),
    ):
        for found in station.objects.filter(slug=slug):
            LibraryStation.objects.get_or_create(station=found, defaults={"kind": kind, "when_left": when_left})


# --- readers --------------------------------------------------------------------------------------


@transaction.atomic
def _story() -> None:
    """Invented people read on most weekdays; some keep their books too long. The same people on every machine."""
    chance = random.Random(189)  # noqa: S311  a story, not a secret
    readers = list(User.objects.filter(id_number__regex="^[se]-").order_by("id_number")[:READERS])
    shelf = list(_free_to_lend())
    chance.shuffle(shelf)
    for day in _weekdays():
        for reader in chance.sample(readers, min(3, len(readers))):
            _visit(reader, day, shelf, chance)
    for reader in readers[:INSIDE]:
        visits.enter(reader, station=ENTRY, lane="card", at=timezone.now() - timedelta(minutes=chance.randint(5, 90)))
    _queue(readers)
    _member(shelf)


def _member(shelf: list[Copy]) -> None:
    """Two books that are due soon, two that are not, and a place in a queue."""
    person = User.objects.filter(id_number=MEMBER).first()
    if person is None:
        return
    for days in MEMBERS_VISITS:
        left = timezone.now().replace(hour=11) - timedelta(days=days)
        visit, _new = visits.enter(person, station=ENTRY, lane="card", at=left - timedelta(minutes=40))
        loans.check_out_all([shelf.pop(0), shelf.pop(0)], to=person, at=left, station=EXIT, visit=visit)
        visits.end(visit, station=EXIT, at=left)
    others = Title.objects.filter(copies__status=CopyStatus.ON_LOAN).exclude(copies__loans__person=person)
    if wanted := others.exclude(copies__status=CopyStatus.AVAILABLE).order_by("pk").last():
        holds.place(wanted, person)


def _free_to_lend() -> Iterator[Copy]:
    """Not the books of the film: those come and go by themselves."""
    titles = Title.objects.exclude(title__in=books.SHOWN)
    yield from Copy.objects.filter(title__in=titles, status=CopyStatus.AVAILABLE).select_related("title")


def _weekdays() -> Iterator[datetime]:
    """Noon of each weekday, the oldest first; never today."""
    today, zone = timezone.localdate(), timezone.get_current_timezone()
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5:
            yield datetime.combine(day, time(12), tzinfo=zone)


def _visit(reader: User, noon: datetime, shelf: list[Copy], chance: random.Random) -> None:
    """Brings back what is due soon, mostly; stays an hour or two; takes something along, mostly."""
    came = noon + timedelta(minutes=chance.choice((-150, -90, -20, 15, 40, 130, 200)) + chance.randint(-15, 15))
    visit, _new = visits.enter(reader, station=ENTRY, lane="card", at=came)
    for loan in loans.open_loans(reader):
        if loan.due_at - came < timedelta(days=14) and chance.random() < 0.75:
            loans.give_back(loan.copy, at=came, station=RETURN)
            shelf.append(loan.copy)
    left = came + timedelta(minutes=chance.randint(20, 140))
    for _book in range(chance.choice((0, 1, 1, 2, 3))):
        loans.check_out(shelf.pop(0), to=reader, at=left, station=EXIT, visit=visit)
    visits.end(visit, station=EXIT, at=left)


def _queue(readers: list[User]) -> None:
    """Some wait for a book that another person has; one of them can come and get it."""
    wanted = list(Loan.objects.filter(open_slot=1).select_related("copy__title").order_by("pk"))
    alone = [loan for loan in wanted if not loan.copy.title.copies.exclude(status=CopyStatus.ON_LOAN).exists()]
    for loan, reader in zip(alone[:WAITING], reversed(readers), strict=False):
        if loan.person_id != reader.pk:
            holds.place(loan.copy.title, reader)
    if first := Hold.objects.filter(open_slot=1).first():
        loans.give_back(first.title.copies.earliest("pk"), station=RETURN)
