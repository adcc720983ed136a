"""The rows of the library."""

from library.models.catalogue import Copy, Title
from library.models.circulation import (
    Basket,
    BasketLine,
    CirculationEvent,
    ExitPass,
    Hold,
    LibraryStation,
    Loan,
    PatronBlock,
    ReadingListEntry,
    Turnstile,
    Visit,
)
from library.models.fines import Fine, FineEntry
from library.models.policies import FixedDueDate, LibraryClosedDay, LibraryOpeningHours, LoanPolicy
from library.models.staging import ImportStage, StagedRecord

__all__ = [
    "Basket",
    "BasketLine",
    "CirculationEvent",
    "Copy",
    "ExitPass",
    "Fine",
    "FineEntry",
    "FixedDueDate",
    "Hold",
    "ImportStage",
    "LibraryClosedDay",
    "LibraryOpeningHours",
    "LibraryStation",
    "Loan",
    "LoanPolicy",
    "PatronBlock",
    "ReadingListEntry",
    "StagedRecord",
    "Title",
    "Turnstile",
    "Visit",
]
