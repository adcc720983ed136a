"""How long it is remembered who changed what. Called by purge_expired (config.ops.registries.purges)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings

from accounts.people.traces import mask_the_gone

LOGS = {"auditlog.LogEntry": "timestamp", "admin.LogEntry": "action_time", "recognition.BiometricAccess": "at"}
AT_ONCE = 5000


def purge(now: datetime) -> dict[str, int]:
    """Entries of the audit log, of the administration's history and of looks at face data, older than AUDIT_DAYS."""
    since = now - timedelta(days=settings.AUDIT_DAYS)
    purged = sum(_purged(label, field, since) for label, field in LOGS.items())
    return {"audit_entries": purged, "audit_masked": mask_the_gone()}


def _purged(label: str, field: str, since: datetime) -> int:
    total, rows = 0, apps.get_model(label)._default_manager
    while pks := list(rows.filter(**{f"{field}__lt": since}).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        total += rows.filter(pk__in=pks).delete()[0]
    return total
