"""What somebody has on their account over there: believed only when the answer is whole."""

from __future__ import annotations

from library.sip2.client import Client
from library.sip2.messages import Message

CHARGED, OVERDUE = "AU", "AT"
COUNTS = {CHARGED: "charged", OVERDUE: "overdue"}  # how many there are, in the fixed part of 64
PAGE = 50  # items at a time, far below the longest line
MOST_PAGES = 40


class Unclear(Exception):
    """An answer that proves nothing: nobody may act on it."""


def items(client: Client, patron: str, name: str = CHARGED) -> frozenset[str]:
    """The whole list, page by page. Raises Unclear for what is not whole, and Refused as `Client.ask`."""
    known: list[str] = []
    total: int | None = None
    for _page in range(MOST_PAGES):
        answer = client.list_of(patron, name, len(known) + 1, len(known) + PAGE)
        total = _total(answer, name, total)
        fresh = [item.strip() for item in answer.all(name) if item.strip()]
        known += fresh
        if len(set(known)) != len(known):
            raise Unclear("something is listed twice, so the pages are not what was asked for")
        if len(known) == total:
            return frozenset(known)
        if not fresh or len(known) > total:
            raise Unclear(f"{len(known)} of {total} are listed")
    raise Unclear(f"{total} are too many")


def _total(answer: Message, name: str, before: int | None) -> int:
    """How many there are. The account must be valid, and no PIN be missed; the number may not move between pages."""
    if answer.get("BL") != "Y" or answer.get("CQ") not in ("", "Y"):
        raise Unclear("the account is not valid, or a PIN is asked for")
    count = answer.fixed[COUNTS[name]]
    if not (count.isascii() and count.isdigit()):
        raise Unclear("nobody says how many there are")
    if before not in (None, int(count)):
        raise Unclear("the number has changed while it was read")
    return int(count)
