"""Where loans are kept: in this system's own ledger, or in the college's library system over SIP2 (LIBRARY_BACKEND)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from django.conf import settings

from accounts.models import User
from library.circulation import loans
from library.circulation.ledger.sip2 import Remote
from library.models import Branch, Copy, Loan, Visit
from library.rules.lending import LoanVerdict


class Ledger(Protocol):
    """The one way to lend, return and renew: for the desk, the exit, the API, the SIP2 server and the reader's pages.

    Raises Refused, and then nothing was changed. Only what has happened already goes past it, into `loans`: what
    `sip2.mirror` has learnt of the other side, and the demo's past.
    """

    def judge(self, copy: Copy, person: User, now: datetime | None = None) -> LoanVerdict:
        """May this person borrow this copy now?"""
        ...

    def check_out(
        self,
        copy: Copy,
        *,
        to: User,
        at: datetime,
        station: str = "",
        by: User | None = None,
        visit: Visit | None = None,
    ) -> Loan:
        """`by`: the librarian at the desk."""
        ...

    def check_out_all(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "", visit: Visit | None = None
    ) -> list[Loan]:
        """Inside `together`."""
        ...

    def give_back(self, copy: Copy, *, at: datetime, station: str = "", here: Branch | None = None) -> Loan | None:
        """`here`: the branch, where the station does not tell it."""
        ...

    def renew(self, loan: Loan, *, at: datetime, station: str = "") -> Loan: ...

    def together(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = ""
    ) -> AbstractContextManager[None]:
        """Around the transaction that lends several: all of them or none, wherever they are kept."""
        ...


BACKENDS: dict[str, Callable[[], Ledger]] = {"local": lambda: loans, "sip2": Remote}


def ledger() -> Ledger:
    return BACKENDS[settings.LIBRARY_BACKEND]()
