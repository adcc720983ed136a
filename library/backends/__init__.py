"""Where loans are kept: in this system's own ledger, or in the college's library system over SIP2 (LIBRARY_BACKEND)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from library.models import Copy, Loan, Visit

BACKENDS = {"local": "library.backends.local.Local", "sip2": "library.backends.sip2.Remote"}


class Ledger(Protocol):
    """Lends and takes back. Raises Refused, and then nothing was changed."""

    def check_out(
        self, copy: Copy, *, to: User, at: datetime, station: str = "", visit: Visit | None = None
    ) -> Loan: ...

    def check_out_all(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = "", visit: Visit | None = None
    ) -> list[Loan]:
        """Inside `together`."""
        ...

    def give_back(self, copy: Copy, *, at: datetime, station: str = "") -> Loan | None: ...

    def renew(self, loan: Loan, *, at: datetime, station: str = "") -> Loan: ...

    def together(
        self, copies: Sequence[Copy], *, to: User, at: datetime, station: str = ""
    ) -> AbstractContextManager[None]:
        """Around the transaction that lends several: all of them or none, wherever they are kept."""
        ...


def ledger() -> Ledger:
    backend: Ledger = import_string(BACKENDS[settings.LIBRARY_BACKEND])()
    return backend
