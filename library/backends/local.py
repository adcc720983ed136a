"""The own ledger."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from accounts.models import User
from library import loans
from library.models import Copy, Loan, Visit


class Local:
    def check_out(self, copy: Copy, *, to: User, at: datetime, station: str = "", visit: Visit | None = None) -> Loan:
        return loans.check_out(copy, to=to, at=at, station=station, visit=visit)

    def check_out_all(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "", visit: Visit | None = None
    ) -> list[Loan]:
        return loans.check_out_all(copies, to=to, at=at, station=station, visit=visit)

    def give_back(self, copy: Copy, *, at: datetime, station: str = "") -> Loan | None:
        return loans.give_back(copy, at=at, station=station)

    def renew(self, loan: Loan, *, at: datetime, station: str = "") -> Loan:
        return loans.renew(loan, at=at, station=station)

    def together(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = ""
    ) -> AbstractContextManager[None]:
        return nullcontext()  # one transaction is enough
