"""The guest register's area of a person's export. Guests of a host are other people, and not among them."""

from __future__ import annotations

from accounts.people.own_export import ExportArea
from visitors.models import RollCallLine

AREAS = (
    ExportArea(
        "evacuation-lists",
        {"list": "roll_call__started_at", "place": "place", "seen_at": "seen_at", "accounted_at": "accounted_at"},
        lambda person: RollCallLine.objects.filter(person=person),
    ),
)
