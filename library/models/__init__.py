"""The rows of the library."""

from library.models.catalogue import Copy, Title
from library.models.circulation import (
    Basket,
    BasketLine,
    CirculationEvent,
    ExitPass,
    Fine,
    Hold,
    LibraryClosedDay,
    LibraryStation,
    Loan,
    LoanPolicy,
    PatronBlock,
    Turnstile,
    Visit,
)

__all__ = [
    "Basket",
    "BasketLine",
    "CirculationEvent",
    "Copy",
    "ExitPass",
    "Fine",
    "Hold",
    "LibraryClosedDay",
    "LibraryStation",
    "Loan",
    "LoanPolicy",
    "PatronBlock",
    "Title",
    "Turnstile",
    "Visit",
]
