"""What the bell joins in elsewhere: registered by `apps.py`, which asks the database nothing."""

from __future__ import annotations

from accounts.mail.outbox import LISTENERS
from accounts.people import own_export, traced_fields
from config.ops.registries.purges import PURGES
from home.bell import job_steps, my_export, notifications
from home.models import Notification


def register() -> None:
    LISTENERS.register("bell", notifications.told)
    own_export.AREAS.register("bell", my_export.AREAS)
    PURGES.register("notifications", job_steps.purge)
    traced_fields.register(Notification, "text", "facts")
