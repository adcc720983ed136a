"""The bell's area of a person's export."""

from __future__ import annotations

from accounts.people.own_export import ExportArea
from home.models import Notification

AREAS = (
    ExportArea(
        "notifications",
        {"at": "at", "text": "text", "read_at": "read_at"},
        lambda person: Notification.objects.shown_to(person),
    ),
)
