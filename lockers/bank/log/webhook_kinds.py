"""The events of the lockers that other systems can subscribe to. Never a key; who has which locker only with names."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.webhooks.kinds import EventKind

_DOOR: dict[str, Any] = {"bank": "main", "locker": "12"}

OPENED = EventKind(
    code="lockers.opened",
    label=_("Locker opened"),
    meaning=_("A lock was opened. The person is the key's owner, or the officer who requested the opening."),
    example={"id": 310, **_DOOR, "route": "key"},
)
CLOSED = EventKind(
    code="lockers.closed",
    label=_("Locker closed"),
    meaning=_("The door of an earlier opening was shut."),
    example={"id": 310, **_DOOR, "route": "key"},
)
FAILED = EventKind(
    code="lockers.opening_failed",
    label=_("Opening failed"),
    meaning=_("A locker should have opened but did not. The reason is a code."),
    example={"id": 311, **_DOOR, "route": "key", "reason": "no_answer"},
)
ALARM = EventKind(
    code="lockers.alarm",
    label=_("Alarm at a locker"),
    meaning=_("A door was forced, or has been open for too long."),
    example={"id": 42, **_DOOR, "alarm": "forced"},
    about_a_person=False,
)
SILENT_ALARM = EventKind(
    code="lockers.silent_alarm",
    label=_("Silent alarm"),
    meaning=_("A customer was let in and silently called for help. No screen near them may show it."),
    example={"id": 3, "bank": "main", "locker": None, "station": "hall", "how": "pin"},
    only_if_chosen=True,
)
ASSIGNED = EventKind(
    code="lockers.assigned",
    label=_("Locker assigned"),
    meaning=_("A locker was assigned to a customer."),
    example={"id": 77, **_DOOR, "starts_on": "2026-03-02", "ends_on": None},
)
RELEASED = EventKind(
    code="lockers.released",
    label=_("Locker released"),
    meaning=_("A locker was released, or a group grant was undone."),
    example={"id": 77, **_DOOR, "starts_on": "2026-03-02", "ends_on": None},
)
BANK_RELEASE = EventKind(
    code="lockers.emergency_release",
    label=_("Emergency release of a bank"),
    meaning=_("An emergency release of a bank was begun, confirmed by a second officer (running), or ended."),
    example={"id": 2, "bank": "main", "state": "running"},
    about_a_person=False,
)

KINDS = [OPENED, CLOSED, FAILED, ALARM, SILENT_ALARM, ASSIGNED, RELEASED, BANK_RELEASE]
