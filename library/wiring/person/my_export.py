"""The library's areas of a person's export."""

from __future__ import annotations

from accounts.people.own_export import ExportArea
from library.models import Fine, HelpRequest, HistoryChoice, Hold, Loan, ReadingListEntry, Visit

AREAS = (
    ExportArea(
        "library-loans",
        {
            "title": "copy__title__title",
            "barcode": "copy__barcode",
            "taken_at": "taken_at",
            "due_at": "due_at",
            "returned_at": "returned_at",
            "renewals": "renewals",
        },
        lambda person: Loan.objects.filter(person=person),
    ),
    ExportArea(
        "library-holds",
        {"title": "title__title", "state": "state", "placed_at": "placed_at", "ready_at": "ready_at"},
        lambda person: Hold.objects.filter(person=person),
    ),
    ExportArea(
        "library-visits",
        {"entered_at": "entered_at", "left_at": "left_at"},
        lambda person: Visit.objects.filter(person=person),
    ),
    ExportArea(
        "library-history-choice",
        {"days": "days", "chosen_at": "chosen_at"},
        lambda person: HistoryChoice.objects.filter(person=person),
    ),
    ExportArea(
        "library-help",
        {"at": "at", "station": "station", "cause": "cause", "closed_at": "closed_at", "end": "end"},
        lambda person: HelpRequest.objects.filter(person=person),
    ),
    ExportArea(
        "library-fines",
        {
            "title": "loan__copy__title__title",
            "kind": "kind",
            "amount": "amount",
            "made_at": "made_at",
            "settled_at": "settled_at",
        },
        lambda person: Fine.objects.filter(loan__person=person),
    ),
    ExportArea(
        "library-reading-list",
        {"title": "title__title"},
        lambda person: ReadingListEntry.objects.filter(person=person),
    ),
)
