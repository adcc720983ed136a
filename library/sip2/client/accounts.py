"""What a person has on their account over there: believed only when the answer is whole."""

from __future__ import annotations

from django.db.models import Q

from library.models import Loan
from library.sip2.client import alternate_numbers
from library.sip2.client.client import Client
from library.sip2.client.number_matching import is_among
from library.sip2.codec.messages import Message

CHARGED, OVERDUE = "AU", "AT"
COUNTS = {CHARGED: "charged", OVERDUE: "overdue"}  # how many there are, in the fixed part of 64
PAGE = 50  # items at a time, far below the longest line
MOST_PAGES = 40


class Unclear(Exception):
    """An answer that proves nothing: nothing may act on it."""


def items(client: Client, patron: str, name: str = CHARGED) -> frozenset[str]:
    """The whole list, page by page. Raises Unclear for what is not whole, and Refused as `Client.ask`.

    An account that the other side calls by a number that was never heard is theirs when a book is on it that
    they have here too.
    """
    known: list[str] = []
    total: int | None = None
    foreign = False
    for _page in range(MOST_PAGES):
        answer = client.list_of(patron, name, len(known) + 1, len(known) + PAGE)
        total = _total(answer, name, total)
        foreign = foreign or not alternate_numbers.is_known(patron, answer.get("AA"))
        fresh = [item.strip() for item in answer.all(name) if item.strip()]
        known += fresh
        if len(set(known)) != len(known):
            raise Unclear("an entry is listed twice, so the pages are not the ones requested")
        if len(known) == total:
            if foreign and not any(is_among(book, known) for book in _books_here(patron)):
                raise Unclear("it is about an account with another number, and none of the books is on it")
            return frozenset(known)
        if not fresh or len(known) > total:
            raise Unclear(f"{len(known)} of {total} are listed")
    raise Unclear(f"{total} are too many")


def _books_here(patron: str) -> list[str]:
    """What our mirror has on loan to whom the library system knows by this number."""
    theirs = Q(person__id_number=patron) | Q(person__card_barcode=patron)
    return list(Loan.objects.filter(theirs, open_slot=1).values_list("copy__barcode", flat=True))


def _total(answer: Message, name: str, before: int | None) -> int:
    """How many there are. The account must be valid, and no PIN be missed; the number may not move between pages."""
    if answer.get("BL") != "Y" or answer.get("CQ") not in ("", "Y"):
        raise Unclear("the account is not valid, or a PIN is asked for")
    count = answer.fixed[COUNTS[name]]
    if not (count.isascii() and count.isdigit()):
        raise Unclear("the number of entries is missing")
    if before not in (None, int(count)):
        raise Unclear("the number changed while it was being read")
    return int(count)
