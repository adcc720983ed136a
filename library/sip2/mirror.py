"""With LIBRARY_BACKEND=sip2: what happened at the college's own desk, written into this ledger, which is its mirror.

Everyone with books here is asked about every `LIBRARY_SIP2_REFRESH` minutes, a few at a time; so is anyone who left a
basket at an exit, for a process that was killed there may have borrowed its books over there and not here. It only
ever asks (63, 17) and changes nothing over there, and it acts only where two answers agree: the whole list of an
account, and what is said of the book itself. Silence, and what is not whole, proves nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from config.live.news import clock
from library.circulation import holds, inventory, journal, loans, policy
from library.circulation.ledger import in_flight
from library.circulation.ledger.sip2 import CHARGED, IN, number_of
from library.models import BasketLine, Copy, Loan
from library.rules.lending import CopyStatus
from library.sip2.client import accounts, due_dates, from_settings
from library.sip2.client.accounts import Unclear
from library.sip2.client.client import Client, Item
from library.sip2.client.number_matching import is_among, plain

log = logging.getLogger("ostiary.library")

PEOPLE, LOOKS, SECONDS = 25, 100, 4.0  # in one run: the clock and the exits need the line too
PERSONAL = ("no_card", "not_for_sip2")  # refusals that are about one person's number alone
STATION = "library-system"  # where it happened, in the journal
SECONDS_LOST = timedelta(minutes=1)  # a due date that differs by less has only lost its seconds
PAUSED, SILENT = "library:mirror:paused", "library:mirror:silent"  # in the cache


# --- whom to ask about ----------------------------------------------------------------------------


def refresh(now: datetime) -> None:
    """Job of the clock. Where the other side does not answer, it is left alone until the next round."""
    every = settings.LIBRARY_SIP2_REFRESH
    if settings.LIBRARY_BACKEND != "sip2" or not settings.SIP2_HOST or not every or cache.get(PAUSED):
        return
    before, until = now - timedelta(minutes=every), time.monotonic() + SECONDS
    looks = BookQuestions(from_settings.client())
    for person in [*_left_behind(now), *_due(before)]:
        if time.monotonic() > until or not looks.left:
            return
        if (_claim(person, before, now) or _claim_basket(person, every)) and not _asked_about(person, looks):
            cache.set(PAUSED, True, 60 * every)
            return


def _due(before: datetime) -> list[User]:
    """People with books here, those asked about longest ago first."""
    long_ago = Q(asked_at__lt=before) | Q(asked_at=None, taken_at__lt=before)
    rows = Loan.objects.filter(long_ago, open_slot=1).exclude(person=None).order_by().values("person")
    oldest = rows.annotate(oldest=Min(Coalesce("asked_at", "taken_at"))).order_by("oldest", "person")
    keys = [row["person"] for row in oldest[:PEOPLE]]
    people = User.objects.in_bulk(keys)
    return [people[key] for key in keys if key in people]


def _claim(person: User, before: datetime, now: datetime) -> bool:
    """Of several processes one asks. Written down before, so that one odd account never holds up the others."""
    mine = Loan.objects.filter(person=person, open_slot=1)
    if not mine.filter(Q(asked_at__lt=before) | Q(asked_at=None)).update(asked_at=now):
        return False
    mine.update(asked_at=now)
    return True


def _left_behind(now: datetime) -> list[User]:
    """People with books in a basket that no one touches any more and no one has finished."""
    lines = _lines_left(now).order_by().values("basket__person")
    return list(User.objects.filter(pk__in=lines).order_by("pk")[:PEOPLE])


def _lines_left(now: datetime) -> QuerySet[BasketLine]:
    """Only after the longest check-out: until then they are being borrowed."""
    long_ago = now - timedelta(seconds=in_flight.LASTS)
    return BasketLine.objects.filter(open_slot=1, basket__open_slot=1, basket__touched_at__lt=long_ago)


def _claim_basket(person: User, every: int) -> bool:
    """Once in a round; in the cache, for there is no loan to write it on."""
    if not _lines_left(timezone.now()).filter(basket__person=person).exists():
        return False
    return bool(cache.add(f"library:mirror:basket:{person.pk}", True, 60 * every))


class BookQuestions:
    """Questions about single books, of which one run asks no more than so many."""

    def __init__(self, client: Client) -> None:
        self.client, self.left = client, LOOKS

    def at(self, copy: Copy) -> Item | None:
        """None when there were enough: the next round goes on."""
        if not self.left:
            return None
        self.left -= 1
        return self.client.look_at(copy.barcode)


# --- asking ---------------------------------------------------------------------------------------


def _asked_about(person: User, looks: BookQuestions) -> bool:
    """False when the library system does not answer."""
    try:
        _compare(person, looks)
    except Unclear as why:
        log.warning("The library system's answer about person %s is left alone: %s", person.pk, why)
    except Refused as no:
        return no.code in PERSONAL or _is_there(looks.client, no)
    if cache.delete(SILENT):
        log.info("The library system answers again")
    return True


def _is_there(client: Client, why: Refused) -> bool:
    """One account that no one can read does not stop the round; a system that is down does, and is said once."""
    try:
        client.status(patient=False)
    except Refused as no:
        if cache.add(SILENT, True, None):
            log.warning("The library system cannot be asked (%s): what happens there is not known here", no.code)
        return False
    log.warning("The library system does not answer about one account: %s", why.code)
    return True


def _compare(person: User, looks: BookQuestions) -> None:
    """What was on loan here before the question, against what is charged there.

    A loan is made there first and here second, so whatever is recorded here was there when the question was asked.
    """
    asked, here = timezone.now(), loans.open_loans(person)
    number = number_of(person)
    there = accounts.items(looks.client, number)
    for loan in here:
        if not is_among(loan.copy.barcode, there) and not in_flight.is_marked(loan.copy):
            _perhaps_back(loan, number, there, looks)
    _take_over_basket(person, there, looks, asked)
    for copy in _not_here(there, here):
        item = looks.at(copy)
        if item is not None and item.circulation in CHARGED:
            lent = lend(copy, to=person, due=item.due, asked=asked)
            if lent is not None and item.due is None:
                due_dates.missing()
    for loan in here:  # what is due soonest first
        if is_among(loan.copy.barcode, there) and not in_flight.is_marked(loan.copy):
            item = looks.at(loan.copy)
            if item is not None and item.due is not None and item.circulation in CHARGED:
                put_off(loan, item.due)


def _take_over_basket(person: User, there: frozenset[str], looks: BookQuestions, asked: datetime) -> None:
    """Scanned here, charged there, and not on loan here: the process that borrowed it did not live to write it down."""
    lines = _lines_left(asked).filter(basket__person=person, copy__barcode__in=there).select_related("copy__title")
    for line in lines.order_by("pk"):
        item = looks.at(line.copy) if not in_flight.is_marked(line.copy) else None
        if item is not None and item.circulation in CHARGED:
            take_over(line, to=person, due=item.due, asked=asked)


def _perhaps_back(loan: Loan, number: str, there: frozenset[str], looks: BookQuestions) -> None:
    item = looks.at(loan.copy)
    if item is None:
        return
    if item.circulation in IN or (item.circulation in CHARGED and _is_elsewhere(loan, number, there, looks.client)):
        end(loan)
    else:
        words = "%s is not on the account of person %s over there, and nothing says that it is back (%s)"
        log.info(words, loan.copy.barcode, loan.person_id, item.circulation)


def _is_elsewhere(loan: Loan, number: str, there: frozenset[str], client: Client) -> bool:
    """Charged, but to another person: only where lists name books as we do, and hide none among the overdue ones."""
    if not _copies(there).exists():
        return False
    return not is_among(loan.copy.barcode, accounts.items(client, number, accounts.OVERDUE))


def _not_here(there: frozenset[str], here: Iterable[Loan]) -> list[Copy]:
    """Books of ours that are lent over there and not known here as this person's; but what is just being borrowed."""
    ours = [loan.copy.barcode for loan in here]
    unknown = [barcode for barcode in there if not is_among(barcode, ours)]
    copies = _copies(unknown).exclude(basket_lines__open_slot=1).select_related("title")
    return [copy for copy in copies.order_by("pk") if not in_flight.is_marked(copy)]


def _copies(barcodes: Iterable[str]) -> QuerySet[Copy]:
    """Our copies with these barcodes, whether they are written in capitals over there or not."""
    wanted = {written for barcode in barcodes for written in (barcode, plain(barcode))}
    return Copy.objects.annotate(plain=Lower("barcode")).filter(Q(barcode__in=wanted) | Q(plain__in=wanted))


# --- written into the ledger: it has happened already --------------------------------------------
# Past `ledger()`, which would ask the other side to do it once more. No rule is asked, no fine is made and no receipt
# is sent: all that was theirs. The copy's row is held, as in `loans`.


@transaction.atomic
def end(loan: Loan) -> bool:
    """It came back at their desk: on the shelf, or to the next in the queue. False when it was known by now."""
    copy = Copy.objects.select_for_update().get(pk=loan.copy_id)
    if not Loan.objects.filter(pk=loan.pk, open_slot=1).exists():
        return False
    loans.give_back(copy, station=STATION, fined=False)
    return True


@transaction.atomic
def put_off(loan: Loan, due: datetime) -> bool:
    """Renewed or recalled at their desk. Not when it was renewed here since it was read."""
    if abs(due - loan.due_at) < SECONDS_LOST or due <= loan.taken_at:
        return False
    unchanged = Loan.objects.filter(pk=loan.pk, open_slot=1, due_at=loan.due_at)
    if not unchanged.update(due_at=due, by_hour=policy.still_by_hour(loan, due)):
        return False
    was = clock(loan.due_at)
    loan.due_at = due
    journal.note(journal.Kind.RENEWED, loan.person, copy=loan.copy, loan=loan, station=STATION, was_due=was)
    return True


@transaction.atomic
def lend(copy: Copy, *, to: User, due: datetime | None, asked: datetime) -> Loan | None:
    """Lent at their desk, as was said at `asked`. None when it is known, or our own ledger has moved on since."""
    copy = Copy.objects.select_for_update().select_related("title").get(pk=copy.pk)
    before = Loan.objects.select_related("person").filter(copy=copy, open_slot=1).first()
    if copy.status == CopyStatus.WITHDRAWN or _has_moved_on(copy, asked) or (before and before.person_id == to.pk):
        return None
    now = timezone.now()
    if before is not None:  # it came back over there in between
        Loan.objects.filter(pk=before.pk).update(returned_at=now, open_slot=None)
        journal.note(journal.Kind.RETURNED, before.person, copy=copy, loan=before, station=STATION, at=now)
    return _lent(copy, to, due, now)


@transaction.atomic
def take_over(line: BasketLine, *, to: User, due: datetime | None, asked: datetime) -> Loan | None:
    """A book of a basket that was left, lent over there: on loan here too. None when another process was faster."""
    if not BasketLine.objects.filter(pk=line.pk, open_slot=1, basket__person=to).update(open_slot=None):
        return None
    return lend(line.copy, to=to, due=due, asked=asked)


def _has_moved_on(copy: Copy, asked: datetime) -> bool:
    """A person borrows or returns it here at this moment, or has since the question."""
    if in_flight.is_marked(copy) or BasketLine.objects.filter(copy=copy, open_slot=1).exists():
        return True
    return Loan.objects.filter(Q(taken_at__gte=asked) | Q(returned_at__gte=asked), copy=copy).exists()


def _lent(copy: Copy, to: User, due: datetime | None, now: datetime) -> Loan:
    """Without a date of theirs, ours counts."""
    conditions = policy.Conditions()
    loan = Loan(copy=copy, person=to, taken_at=now, station=STATION, asked_at=now)
    loan.due_at, loan.by_hour = due or conditions.due(to, copy, now), conditions.is_by_hour(to, copy)
    loan.by_hour = policy.still_by_hour(loan, loan.due_at)
    loan.save()
    holds.fulfil(to, [copy])
    inventory.let_go(copy)
    Copy.objects.filter(pk=copy.pk).update(status=CopyStatus.ON_LOAN)
    journal.note_loans([loan], station=STATION, at=now)
    return loan
