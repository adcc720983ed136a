"""Other systems are told of openings, alarms, assignments and releases, in the transaction of each.

Call these before the entry of the access log, whose head is held until the transaction ends.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.webhooks import outbox
from lockers.bank.log import webhook_kinds
from lockers.models import Alarm, Assignment, Bank, BankRelease, Locker, Opening, SilentAlarm

_BY_STATE = {
    Opening.State.OPENED: webhook_kinds.OPENED,
    Opening.State.CLOSED: webhook_kinds.CLOSED,
    Opening.State.FAILED: webhook_kinds.FAILED,
}


def opening(row: Opening, at: datetime) -> None:
    kind = _BY_STATE[Opening.State(row.state)]

    def facts() -> dict[str, Any]:
        why = {"reason": row.failure} if row.state == Opening.State.FAILED else {}
        return {"id": row.pk, **_door(row.locker), "route": str(row.route), **why}

    outbox.emit(kind.code, facts, person=row.person_id, at=at)


def alarm(row: Alarm) -> None:
    outbox.emit(
        webhook_kinds.ALARM.code, lambda: {"id": row.pk, **_door(row.locker), "alarm": str(row.kind)}, at=row.raised_at
    )


def silent_alarm(row: SilentAlarm, bank: Bank | None) -> None:
    facts = {
        "id": row.pk,
        "bank": bank.code if bank else None,
        "locker": row.locker.number if row.locker else None,
        "station": row.station,
        "how": str(row.how),
    }
    outbox.emit(webhook_kinds.SILENT_ALARM.code, facts, person=row.person_id, at=row.raised_at)


def assigned(row: Assignment, at: datetime) -> None:
    outbox.emit(webhook_kinds.ASSIGNED.code, lambda: _assignment(row), person=row.customer_id, at=at)


def released(row: Assignment, at: datetime) -> None:
    outbox.emit(webhook_kinds.RELEASED.code, lambda: _assignment(row), person=row.customer_id, at=at)


def emergency_release(row: BankRelease, at: datetime) -> None:
    outbox.emit(
        webhook_kinds.BANK_RELEASE.code, lambda: {"id": row.pk, "bank": row.bank.code, "state": str(row.state)}, at=at
    )


def _door(locker: Locker) -> dict[str, str]:
    return {"bank": locker.bank.code, "locker": locker.number}


def _assignment(row: Assignment) -> dict[str, Any]:
    last = row.ends_on.isoformat() if row.ends_on else None
    return {"id": row.pk, **_door(row.locker), "starts_on": row.starts_on.isoformat(), "ends_on": last}
