"""The rows of the library."""

from library.models.branches import Branch
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
    Transit,
    Turnstile,
    Visit,
)
from library.models.fines import Fine, FineEntry
from library.models.help import HelpRequest
from library.models.history import HistoryChoice
from library.models.policies import FixedDueDate, LibraryClosedDay, LibraryOpeningHours, LoanPolicy
from library.models.staffing import LibraryStaffing, UnstaffedReport
from library.models.staging import ImportStage, StagedRecord
from library.models.tags import TagCommand, TagPad

__all__ = [
    "Basket",
    "BasketLine",
    "Branch",
    "CirculationEvent",
    "Copy",
    "ExitPass",
    "Fine",
    "FineEntry",
    "FixedDueDate",
    "HelpRequest",
    "HistoryChoice",
    "Hold",
    "ImportStage",
    "LibraryClosedDay",
    "LibraryOpeningHours",
    "LibraryStaffing",
    "LibraryStation",
    "Loan",
    "LoanPolicy",
    "PatronBlock",
    "ReadingListEntry",
    "StagedRecord",
    "TagCommand",
    "TagPad",
    "Title",
    "Transit",
    "Turnstile",
    "UnstaffedReport",
    "Visit",
]
