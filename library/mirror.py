"""With LIBRARY_BACKEND=sip2: what happened at the college's own desk, written into this ledger, which is its mirror.

Whoever has books here is asked about every `LIBRARY_SIP2_REFRESH` minutes, a few people at a time. It only ever asks
(63, 17) and changes nothing over there, and it acts only where two answers agree: the whole list of an account, and
what is said of the book itself. Silence, and what is not whole, proves nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from library import loans, mirrored, under_way
from library.backends.sip2 import number_of
from library.models import Copy, Loan
from library.sip2 import accounts, site
from library.sip2.accounts import Unclear
from library.sip2.client import Client, Item

log = logging.getLogger("ostiary.library")

PEOPLE, LOOKS, SECONDS = 25, 100, 4.0  # in one run: the clock and the exits need the line too
BACK = ("03", "06", "08", "09", "10")  # available, in process, hold shelf, to be reshelved, on its way
CHARGED = ("04", "05", "07")  # charged, perhaps not to be recalled yet, or recalled
PERSONAL = ("no_card", "not_for_sip2")  # refusals that are about one person's number alone
PAUSED, SILENT = "library:mirror:paused", "library:mirror:silent"  # in the cache


# --- whom to ask about ----------------------------------------------------------------------------


def refresh(now: datetime) -> None:
    """Job of the clock. Where the other side does not answer, it is left alone until the next round."""
    every = settings.LIBRARY_SIP2_REFRESH
    if settings.LIBRARY_BACKEND != "sip2" or not settings.SIP2_HOST or not every or cache.get(PAUSED):
        return
    before, until = now - timedelta(minutes=every), time.monotonic() + SECONDS
    looks = Looks(site.client())
    for person in _due(before):
        if time.monotonic() > until or not looks.left:
            return
        if _claim(person, before, now) and not _asked_about(person, looks):
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


class Looks:
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


def _asked_about(person: User, looks: Looks) -> bool:
    """False when the library system does not answer at all."""
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
    """One account that nobody can read does not stop the round; a system that is down does, and is said once."""
    try:
        client.status(patient=False)
    except Refused as no:
        if cache.add(SILENT, True, None):
            log.warning("The library system cannot be asked (%s): what happens there is not known here", no.code)
        return False
    log.warning("The library system does not answer about one account: %s", why.code)
    return True


def _compare(person: User, looks: Looks) -> None:
    """What was on loan here before the question, against what is charged there.

    A loan is made there first and here second, so whatever stands here was there when the question was asked.
    """
    asked, here = timezone.now(), loans.open_loans(person)
    number = number_of(person)
    there = accounts.items(looks.client, number)
    for loan in here:
        if loan.copy.barcode not in there and not under_way.is_marked(loan.copy):
            _perhaps_back(loan, number, there, looks)
    for copy in _not_here(there, here):
        item = looks.at(copy)
        if item is not None and item.circulation in CHARGED:
            mirrored.lend(copy, to=person, due=item.due, asked=asked)
    for loan in here:  # what is due soonest first
        if loan.copy.barcode in there and not under_way.is_marked(loan.copy):
            item = looks.at(loan.copy)
            if item is not None and item.due is not None and item.circulation in CHARGED:
                mirrored.put_off(loan, item.due)


def _perhaps_back(loan: Loan, number: str, there: frozenset[str], looks: Looks) -> None:
    item = looks.at(loan.copy)
    if item is None:
        return
    if item.circulation in BACK or (item.circulation in CHARGED and _is_elsewhere(loan, number, there, looks.client)):
        mirrored.end(loan)
    else:
        words = "%s is not on the account of person %s over there, and nothing says that it is back (%s)"
        log.info(words, loan.copy.barcode, loan.person_id, item.circulation)


def _is_elsewhere(loan: Loan, number: str, there: frozenset[str], client: Client) -> bool:
    """Charged, but to somebody else: only where lists name books as we do, and hide none among the overdue ones."""
    if not Copy.objects.filter(barcode__in=there).exists():
        return False
    return loan.copy.barcode not in accounts.items(client, number, accounts.OVERDUE)


def _not_here(there: frozenset[str], here: Iterable[Loan]) -> list[Copy]:
    """Books of ours that are lent over there and not known here as this person's; but what is just being borrowed."""
    unknown = there - {loan.copy.barcode for loan in here}
    copies = Copy.objects.filter(barcode__in=unknown).exclude(basket_lines__open_slot=1).select_related("title")
    return [copy for copy in copies.order_by("pk") if not under_way.is_marked(copy)]
