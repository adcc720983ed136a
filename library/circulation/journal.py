"""One line for each thing that happens: the live pages, the webhooks and the day's file all read from here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.webhooks import outbox
from config.live.news import clock, publish
from library.models import CirculationEvent, Copy, Loan

Kind = CirculationEvent.Kind
DESK = "library.desk"  # the group that librarians' pages listen to


def note(
    kind: str,
    person: User | None,
    *,
    copy: Copy | None = None,
    loan: Loan | None = None,
    station: str = "",
    at: datetime | None = None,
    **detail: Any,
) -> CirculationEvent:
    """Write the line in the caller's transaction; tell the desk after the commit."""
    event = CirculationEvent.objects.create(
        kind=kind, person=person, copy=copy, loan=loan, station=station, at=at or timezone.now(), detail=detail
    )
    outbox.emit_all([_told(event)])
    publish(DESK, news_of(event))
    return event


def note_loans(loans: Iterable[Loan], *, station: str, at: datetime) -> None:
    """A line for each book of one person, in a few queries."""
    events = [
        CirculationEvent.objects.create(
            kind=Kind.LOANED, person=loan.person, copy=loan.copy, loan=loan, station=station, at=at
        )
        for loan in loans
    ]
    outbox.emit_all(_told(event) for event in events)
    for event in events:
        publish(DESK, news_of(event))


def _told(event: CirculationEvent) -> outbox.WebhookEvent:
    return outbox.WebhookEvent(f"library.{event.kind}", partial(facts_of, event), event.person_id, event.at)


def facts_of(event: CirculationEvent) -> dict[str, Any]:
    """The same fields as /api/v1/library/events/, and what a library system needs of a loan. Whose it is: not here."""
    return {
        "id": event.pk,
        "barcode": event.copy.barcode if event.copy else None,
        "title": event.copy.title.title if event.copy else None,
        "due_at": event.loan.due_at.astimezone(UTC).isoformat() if event.loan else None,
        "station": event.station,
        "detail": event.detail,
    }


def news_of(event: CirculationEvent) -> dict[str, Any]:
    """What a librarian's page shows: ids and display words."""
    return {
        "kind": f"library.{event.kind}",
        "id": event.pk,
        "at": clock(event.at),
        "name": event.person.get_full_name() if event.person else "",
        "barcode": event.copy.barcode if event.copy else "",
        "title": event.copy.title.title if event.copy else "",
        "station": event.station,
    }
