"""The events of the library that other systems can subscribe to: every kind of its journal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.webhooks.kinds import EventKind
from library.models import CirculationEvent

Kind = CirculationEvent.Kind

# With a book in hand; the others are about a visit, a person or a gate.
_OF_A_COPY = {Kind.LOANED, Kind.RENEWED, Kind.RETURNED, Kind.HOLD_READY, Kind.LOST, Kind.FOUND, Kind.WITHDRAWN}
_OF_A_LOAN = {Kind.LOANED, Kind.RENEWED, Kind.RETURNED}

_MEANING = {
    Kind.ENTERED: _("Someone entered the library."),
    Kind.LEFT: _("Someone left the library, or a forgotten visit was ended."),
    Kind.LOANED: _("A copy was issued, at the exit, the desk, over the API or SIP2."),
    Kind.RENEWED: _("A loan was renewed."),
    Kind.RETURNED: _("A copy was returned."),
    Kind.HELD: _("Someone placed a hold on a title."),
    Kind.HOLD_READY: _("A copy waits on the hold shelf."),
    Kind.HOLD_ENDED: _("A hold was fulfilled, cancelled or expired."),
    Kind.REFUSED: _("A loan or an exit was refused; the detail says why."),
    Kind.DENIED: _("Someone was greeted by a wrong name and said so."),
    Kind.LOST: _("A copy was declared lost."),
    Kind.FOUND: _("A lost copy was found."),
    Kind.WITHDRAWN: _("A copy was withdrawn from the catalogue."),
    Kind.RESTORED: _("A withdrawn copy came back."),
    Kind.BLOCKED: _("Someone may not borrow any more."),
    Kind.UNBLOCKED: _("Someone may borrow again."),
    Kind.ALARM: _("The gate rang."),
    Kind.ALARM_ENDED: _("The alarm of the gate was ended."),
    Kind.HELP_WANTED: _("A person at a station pressed Help, or cannot go on; the detail says why."),
    Kind.HELP_COMING: _("The desk has answered a call for help."),
    Kind.HELP_CLOSED: _("A call for help is over; the detail says how."),
}


def _example(kind: Kind) -> dict[str, Any]:
    return {
        "id": 812,
        "barcode": "B-1" if kind in _OF_A_COPY else None,
        "title": "Emma" if kind in _OF_A_COPY else None,
        "due_at": "2026-03-30T23:59:59+00:00" if kind in _OF_A_LOAN else None,
        "station": "exit",
        "detail": {"code": "overdue"} if kind == Kind.REFUSED else {},
    }


# `detail` may say who did it, or hold words that someone typed.
KINDS = [
    EventKind(
        code=f"library.{kind}",
        label=kind.label,
        meaning=_MEANING[kind],
        example=_example(kind),
        private=frozenset({"detail"}),
        flat=True,
    )
    for kind in Kind
]
