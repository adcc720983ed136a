"""An evacuation list, from its beginning to its end. Several marshals tick off people at the same time."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.webhooks import outbox as webhooks
from config.errors import Refused
from config.ops.registries.people_inside import PersonInside, people_inside
from visitors.models import RollCall, RollCallLine
from visitors.register import notices

MOST_BY_HAND = 500


class TickNow(TypedDict):
    id: int
    accounted: bool
    note: str  # who ticked it, and when


class RollCallNow(TypedDict):
    running: bool
    total: int
    accounted: int
    lines: list[TickNow]


@transaction.atomic
def start(*, by: User, drill: bool) -> RollCall:
    """Everyone who may be in the house, as it is known now. Refused `already_running`: all marshals share one list."""
    try:
        with transaction.atomic():
            begun = RollCall.objects.create(started_by=by, drill=drill)
    except IntegrityError:
        raise Refused("already_running", _("A list is already running. Open it below."), status=409) from None
    RollCallLine.objects.bulk_create([_line(begun, one) for one in people_inside(begun.started_at)], batch_size=500)
    notices.roll_call_begun(begun, by)
    webhooks.emit("visitors.roll_call", {"id": begun.pk, "drill": drill, "people": begun.lines.count()})
    return begun


def _line(roll_call: RollCall, one: PersonInside) -> RollCallLine:
    return RollCallLine(
        roll_call=roll_call,
        person_id=one.person,
        guest_id=one.guest,
        name=one.name[:160],
        number=one.number[:40],
        place=one.place[:120],
        seen_at=one.seen_at,
        how=str(one.how)[:120],
    )


@transaction.atomic
def account(roll_call: RollCall, line: int, *, by: User, accounted: bool) -> RollCallLine:
    """Tick someone, or take the tick away. Twice is harmless. Refused `has_ended`, `no_such_line`."""
    _require_running(roll_call)
    lines = RollCallLine.objects.filter(roll_call=roll_call, pk=line)
    if accounted:
        lines.filter(accounted_at=None).update(accounted_at=timezone.now(), accounted_by=by)
    else:
        lines.update(accounted_at=None, accounted_by=None)
    found = lines.select_related("accounted_by").first()
    if found is None:
        raise Refused("no_such_line", _("This person is not on the list."), status=404)
    return found


@transaction.atomic
def add(roll_call: RollCall, name: str, *, by: User) -> RollCallLine:
    """Someone at the assembly point who was not on the list. Refused `has_ended`, `no_name`, `too_many`."""
    _require_running(roll_call)
    name = " ".join(name.replace("\x00", "").split())[:160]
    if not name:
        raise Refused("no_name", _("Write the name."))
    if roll_call.lines.filter(by_hand=True).count() >= MOST_BY_HAND:
        raise Refused("too_many", _("No more names can be added to this list."), status=409)
    now = timezone.now()
    return RollCallLine.objects.create(
        roll_call=roll_call, name=name, by_hand=True, seen_at=now, accounted_at=now, accounted_by=by
    )


def end(roll_call: RollCall, *, by: User) -> None:
    """It is kept as it is now. Refused `has_ended`."""
    running = RollCall.objects.filter(pk=roll_call.pk, ended_at=None)
    if not running.update(ended_at=timezone.now(), ended_by=by, open_slot=None):
        raise Refused("has_ended", _("This list has ended. It can no longer be changed."), status=409)


def _require_running(roll_call: RollCall) -> None:
    """Locked, so that no tick comes after the end."""
    if not RollCall.objects.select_for_update().filter(pk=roll_call.pk, ended_at=None).first():
        raise Refused("has_ended", _("This list has ended. It can no longer be changed."), status=409)


def running() -> RollCall | None:
    return RollCall.objects.filter(open_slot=1).first()


def lines_of(roll_call: RollCall) -> QuerySet[RollCallLine]:
    return RollCallLine.objects.filter(roll_call=roll_call).select_related("accounted_by")


def now(roll_call: RollCall) -> RollCallNow:
    """The whole state in two queries: what every marshal's page asks for every few seconds."""
    found = list(lines_of(roll_call))
    lines: list[TickNow] = [{"id": one.pk, "accounted": bool(one.accounted_at), "note": note_of(one)} for one in found]
    accounted = sum(one["accounted"] for one in lines)
    return {"running": roll_call.is_running, "total": len(lines), "accounted": accounted, "lines": lines}


def note_of(line: RollCallLine) -> str:
    """Who has ticked it: "10:20, Barbara Liskov"."""
    if line.accounted_at is None:
        return ""
    by = line.accounted_by.get_full_name() if line.accounted_by else ""
    return f"{clock(line.accounted_at)}, {by}" if by else clock(line.accounted_at)


def clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
